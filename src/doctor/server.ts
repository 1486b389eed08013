import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { clockDifference, MOST_APART } from '../temporal/clock';
import { isTooOld, OLDEST_SERVER } from '../temporal/server-version';
import { type Finding, good, looked, note, problem, unknown } from './finding';

/** What a server may lack, and what is not seen then. */
const CAPABILITIES = {
  workerHeartbeats: 'which workers run, and in which version (server 1.30)',
  reportedProblemsSearchAttribute: 'which activations are stuck by a fault of ours (server 1.30)',
} as const;

/** Looks at the Temporal server that a client is connected to. */
export async function lookAtServer(client: Client): Promise<Finding[]> {
  return Promise.all([
    looked('server', null, () => version(client)),
    looked('columns', null, () => columns(client)),
    looked('clock', null, () => clock(client)),
  ]);
}

async function version({ workflowService, options }: Client): Promise<Finding> {
  const { namespace } = options;
  const { serverVersion: text } = await workflowService.getSystemInfo({});
  const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
  const names = Object.keys(CAPABILITIES) as (keyof typeof CAPABILITIES)[];
  const lacking = names.filter((name) => !namespaceInfo?.capabilities?.[name]);
  const unseen = lacking.map((name) => CAPABILITIES[name]).join('; ');
  if (isTooOld(text)) {
    const lacks = unseen && ` It cannot tell ${unseen}.`;
    return problem(
      'server',
      `Temporal ${text} is older than ${OLDEST_SERVER.join('.')}, with which everything is tested.${lacks}`,
      `Take a Temporal server ${OLDEST_SERVER.join('.')} or newer (docs/deploying.md).`,
    );
  }
  if (unseen) {
    return note(
      'server',
      `Temporal ${text} does not tell ${unseen}.`,
      'Take a newer server, or live without it.',
    );
  }
  return good('server', `Temporal ${text || 'of an unknown version'} has all that is used.`);
}

/** `temporal.api.enums.v1.IndexedValueType`, by its number. */
const TYPES = ['?', 'Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList'];

async function columns({ connection, options }: Client): Promise<Finding> {
  const { namespace } = options;
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const wanted = Object.entries(SEARCH_ATTRIBUTES);
  const missing = wanted.filter(([name]) => customAttributes[name] === undefined);
  const wrong = wanted.filter(([name, type]) => {
    const found = customAttributes[name];
    return found !== undefined && TYPES[found] !== type;
  });
  if (wrong.length > 0) {
    const names = wrong.map(([name, type]) => `${name} (has to be ${type})`).join(', ');
    return problem(
      'columns',
      `The namespace has search attributes of another type: ${names}.`,
      'Use a namespace of your own (TEMPORAL_NAMESPACE): the type of a search attribute cannot be changed.',
    );
  }
  if (missing.length > 0) {
    const parts = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
    return problem(
      'columns',
      `The namespace lacks ${missing.length} of ${wanted.length} search attributes: no activation can start.`,
      `Start a worker, which adds them; or run: temporal operator search-attribute create ${parts}`,
    );
  }
  return good('columns', `The namespace has all ${wanted.length} search attributes.`);
}

async function clock(client: Client): Promise<Finding> {
  const ahead = await clockDifference(client);
  if (ahead === null) return unknown('clock', 'The server does not tell its time.', null);
  const seconds = (Math.abs(ahead) / 1_000).toFixed(1);
  const where = ahead > 0 ? 'ahead of' : 'behind';
  if (Math.abs(ahead) > MOST_APART) {
    return {
      ...problem(
        'clock',
        `The clock of this machine is ${seconds} s ${where} that of the Temporal server.`,
        'Have both set by the same time service (NTP).',
      ),
      code: 'CLOCK_WRONG',
    };
  }
  return good('clock', `This machine and the Temporal server are ${seconds} s apart.`);
}
