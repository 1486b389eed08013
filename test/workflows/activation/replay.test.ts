import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, type ReplayResult, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflows } from '../../../src/temporal/bundle';
import { lifeOf, nextSerial, readHistory, recordedFiles, recordedHistories } from '../../histories/files';
import { plansIn, sequenceOf, typeOf } from '../../histories/sequence';
import { forgottenInLists } from '../../histories/shown-anew';

const hasFreshRun = ({ events }: ReturnType<typeof readHistory>): boolean =>
  events?.some((event) => event.workflowExecutionContinuedAsNewEventAttributes) ?? false;

const byFile = (one: string, other: string): number => (one.slice(66) < other.slice(66) ? -1 : 1);

const silent = new DefaultLogger('ERROR', () => undefined);

/**
 * A change of the workflow's code that would break activations that are under way, made in the bundle, where the
 * code reads almost as we wrote it; and recorded lives, one of which at least notices.
 */
const INCOMPATIBLE = [
  {
    edit: 'the activity that withdraws gets another name',
    find: /call\('withdrawClearance'/,
    put: "call('endClearance'",
    lives: /^audi-canceled-pending-by-message/,
  },
  {
    edit: 'the first step of an activation reads the rules and nothing else',
    find: /here\('beginActivation'/,
    put: "here('readRules'",
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the first attempts are no local activities any more',
    find: /by: 'here'/,
    put: "by: 'queue'",
    lives: /^renault-approved-by-poll-uncancelled/,
  },
  {
    edit: 'the look after a doubtful answer is dropped',
    find: /if \(state\.needsRead && !isWithdrawnFirst\(state\)\)\s+return [^;]*READ;/,
    put: '',
    // Which of them looked at once for no other reason is a matter of time.
    lives: /-(?:pending|approved)\./,
  },
  {
    edit: 'a timer is added before the wait',
    find: /alarm\.set\(state\.deadline, isHeard\);/,
    put: "await engine.sleep(1000, 'a timer').result; $&",
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the timer of a deadline is dropped',
    find: /own = engine\.sleep\([^;]+;/,
    put: 'own = { result: new Promise(() => undefined), stop: () => undefined };',
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the search attributes are no longer told',
    find: /if \(areColumnsDue && changed\.length > 0\)/,
    put: 'if (false)',
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the memo is no longer told',
    find: /if \(isMemoDue \|\| tags\)/,
    put: 'if (false)',
    lives: /-rejected-and-mended-uncancelled/,
  },
  {
    edit: 'what was rejected for good completes',
    find: /if \(!state\.defleet[^)]*\)/,
    put: 'if (false)',
    lives: /-rejected-for-good-uncancelled/,
  },
  {
    edit: 'a rule changes: a final rejection waits for a person',
    find: /if \(retry\.kind === 'never'\) return [^;]+;/,
    put: '',
    lives: /^bmw-rejected-for-good-uncancelled/,
  },
  {
    edit: 'a notice that is under way is given up at once',
    find: /if \(patience <= 0\)/,
    put: 'if (true)',
    lives: /^notices-/,
  },
  {
    edit: 'the lock of payments gets another name',
    find: /activities\.lockPayments\.executeWithOptions/,
    put: 'activities.lockAll.executeWithOptions',
    lives: /^house-parking\./,
  },
  {
    edit: 'a defleeting asks where it may in one go',
    find: /readClearance\.executeWithOptions/,
    put: 'readAll.executeWithOptions',
    lives: /^house-defleeting/,
  },
  {
    edit: 'the ledger signs by another activity',
    find: /const \{ signCertificates \} =/,
    put: 'const { sign: signCertificates } =',
    lives: /^house-certificates/,
  },
] as const;

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

describe('the recorded histories', () => {
  const wanted = new Set(recordedFiles().flatMap((file) => plansIn(readHistory(file))));

  let code: string;

  beforeAll(async () => {
    // The core says aloud what the tests provoke; the results say it too.
    Runtime.install({ logger: silent, telemetryOptions: { logging: { filter: 'OFF' } } });
    ({ code } = await bundleWorkflows(silent));
  });

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
