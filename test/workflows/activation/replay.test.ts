import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, ServiceError } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, type ReplayResult, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { replayActivations, withQuietRuntime } from '../../../src/replay/replay';
import { findResetPoint } from '../../../src/replay/reset-point';
import { bundleWorkflows } from '../../../src/temporal/bundle';
import { NOT_WHOLE } from '../../../workflows/contract/not-whole';
import { lifeOf, nextSerial, readHistory, recordedFiles, recordedHistories } from '../../histories/files';
import { INCOMPATIBLE } from '../../histories/incompatible';
import { plansIn, sequenceOf, typeOf } from '../../histories/sequence';
import { forgottenInLists } from '../../histories/shown-anew';

const hasFreshRun = ({ events }: ReturnType<typeof readHistory>): boolean =>
  events?.some((event) => event.workflowExecutionContinuedAsNewEventAttributes) ?? false;

const byFile = (one: string, other: string): number => (one.slice(66) < other.slice(66) ? -1 : 1);

const silent = new DefaultLogger('ERROR', () => undefined);

/** The types of workflows: what `workflows/index.ts` exports. */
const WORKFLOWS = [
  ...readFileSync(join(__dirname, '../../../workflows/index.ts'), 'utf8').matchAll(/^export \{ (\w+) \}/gm),
].map(([, name = '']) => name);

/** Commands and waits of workflows/lifecycle/plan.ts that recorded lives have met. */
const PLANS = [
  'beginActivation',
  'readRules',
  'readClearance',
  'submitClearance',
  'withdrawClearance',
  'deliverNotice',
  'checkFirstData',
  'stop submitting',
  'the carmaker to approve',
  "the carmaker's decision",
  'the clearance to be old enough to cancel',
  'the driver',
  'the first data',
  'the fleet manager',
  'the provider support',
  'the provider to finish a change',
  'the provider to finish an earlier withdrawal',
  'the provider to finish the withdrawal',
  'the provider to know the vehicle',
  'the provider to show that nothing is open',
  'the time to submit again',
  'a status that we know',
];

/** As a real server wrote it down: a defleet of a quiet vehicle on a worker that had just started. */
const STUCK = join(__dirname, '../../histories-stuck/bmw-defleet-of-a-quiet-vehicle.json');

/** A client of a server that holds these runs of activations; each gives its history or fails. */
function serverWith(runs: Readonly<Record<string, () => unknown>>): Client {
  return {
    workflow: {
      list: async function* ({ query }: { readonly query: string }) {
        if (!query.includes("WorkflowType = 'activation'")) return;
        for (const runId of Object.keys(runs))
          yield { workflowId: 'activation:p:V', runId, status: { name: 'RUNNING' } };
      },
      getHandle: (_workflowId: string, runId: string) => ({ fetchHistory: async () => runs[runId]?.() }),
    },
  } as unknown as Client;
}

const recorded = () => readHistory('bmw-revoked-during-submit.1.json.gz');
const failing = (code: number) => () => {
  throw new ServiceError('failed', { cause: Object.assign(new Error('of the server'), { code }) });
};

/** To make it takes seconds: all that is replayed without a server is in this file. */
let code: string;

beforeAll(async () => {
  ({ code } = await bundleWorkflows(silent));
});

describe('the recorded histories', () => {
  // The core says aloud what the tests provoke; the results say it too.
  beforeAll(() => void Runtime.install({ logger: silent, telemetryOptions: { logging: { filter: 'OFF' } } }));
  afterAll(() => Runtime.instance().shutdown());

  const wanted = new Set(recordedFiles().flatMap((file) => plansIn(readHistory(file))));

  async function replay(bundle: string, files?: string[]): Promise<ReplayResult[]> {
    const results: ReplayResult[] = [];
    const options = { workflowBundle: { code: bundle } };
    for await (const result of Worker.runReplayHistories(options, recordedHistories(files))) {
      results.push(result);
    }
    return results;
  }

  it('are of at least forty whole lives', () => {
    expect(new Set(recordedFiles().map(lifeOf)).size).toBeGreaterThanOrEqual(40);
  });

  it('are of every workflow that there is', () => {
    const recorded = recordedFiles().map((file) => typeOf(readHistory(file)));
    expect([...new Set(recorded)].sort()).toEqual(WORKFLOWS.sort());
  });

  it('are no two of the same sequence', () => {
    const files = new Map<string, string>();
    for (const file of recordedFiles()) {
      const sequence = sequenceOf(readHistory(file));
      expect([file, files.get(sequence)]).toEqual([file, undefined]);
      files.set(sequence, file);
    }
  });

  it.each(PLANS)('have met what the plan can want: %s', (plan) => {
    expect(wanted).toContain(plan);
  });

  it('each replay with the code of today', async () => {
    const results = await replay(code);
    const failed = results.flatMap(({ workflowId, error }) => (error ? [`${workflowId}: ${error}`] : []));
    expect(failed).toEqual([]);
    expect(results.map(({ workflowId }) => workflowId).sort()).toEqual(recordedFiles());
  });

  it('of a version that was released are what they were', () => {
    const folder = join(__dirname, '../../histories/v1');
    const sums = readdirSync(folder)
      .filter((file) => file.endsWith('.gz'))
      .map(
        (file) =>
          `${createHash('sha256')
            .update(readFileSync(join(folder, file)))
            .digest('hex')}  ${file}\n`,
      );
    expect(sums.sort(byFile).join('')).toBe(readFileSync(join(folder, 'SHA256SUMS'), 'utf8'));
  });

  it('go on in a fresh run that lists show as the run before it', () => {
    const goingOn = recordedFiles().filter((file) => hasFreshRun(readHistory(file)));
    expect(goingOn.length).toBeGreaterThan(1);
    expect(goingOn.flatMap((file) => forgottenInLists(readHistory(file)))).toEqual([]);
  });

  it.each(INCOMPATIBLE)('notice when $edit', async ({ find, put, lives }) => {
    const edited = code.replace(find, put);
    expect(edited).not.toBe(code);
    const results = await replay(
      edited,
      recordedFiles().filter((file) => lives.test(file)),
    );
    expect(results.map(({ error }) => error)).toContainEqual(expect.any(DeterminismViolationError));
  });

  it('get a new number with each recording of a life, and never the number of another', () => {
    const files = [
      'bmw-approved.1.json.gz',
      'bmw-approved.9.json.gz',
      'bmw-approved.10.json.gz',
      'audi-approved.44.json.gz',
    ];
    expect(nextSerial('bmw-approved', files)).toBe(11);
    expect(nextSerial('kia-approved', files)).toBe(1);
  });
});

describe('replaying the histories of a server', () => {
  it('a history that cannot be read fails alone, and one that is gone is left out', async () => {
    // As every worker runs it, no event is heard without its workflow task (workflows/activation/whole-tasks.ts).
    expect(code).toContain(NOT_WHOLE);
    const client = serverWith({ good: recorded, gone: failing(5), broken: failing(13), other: recorded });
    const { replayed, failed } = await withQuietRuntime(() => replayActivations(client, { code }));
    expect(replayed).toBe(3);
    expect(failed).toEqual([
      {
        workflowId: 'activation:p:V',
        runId: 'broken',
        isAlive: true,
        problem: expect.stringContaining('cannot be read'),
      },
    ]);
  });

  // The code of today tells its search attributes before the first submission, and parts from that version right there.
  it('the point to which a recorded defleet that is stuck is set back is before all that the fault needs, and its message is named', async () => {
    const history = historyFromJSON(JSON.parse(readFileSync(STUCK, 'utf8')));
    const replays = (beginning: typeof history) =>
      Worker.runReplayHistory({ workflowBundle: { code } }, beginning, 'stuck').then(
        () => true,
        () => false,
      );
    expect(await withQuietRuntime(() => findResetPoint(history, replays))).toEqual({
      eventId: 11,
      badEventId: 11,
      messages: [{ name: 'defleet', request: expect.anything() }],
    });
  });
});
