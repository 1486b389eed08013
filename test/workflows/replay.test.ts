import { DefaultLogger, type ReplayResult, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflows } from '../../src/temporal/bundle';
import { nextSerial, recordedFiles, recordedHistories } from '../histories/files';

const silent = new DefaultLogger('ERROR', () => undefined);

/**
 * A change of the workflow's code that would break activations that are under way, made in the bundle, where the
 * code reads almost as we wrote it; and the recorded life that notices.
 */
const INCOMPATIBLE = [
  {
    edit: 'the activity that withdraws gets another name',
    find: /call\('withdrawClearance'/,
    put: "call('endClearance'",
    life: 'audi-canceled-pending-by-message',
  },
  {
    edit: 'the first step of an activation reads the rules and nothing else',
    find: /here\('beginActivation'/,
    put: "here('readRules'",
    life: 'bmw-approved-by-webhook-uncancelled',
  },
  {
    edit: 'the first attempts are no local activities any more',
    find: /by: 'here'/,
    put: "by: 'queue'",
    life: 'renault-approved-by-poll-uncancelled',
  },
  {
    edit: 'the look after a doubtful answer is dropped',
    find: /if \(state\.doubt\) return READ;/,
    put: '',
    life: 'opel-already-removed-pending',
  },
  {
    edit: 'a timer is added before the wait',
    find: /alarm\.set\(state\.wake, isHeard\);/,
    put: "await engine.sleep(1000, 'a timer').result; $&",
    life: 'bmw-approved-by-webhook-uncancelled',
  },
  {
    edit: 'the timer of a deadline is dropped',
    find: /own = engine\.sleep\([^;]+;/,
    put: 'own = { result: new Promise(() => undefined), stop: () => undefined };',
    life: 'bmw-approved-by-webhook-uncancelled',
  },
  {
    edit: 'the search attributes are no longer told',
    find: /if \(areColumnsDue && changed\.length > 0\)/,
    put: 'if (false)',
    life: 'peugeot-approved-by-webhook-uncancelled',
  },
  {
    edit: 'the memo is no longer told',
    find: /if \(isMemoDue\)/,
    put: 'if (false)',
    life: 'ford-rejected-and-mended-uncancelled',
  },
  {
    edit: 'what was rejected for good completes',
    find: /if \(!state\.defleet\)/,
    put: 'if (false)',
    life: 'porsche-rejected-for-good-uncancelled',
  },
  {
    edit: 'a rule changes: a final rejection waits for a person',
    find: /if \(retry\.kind === 'never'\) return [^;]+;/,
    put: '',
    life: 'bmw-rejected-for-good-uncancelled',
  },
] as const;

describe('the recorded histories', () => {
  let code: string;

  beforeAll(async () => {
    // The core says aloud what the tests provoke; the results say it too.
    Runtime.install({ logger: silent, telemetryOptions: { logging: { filter: 'OFF' } } });
    ({ code } = await bundleWorkflows(silent));
  }, 60_000);

  async function replay(bundle: string, files?: string[]): Promise<ReplayResult[]> {
    const results: ReplayResult[] = [];
    const options = { workflowBundle: { code: bundle } };
    for await (const result of Worker.runReplayHistories(options, recordedHistories(files))) {
      results.push(result);
    }
    return results;
  }

  it('are of at least forty whole lives', () => {
    const lives = new Set(recordedFiles().map((file) => file.replace(/\.\d+\.json$/, '')));
    expect(lives.size).toBeGreaterThanOrEqual(40);
  });

  it('each replay with the code of today', async () => {
    const results = await replay(code);
    const failed = results.flatMap(({ workflowId, error }) => (error ? [`${workflowId}: ${error}`] : []));
    expect(failed).toEqual([]);
    expect(results.map(({ workflowId }) => workflowId).sort()).toEqual(recordedFiles());
  }, 120_000);

  it.each(INCOMPATIBLE)('notice when $edit', async ({ find, put, life }) => {
    const edited = code.replace(find, put);
    expect(edited).not.toBe(code);
    const [result] = await replay(edited, [`${life}.1.json`]);
    expect(result?.error).toBeInstanceOf(DeterminismViolationError);
  });

  it('get a new number with each recording of a life, and never the number of another', () => {
    const files = [
      'bmw-approved.1.json',
      'bmw-approved.9.json',
      'bmw-approved.10.json',
      'audi-approved.44.json',
    ];
    expect(nextSerial('bmw-approved', files)).toBe(11);
    expect(nextSerial('kia-approved', files)).toBe(1);
  });
});
