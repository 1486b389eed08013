import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { askFirst } from '../../src/cli/ask-first';
import { sayAfterGroup } from '../../src/cli/group-words';
import { EXIT, exitCodeOf } from '../../src/cli/output';
import { runVin, type World } from './scripted-vin';

const VIN = 'WBA8E9G50GNT00001';
const OTHER = 'WBA8E9G50GNT00002';
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
// What ran before in this process may have left one.
beforeEach(() => {
  process.exitCode = undefined;
});
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
    expect(ran.methods).not.toContain('StartWorkflowExecution');
  });

  test('can be for every vehicle whose activation runs, where that is said and nothing else', async () => {
    const ran = await runVin(['refresh', '--all-running', '--dry-run'], { alive });
    expect(ran.stdout).toContain('refresh (dry run, nothing was sent): 2 would be taken\n');
    expect(ran.queries[0]).toContain("Provider = 'high-mobility' AND Application = 'default'");
    for (const more of [[], [VIN, '--all-running'], ['--all-running', '--brand', 'bmw']]) {
      expect((await runVin(['refresh', ...more])).error).toMatchObject({ exitCode: EXIT.usage });
    }
    expect((await runVin(['retry', '--all-running'])).error).toMatchObject({
      code: 'commander.unknownOption',
    });
  });

  test('is not sent where nobody can be asked and --yes is missing, and the error says so', async () => {
    const { error, methods } = await runVin(['retry', '--status', 'rejected'], { alive });
    expect(error).toMatchObject({
      code: 'USAGE_WRONG',
      message: 'vin retry for 2 vehicles (status rejected): nobody can be asked here whether that is meant',
      next: 'Look with --dry-run what would happen, then add --yes.',
    });
    expect(exitCodeOf(error)).toBe(EXIT.usage);
    expect(methods).not.toContain('StartWorkflowExecution');
  });

  test('gives each its verdict, in JSON too, and ends with 5 where one failed', async () => {
    const { stdout, stderr, batches } = await runVin(
      ['acknowledge', VIN, OTHER, 'SHORT', '--until', '3d', '--by', 'jane', '--yes', '-o', 'json'],
      {
        came: (vin) =>
          vin === VIN ? { outcome: 'refused', next: null, problem: 'No.', remedy: 'Wait.' } : {},
      },
    );
    expect(batches).toMatchObject([
      { kind: 'acknowledge', request: { until: '3d' }, by: 'jane', fleets: '*', vins: [VIN, OTHER, 'SHORT'] },
    ]);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      message: 'acknowledge',
      dryRun: false,
      id: batches[0]?.id,
      status: 'done',
      rows: 3,
      failed: 2,
      counts: { taken: 1, refused: 1, failed: 1 },
    });
    expect(answer.results).toMatchObject([
      { vin: VIN, outcome: 'refused', problem: 'No.' },
      { vin: OTHER, outcome: 'taken', next: 'It is done.' },
      { vin: 'SHORT', outcome: 'failed', code: 'VIN_INVALID' },
    ]);
    expect(stderr).toContain(
      `note: batch ${batches[0]?.id}: vin batch ${batches[0]?.id} shows it also later\n`,
    );
    expect(process.exitCode).toBe(EXIT.rowsFailed);
  });

  test('of a filter is for those that it finds, and says how they were chosen', async () => {
    const { batches, stdout } = await runVin(['retry', '--brand', 'BMW', '--yes', '--pace', '20'], { alive });
    expect(batches).toMatchObject([{ vins: [VIN, OTHER], pace: 20, facts: { chosen: 'brand bmw' } }]);
    expect(stdout).toContain('retry: 2 taken\n');
    expect(process.exitCode).toBe(EXIT.ok);
  });

  test('that nobody carries out is left as it is, and the command says how to look', async () => {
    const { stderr, stdout } = await runVin(['retry', VIN, OTHER, '--yes', '--id', 'mine'], { works: false });
    expect(stdout).toBe('');
    expect(stderr).toContain('note: No worker is running: start one with vin worker\n');
    expect(stderr).toContain(
      'The batch goes on. Look with vin batch mine, end it with vin batch stop mine\n',
    );
    expect(process.exitCode).toBe(EXIT.pending);
  });

  test('that nobody carries out has an answer for programs, by what the server keeps', async () => {
    const sent = ['retry', VIN, OTHER, '--yes', '--id', 'mine', '-o', 'json'];
    const { stdout } = await runVin(sent, { works: false });
    expect(JSON.parse(stdout)).toMatchObject({
      message: 'retry',
      id: 'mine',
      status: 'running',
      rows: 2,
      counts: { todo: 2 },
      failed: 0,
      results: [],
    });
    expect(process.exitCode).toBe(EXIT.pending);
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
      [2, null],
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

test.each([
  [
    { status: 'running', counts: { queued: 1, taken: 3 } },
    "The batch goes on. Look with vin batch 'it'\\''s'",
  ],
  [{ status: 'stopped', counts: { todo: 7 } }, 'again, with another --id'],
  [{ status: 'done', counts: { 'not-known': 1 } }, 'A worker is started with vin worker.'],
] as const)('after a group with %j it is said how to go on', (how, words) => {
  let said = '';
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const others = { message: 'retry', rows: 9, failed: 0, results: [] };
  sayAfterGroup({ ...others, ...how, dryRun: false, id: "it's" });
  const after = said;
  sayAfterGroup({ ...others, ...how, dryRun: true, id: null });
  sayAfterGroup({ ...others, status: 'done', counts: { taken: 9 }, dryRun: false, id: 'x' });
  spy.mockRestore();
  expect(after.toLowerCase()).toContain(words.toLowerCase());
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
