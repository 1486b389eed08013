import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { VinError } from '../../src/base/errors';
import { askFirst } from '../../src/cli/ask-first';
import { type GroupMember, type GroupSending, sendToGroup, tallyOf } from '../../src/cli/group-sending';
import { sayAfterGroup } from '../../src/cli/group-words';
import { EXIT, exitCodeOf } from '../../src/cli/output';
import { runVin, type World } from './scripted-vin';

const VIN = 'WBA8E9G50GNT00001';
const OTHER = 'WBA8E9G50GNT00002';
const vinOf = (index: number) => `WBA8E9G50GN${String(index).padStart(6, '0')}`;
const parked = {
  about: 'rejected privacy-mode driver ',
  reason: 'Privacy mode',
  since: null,
  approvedAt: null,
  step: 'parked',
  action: 'Turn it off.',
};
const rejected = {
  Brand: 'bmw',
  ClearanceStatus: 'rejected',
  ClearanceReason: 'privacy-mode',
  ActionOwner: 'driver',
};
const alive: World['alive'] = [
  { VIN, ...rejected, memo: parked },
  { VIN: OTHER, Brand: 'bmw', ClearanceStatus: 'pending' },
];

const before = process.exitCode;
afterEach(() => {
  process.exitCode = before;
});

describe('a message to a group', () => {
  test('says in a dry run what would happen to each, and why, and sends nothing', async () => {
    const ran = await runVin(['resume', '--fleet', 'acme', '--brand', 'BMW', '--dry-run'], { alive });
    expect(ran.queries[0]).toContain(
      "Brand = 'bmw' AND Fleet = 'acme' AND Provider = 'high-mobility' AND Application = 'default'",
    );
    expect(ran.stdout).toMatch(/WBA8E9G50GNT00001.*would-be-taken.*It is parked, and goes on\./);
    expect(ran.stdout).toMatch(/WBA8E9G50GNT00002.*would-be-refused.*It is not parked/);
    expect(ran.stdout).toContain(
      'resume (dry run, nothing was sent): 1 would be taken, 1 would be refused\n',
    );
    expect(process.exitCode).toBe(EXIT.rowsFailed);
    expect(ran.methods).not.toContain('SignalWorkflowExecution');
  });

  test('is not sent where nobody can be asked and --yes is missing, and the error says so', async () => {
    const { error, methods } = await runVin(['retry', '--status', 'rejected'], { alive });
    expect(error).toMatchObject({
      code: 'USAGE_WRONG',
      message: 'vin retry for 2 vehicles (status rejected): nobody can be asked here whether that is meant',
      next: 'Look with --dry-run what would happen, then add --yes.',
    });
    expect(exitCodeOf(error)).toBe(EXIT.usage);
    expect(methods).not.toContain('SignalWorkflowExecution');
  });

  test('gives each its verdict, in JSON too, and ends with 5 where one failed', async () => {
    const { stdout } = await runVin(['retry', VIN, 'SHORT', '--yes', '-o', 'json'], {});
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      message: 'retry',
      dryRun: false,
      rows: 2,
      failed: 2,
      counts: { failed: 2 },
    });
    expect(answer.results).toMatchObject([
      {
        vin: VIN,
        outcome: 'failed',
        code: 'ACTIVATION_UNKNOWN',
        problem: `There is no activation of ${VIN}`,
      },
      { vin: 'SHORT', outcome: 'failed', code: 'VIN_INVALID' },
    ]);
    expect(process.exitCode).toBe(EXIT.rowsFailed);
  });

  test('to nobody says so', async () => {
    const { stdout, stderr } = await runVin(['retry', '--owner', 'driver', '--yes'], {});
    expect(stderr).toContain('note: no activation with owner driver: nothing was sent\n');
    expect(stdout).toBe('retry: no vehicles\n');
    expect(process.exitCode).toBe(EXIT.ok);
  });

  test('reads its vehicles from a file, each once, with their lines', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vin-group-'));
    const file = join(folder, 'vins.csv');
    writeFileSync(file, `vin,brand\n${VIN},bmw\n${VIN.toLowerCase()},bmw\nno vin,bmw\n`);
    const { stdout, stderr } = await runVin(['retry', '--file', file, '--yes', '-o', 'json'], {});
    rmSync(folder, { recursive: true });
    expect(stderr).toContain('note: 1 VIN stands there again, and is meant once\n');
    expect(
      JSON.parse(stdout).results.map(({ line, code }: { line: number; code: string }) => [line, code]),
    ).toEqual([
      [2, 'ACTIVATION_UNKNOWN'],
      [4, 'VIN_INVALID'],
    ]);
  });

  test.each([
    [['retry'], 'name vehicles: VINs, --file'],
    [['retry', VIN, '--owner', 'driver'], 'name vehicles in one way'],
    [['retry', '-', VIN], 'give either - for stdin, or VINs'],
  ])('that names its vehicles in no way or in several is wrong usage: vin %j', async (args, words) => {
    const { error, stderr, methods } = await runVin(args);
    expect(error).toMatchObject({ exitCode: EXIT.usage });
    expect(stderr.toLowerCase()).toContain(words.toLowerCase());
    expect(methods).toEqual([]);
  });

  test('by a filter that can be nothing is wrong usage', async () => {
    const { error } = await runVin(['acknowledge', '--owner', 'drivr', '--until', '3d']);
    expect(error).toMatchObject({
      code: 'USAGE_WRONG',
      next: expect.stringContaining('Did you mean driver?'),
    });
  });

  test('prints CSV that can be sent to again', async () => {
    const { stdout } = await runVin(['resume', '--brand', 'bmw', '--dry-run', '-o', 'csv'], { alive });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'vin,outcome,status,next,problem,remedy,code',
      `${VIN},would-be-taken,rejected,"It is parked, and goes on.",,,`,
    ]);
    const list = await runVin(['list', '-o', 'csv'], { alive });
    expect(list.stdout).toContain(`vin,brand,fleet,externalId,status,reasonKey,`);
    expect(list.stdout).toContain(
      `\n${VIN},bmw,,,rejected,privacy-mode,Privacy mode,,driver,Turn it off.,\n`,
    );
  });
});

describe('vehicles of a group', () => {
  const members = (count: number): GroupMember[] =>
    Array.from({ length: count }, (_, at) => ({ vin: vinOf(at) }));
  const taken = { outcome: 'taken', id: 'x', status: 'pending', next: 'Done.', countsUntil: null } as const;
  const sending = (more: Partial<GroupSending>): GroupSending => ({
    kind: 'retry',
    concurrency: 4,
    isEndFine: false,
    stopped: new AbortController().signal,
    onDone: () => undefined,
    rowOf: () => Promise.reject(new Error('no dry run')),
    send: async () => taken,
    ...more,
  });

  test('are sent to a few at a time, and keep their order', async () => {
    const now = { count: 0, most: 0 };
    const verdicts = await sendToGroup(
      members(40),
      sending({
        send: async () => {
          now.count += 1;
          now.most = Math.max(now.most, now.count);
          await new Promise(setImmediate);
          now.count -= 1;
          return taken;
        },
      }),
    );
    expect(now.most).toBe(4);
    expect(verdicts.map(({ vin }) => vin)).toEqual(members(40).map(({ vin }) => vin));
    expect(tallyOf(verdicts)).toMatchObject({ rows: 40, counts: { taken: 40 }, failed: 0, queued: 0 });
  });

  test('that fail stop nobody, and each says why', async () => {
    const failures: Record<string, unknown> = {
      [vinOf(0)]: new VinError('MESSAGE_REFUSED', `${vinOf(0)}: It is leaving.`, 'Correct it.'),
      [vinOf(1)]: new VinError('MESSAGE_NOT_KNOWN', 'not known', 'Ask again.'),
      [vinOf(2)]: new Error('odd'),
    };
    const send = async (vin: string) => {
      if (failures[vin]) throw failures[vin];
      return vin === vinOf(3) ? { ...taken, outcome: 'ended' as const } : taken;
    };
    const verdicts = await sendToGroup(members(5), sending({ send }));
    expect(verdicts.map(({ outcome, problem }) => [outcome, problem])).toEqual([
      ['refused', 'It is leaving.'],
      ['not-known', 'not known'],
      ['failed', 'odd'],
      ['ended', 'Its activation has ended, and takes no message.'],
      ['taken', null],
    ]);
    expect(tallyOf(verdicts).failed).toBe(4);
    const ended = await sendToGroup(members(5), sending({ send, isEndFine: true }));
    expect(tallyOf(ended).failed).toBe(3);
  });

  test('are not waited for as long once one was not taken in', async () => {
    const patience: (number | undefined)[] = [];
    const queued = { ...taken, outcome: 'queued', countsUntil: 'later' } as const;
    const verdicts = await sendToGroup(
      members(9),
      sending({
        send: async (_vin, how) => {
          patience.push(how.patience);
          return queued;
        },
      }),
    );
    expect(patience[0]).toBeUndefined();
    expect(patience.at(-1)).toBeLessThan(1_000);
    expect(tallyOf(verdicts)).toMatchObject({ queued: 9, failed: 0 });
  });

  test('are left once the server answers for none of those before', async () => {
    let asked = 0;
    const send = async () => {
      asked += 1;
      throw new VinError('TEMPORAL_UNREACHABLE', 'away', 'Later.');
    };
    const verdicts = await sendToGroup(members(500), sending({ send }));
    expect(asked).toBeLessThan(60);
    expect(verdicts.at(-1)).toMatchObject({ outcome: 'not-begun', remedy: 'Send the message again.' });
  });

  test('are not begun any more after a signal', async () => {
    const stop = new AbortController();
    const send = async () => {
      stop.abort();
      return taken;
    };
    const verdicts = await sendToGroup(members(3), sending({ concurrency: 1, send, stopped: stop.signal }));
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['taken', 'not-begun', 'not-begun']);
  });
});

test.each([
  [{ queued: 1 }, 'A worker is started with vin worker.'],
  [{ 'not-known': 1, taken: 3 }, 'who has it already has it once.'],
  [{ 'not-begun': 7 }, `again, with --id 'it'\\''s'`],
])('after a group with %j it is said how to send it again', (counts, words) => {
  let said = '';
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const others = { message: 'retry', rows: 9, queued: 0, failed: 0, results: [] };
  sayAfterGroup({ ...others, counts, dryRun: false, id: "it's" });
  const after = said;
  sayAfterGroup({ ...others, counts, dryRun: true, id: null });
  sayAfterGroup({ ...others, counts: { taken: 9 }, dryRun: false, id: 'x' });
  spy.mockRestore();
  expect(after).toContain(words);
  expect(said).toBe(after);
});

describe('the question before a group', () => {
  test.each([
    ['y\n', true],
    ['Yes\n', true],
    ['n\n', false],
    ['\n', false],
    ['', false],
  ])('answered %j is %s', async (typed, meant) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    input.end(typed);
    expect(await askFirst('vin retry for 2 vehicles?', input, output)).toBe(meant);
    expect(String(output.read())).toBe('vin retry for 2 vehicles? [y/N] ');
  });
});
