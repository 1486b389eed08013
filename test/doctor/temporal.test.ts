import type { Client } from '@temporalio/client';
import { lookAtServer } from '../../src/doctor/server';
import { lookAtWorkers } from '../../src/doctor/workers';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { APP } from '../support/application';

const NOW = 1_790_000_000_000;
const TYPE = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 };
const COLUMNS = Object.fromEntries(
  Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, TYPE[type]]),
);

interface Played {
  readonly version?: string;
  readonly capabilities?: object;
  readonly columns?: Record<string, number>;
  /** Seconds since the last poll, by task queue. */
  readonly polls?: Record<string, number>;
  readonly workers?: object[] | null;
}

function clientOf({
  version = '1.32.0',
  capabilities,
  columns = COLUMNS,
  polls = {},
  workers = [],
}: Played): Client {
  const all = { workerHeartbeats: true, reportedProblemsSearchAttribute: true };
  const pollers = (name: string) =>
    polls[name] === undefined
      ? []
      : [{ identity: '7@host', lastAccessTime: { seconds: NOW / 1_000 - polls[name], nanos: 0 } }];
  return {
    options: { namespace: 'default' },
    connection: { operatorService: { listSearchAttributes: async () => ({ customAttributes: columns }) } },
    withAbortSignal: (_: AbortSignal, work: () => unknown) => work(),
    workflowService: {
      getSystemInfo: async () => ({ serverVersion: version }),
      describeNamespace: async () => ({ namespaceInfo: { capabilities: capabilities ?? all } }),
      // It tells no time: no poller of the clock is ever seen.
      pollWorkflowTaskQueue: async () => ({}),
      describeTaskQueue: async ({ taskQueue }: { taskQueue: { name: string } }) => ({
        pollers: pollers(taskQueue.name),
      }),
      listWorkers: async () => {
        if (workers === null) throw new Error('not known here');
        return { workers };
      },
    },
  } as unknown as Client;
}

const serverOf = async (played: Played) =>
  Object.fromEntries((await lookAtServer(clientOf(played))).map((found) => [found.check, found]));

describe('the look at the Temporal server', () => {
  test('is content with one that has everything; of its time nothing is claimed where it tells none', async () => {
    const { server, columns, clock } = await serverOf({});
    expect([server?.state, columns?.state, clock?.state]).toEqual(['good', 'good', 'unknown']);
  });

  test('names what a server lacks, and what is not seen then', async () => {
    const { server } = await serverOf({ capabilities: { workerHeartbeats: true } });
    expect(server).toMatchObject({
      state: 'note',
      says: expect.stringContaining('stuck by a fault of ours'),
    });
    expect(server?.says).not.toContain('which workers run');
  });

  test('takes no server older than the one that is promised', async () => {
    const { server } = await serverOf({ version: '1.29.3', capabilities: {} });
    expect(server).toMatchObject({ state: 'problem', says: expect.stringContaining('older than 1.32') });
  });

  test('counts the columns that are missing, and gives the command that adds them', async () => {
    const { VIN: _, ...others } = COLUMNS;
    const { columns } = await serverOf({ columns: others });
    expect(columns).toMatchObject({
      state: 'problem',
      fix: expect.stringMatching(/create --name VIN --type \w+$/),
    });
  });

  test('says that a column of another type cannot be used', async () => {
    const { columns } = await serverOf({ columns: { ...COLUMNS, VIN: TYPE.Bool } });
    expect(columns).toMatchObject({ state: 'problem', says: expect.stringContaining('VIN (has to be') });
  });
});

const QUEUE = 'vin-activation:high-mobility:default';
const POLLED = { app: APP, budgets: { submit: 1, list: 1, withdraw: 1 } };
const ALL = ['', ':notices', ':batches', ':submit', ':list', ':withdraw'].map((part) => `${QUEUE}${part}`);

async function workersOf(played: Played, certificates = false) {
  const found = await lookAtWorkers(clientOf(played), [POLLED], { certificates }, () => NOW);
  return Object.fromEntries(found.map((one) => [one.of, one]));
}

describe('the look at workers', () => {
  const polls = Object.fromEntries([...ALL, 'vin-activation:defleetings'].map((name) => [name, 5]));

  test('names for each task queue who polls it, and in which version', async () => {
    const workers = [{ workerIdentity: '7@host', sdkName: 'temporal-typescript', sdkVersion: '1.24.0' }];
    const found = await workersOf({ polls, workers });
    expect(Object.keys(found).sort()).toEqual(Object.keys(polls).sort());
    expect(found[QUEUE]).toMatchObject({
      state: 'good',
      says: 'Polled by 7@host (temporal-typescript 1.24.0).',
    });
  });

  test('goes without versions where the server does not tell them', async () => {
    expect((await workersOf({ polls, workers: null }))[QUEUE]?.says).toBe('Polled by 7@host.');
  });

  test('says what stands still where nobody polls, also where the server still names one that has gone', async () => {
    const found = await workersOf({
      polls: { ...polls, [`${QUEUE}:submit`]: 200, [`${QUEUE}:notices`]: 149 },
    });
    expect(found[`${QUEUE}:submit`]).toMatchObject({
      state: 'problem',
      says: 'Nobody polls this task queue: nothing is asked of the provider (submit).',
    });
    expect(found[`${QUEUE}:notices`]?.state).toBe('good');
  });

  test('looks for who signs certificates only where they are issued', async () => {
    expect(Object.keys(await workersOf({ polls }))).not.toContain('vin-activation:certificates');
    const found = await workersOf({ polls }, true);
    expect(found['vin-activation:certificates']?.says).toContain('no certificate is signed');
  });
});
