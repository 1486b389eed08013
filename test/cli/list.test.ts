import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runVin } from './scripted-vin';

const VIN = 'WBA8E9G50GNT00001';

describe('vin list', () => {
  test.each([
    ['VW', 'volkswagen'],
    ['BMW', 'bmw'],
    ['Škoda', 'skoda'],
    ['S\u030Ckoda', 'skoda'],
    ['Mercedes', 'mercedes-benz'],
    [' mercedes benz ', 'mercedes-benz'],
  ])('reads the brand %s as a list has it', async (written, brand) => {
    const { error, queries } = await runVin(['list', '--brand', written]);
    expect(error).toBeNull();
    expect(queries[0]).toContain(`Brand = '${brand}'`);
  });

  test('refuses a brand that nobody knows, with what may have been meant', async () => {
    const { error, queries, stdout } = await runVin(['list', '--brand', 'Folkswagen']);
    expect(error).toMatchObject({
      code: 'BRAND_UNKNOWN',
      next: expect.stringMatching(/^Did you mean volkswagen\?/),
    });
    expect([...queries, stdout]).toEqual(['']);
  });

  test('that finds nothing says what was looked for, and how many have ended', async () => {
    const { stdout, stderr, queries } = await runVin(
      ['list', '--brand', 'VW', '--status', 'pending', '--fleet', ' a\u200Bcme '],
      { ended: 3 },
    );
    expect(stdout).toBe('No activations with fleet acme, brand volkswagen, status pending.\n');
    expect(stderr).toBe('note: 3 that have ended: add --all\n');
    expect(queries[1]).toContain("Brand = 'volkswagen'");
    expect(queries[1]).toContain("ExecutionStatus != 'Running'");
  });

  test('says nothing of ended ones where there are none, or where they are asked for', async () => {
    expect(await runVin(['list'])).toMatchObject({ stdout: 'No activations.\n', stderr: '' });
    const all = await runVin(['list', '--all', '--brand', 'bmw'], { ended: 3 });
    expect(all).toMatchObject({ stdout: 'No activations with brand bmw.\n', stderr: '' });
  });

  const waiting = { VIN, Brand: 'bmw', ClearanceStatus: 'absent' };

  test('says once that no worker is there where one has not begun, in JSON too', async () => {
    for (const more of [[], ['-o', 'json']]) {
      const { stderr, stdout } = await runVin(['list', ...more], { alive: [waiting, waiting] });
      expect(stderr).toBe('note: No worker is running: start one with vin worker\n');
      expect(stdout).toContain(VIN);
    }
  });

  test('does not claim that no worker runs where the server names one, or where all have begun', async () => {
    expect((await runVin(['list'], { alive: [waiting], worker: true })).stderr).toBe('');
    const begun = { ...waiting, ClearanceStatus: 'pending' };
    expect((await runVin(['list'], { alive: [begun] })).stderr).toBe('');
  });

  test("shows since when it is so, whose turn it is and the provider's words, and all of it in JSON", async () => {
    const columns = {
      ...waiting,
      ClearanceStatus: 'pending',
      ClearanceReason: 'privacy-mode',
      ActionOwner: 'driver',
    };
    const about = 'pending privacy-mode driver ';
    const memo = { about, reason: 'Privacy mode', since: '2026-11-20T10:00:00.000Z', action: 'Turn it off.' };
    const alive = [{ ...columns, memo: { ...memo, approvedAt: null, step: 'waiting' } }];
    const { stdout } = await runVin(['list'], { alive });
    expect(stdout).toMatch(/VIN +Brand +Status +Whose turn +Reason +Since\n/);
    expect(stdout).toMatch(/pending +driver +privacy-mode +\d+d\n/);
    const chosen = await runVin(['list', '--columns', 'vin,words,action'], { alive });
    expect(chosen.stdout).toMatch(/Privacy mode +Turn it off\.\n/);
    const [row] = JSON.parse((await runVin(['list', '-o', 'json'], { alive })).stdout).rows;
    const { about: _about, ...fields } = memo;
    expect(row).toMatchObject({ ...fields, owner: 'driver', reasonKey: 'privacy-mode', inTrouble: false });
  });

  test('searches by every filter, and says by which it found nothing', async () => {
    const { stdout, queries } = await runVin([
      'list',
      ...[
        '--owner',
        'driver',
        '--reason',
        'no data',
        '--older-than',
        '10d',
        '--application',
        'high-mobility:acme',
      ],
      ...['--attention', '--in-trouble', '--overdue'],
    ]);
    for (const condition of [
      "Provider = 'high-mobility' AND Application = 'acme'",
      "ClearanceReason = 'no-data' AND ActionOwner = 'driver' AND NeedsAttention = true AND Trouble = true",
      "DeadlineAt < '",
      "ReasonSince < '",
    ]) {
      expect(queries[0]).toContain(condition);
    }
    expect(stdout).toBe(
      'No activations with application high-mobility:acme, reason no-data, owner driver, attention, in trouble, overdue, older than 10d.\n',
    );
  });

  test('is sorted and limited, and says that there are more', async () => {
    const alive = ['2', '1', '3'].map((last) => ({ ...waiting, VIN: `${VIN.slice(0, -1)}${last}` }));
    const { stdout, stderr } = await runVin(['list', '--sort', 'vin', '--limit', '2', '-o', 'json'], {
      alive,
      worker: true,
    });
    expect(JSON.parse(stdout).rows.map(({ vin }: { vin: string }) => vin.at(-1))).toEqual(['1', '2']);
    expect(stderr).toBe('note: there are more than 2: narrow the filter, or raise --limit\n');
    const all = await runVin(['list', '--limit', '3'], { alive, worker: true });
    expect(all.stderr).toBe('');
  });

  test('shows ages to a person, and times to a machine', async () => {
    const { stdout } = await runVin(['list'], { alive: [waiting], worker: true });
    expect(stdout).not.toMatch(/\d\d:\d\d/);
    const json = await runVin(['list', '-o', 'json'], { alive: [waiting], worker: true });
    expect(json.stdout).toContain('.123Z');
  });

  test('names the columns that there are, where one is asked for that there is not', async () => {
    const { error, stderr } = await runVin(['list', '--columns', 'vin,ownr']);
    expect(error).toMatchObject({ exitCode: 1 });
    expect(stderr).toContain('Did you mean owner?');
  });
});

describe('vin activate', () => {
  const words = ['activate', VIN, '--brand', 'bmw'];

  test('says that no worker is running, where none is', async () => {
    const { error, stderr, stdout } = await runVin(words);
    expect(error).toBeNull();
    expect(stderr).toContain('note: No worker is running: start one with vin worker\n');
    expect(stdout).toBe(`${VIN}: activation started\n`);
  });

  test('says nothing of workers where one is there', async () => {
    expect((await runVin(words, { worker: true })).stderr).not.toContain('worker');
  });
});

describe('vin import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vin-import-'));
  const file = join(folder, 'list.csv');
  beforeAll(() => writeFileSync(file, `vin,brand\n${VIN},bmw\nWBA8E9G50GNT00002,bmw\n`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('says once that no worker is running, where none is', async () => {
    const { error, stderr, stdout } = await runVin(['import', file]);
    expect(error).toBeNull();
    expect(stdout).toContain('2 started');
    expect(stderr.match(/No worker is running: start one with vin worker/g)).toHaveLength(1);
    expect((await runVin(['import', file], { worker: true })).stderr).not.toContain('No worker');
  });
});

describe('a vehicle that is not known', () => {
  test.each([
    ['status'],
    ['why'],
    ['retry'],
    ['resume'],
    ['refresh'],
    ['data-seen'],
    ['acknowledge', '--until', '3d'],
    ['amend', '--tag', 'note=x'],
  ])('is looked for, and not started, by vin %s', async (name, ...more) => {
    const { error } = await runVin([name, VIN, ...more]);
    expect(error).toMatchObject({
      code: 'ACTIVATION_UNKNOWN',
      next: 'Look whether VIN, provider and namespace are right (vin list).',
    });
  });
});
