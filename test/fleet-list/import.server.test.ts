import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ConnectedClient } from '../../src/temporal/connection';
import { prepareNamespace } from '../../src/temporal/namespace';
import { type Cuttable, startCuttable } from '../gateway/cuttable';
import { eventually, serve, vin } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';

const folder = mkdtempSync(join(tmpdir(), 'vin-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

const vinOf = (index: number) => `WBA81AC05P${String(index).padStart(7, '0')}`;
const NOWHERE = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

describe('a dry run', () => {
  const list = join(folder, 'fleet.csv');

  test('checks every row without Temporal, and says where the result is', async () => {
    writeFileSync(list, `vin,brand\n${vinOf(1)},bmw\n${vinOf(1)},bmw\nTOOSHORT,bmw\n`);
    const answer = await vin(['import', list, '--dry-run', '-o', 'json'], NOWHERE);
    const result = join(folder, 'fleet.dry-run.csv');
    expect(JSON.parse(answer.stdout)).toEqual({
      version: 1,
      dryRun: true,
      rows: 3,
      ready: 1,
      started: 0,
      alreadyActive: 0,
      ended: 0,
      leaving: 0,
      startsAgain: 0,
      failed: 2,
      warnings: 0,
      notes: [],
      result,
    });
    expect(answer.code).toBe(5);
    expect(answer.stderr).toMatch(/line 3: "WBA81AC05P0000001": the VIN is already on line 2\. Delete/);
    expect(answer.stderr).toMatch(/line 4: "TOOSHORT": the VIN has 8 characters/);
    const outcomes = parse(readFileSync(result, 'utf8'), { columns: true }) as { outcome: string }[];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ready', 'failed', 'failed']);
  });

  test('without anything wrong leaves with 0', async () => {
    writeFileSync(list, `vin,brand\n${vinOf(1)},bmw\n`);
    expect((await vin(['import', list, '--dry-run'], NOWHERE)).code).toBe(0);
  });

  test('shows the first twenty problems, and how many more there are', async () => {
    writeFileSync(list, `vin,brand\n${'TOOSHORT,bmw\n'.repeat(50)}`);
    const { stderr } = await vin(['import', list, '--dry-run'], NOWHERE);
    expect(stderr.match(/^line /gm)).toHaveLength(20);
    expect(stderr).toContain('and 30 more: see the result file');
  });

  test('takes --result, and refuses the list itself there', async () => {
    const other = join(folder, 'other.csv');
    expect((await vin(['import', list, '--dry-run', '--result', other], NOWHERE)).code).toBe(5);
    expect(readFileSync(other, 'utf8').split('\n')).toHaveLength(52);
    const refused = await vin(['import', list, '--dry-run', '--result', list], NOWHERE);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('RESULT_NOT_WRITABLE') as string,
    });
  });

  test('of a hundred thousand rows of 1.5 KB each stays under 256 MB', async () => {
    const long = join(folder, 'long.csv');
    await writeLongList(long, 100_000, 1_500);
    const { stderr, stdout } = await vin(['import', long, '--dry-run', '-o', 'json'], {
      ...NOWHERE,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(WATCH_MEMORY)}`,
    });
    expect(JSON.parse(stdout)).toMatchObject({ rows: 100_000, ready: 100_000 });
    const most = Number(/most memory: (\d+)/.exec(stderr)?.[1]);
    expect(most).toBeGreaterThan(2 ** 20);
    expect(most).toBeLessThan(256 * 2 ** 20);
  });
});

/** Says at its end how much memory the process had at most, as looked at every 20 ms. */
const WATCH_MEMORY = `
  let most = 0;
  const look = () => { most = Math.max(most, process.memoryUsage.rss()); };
  setInterval(look, 20).unref();
  process.on('exit', () => { look(); process.stderr.write('most memory: ' + most); });`;

async function writeLongList(path: string, rows: number, width: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('vin,brand,fleet,tag:note,tag:more\n');
  // In two tags, each of which may be so long: a letter has two bytes.
  const tag = 'ö'.repeat(width / 4);
  for (let index = 0; index < rows; index += 1) {
    if (!file.write(`${vinOf(index)},bmw,acme,${tag},${tag}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

describe('an import', () => {
  const ROWS = 2_000;
  const NAMESPACE = `import-${process.pid}`;
  const list = join(folder, 'import.csv');
  const result = join(folder, 'import.result.csv');
  let environment: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  let connected: ConnectedClient;
  let way: Cuttable;

  beforeAll(async () => {
    // Of its own, so that no worker of another test takes up what is started here.
    const { address } = devServer();
    const { client, close } = await patientClient(devServer());
    await client.workflowService.registerNamespace({
      namespace: NAMESPACE,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await close();
    // It goes through this process: where that stands still, so do the imports that it has to catch in their middle.
    way = await startCuttable(address);
    environment = { TEMPORAL_ADDRESS: way.address, TEMPORAL_NAMESPACE: NAMESPACE };
    connected = await eventually(
      async () => patientClient({ ...devServer(), namespace: NAMESPACE }).catch(() => undefined as never),
      (found) => found !== undefined,
    );
    await eventually(
      async () =>
        prepareNamespace(connected.client).then(
          () => true,
          () => false,
        ),
      (ready) => ready,
    );
    const lines = Array.from({ length: ROWS }, (_, index) => `${vinOf(index)},bmw,acme\n`);
    writeFileSync(list, `vin,brand,fleet\n${lines.join('')}`);
  });
  afterAll(async () => {
    await connected?.close();
    await way?.cut();
  });

  const records = () => parse(readFileSync(result, 'utf8'), { columns: true }) as Record<string, string>[];
  const count = async (query: string) => (await connected.client.workflow.count(query)).count;

  test('that is killed leaves a result that can be read, and run again starts nothing twice', async () => {
    const first = serve(['import', list, '--concurrency', '8'], environment);
    await eventually(
      async () => {
        try {
          return records().length;
        } catch {
          return 0;
        }
      },
      (rows) => rows > 0,
    );
    first.kill('SIGKILL');
    await first.ended;
    const left = records();
    expect(left.length).toBeLessThan(ROWS);
    expect(left.map(({ line, vin, outcome }) => `${line} ${vin} ${outcome}`)).toEqual(
      left.map((_, index) => `${index + 2} ${vinOf(index)} started`),
    );

    const second = await vin(['import', list, '-o', 'json'], environment);
    expect(second.code).toBe(0);
    const tally = JSON.parse(second.stdout) as { started: number; alreadyActive: number };
    expect(tally).toMatchObject({ rows: ROWS, ended: 0, failed: 0 });
    expect(tally.alreadyActive).toBeGreaterThanOrEqual(left.length);
    expect(tally.started + tally.alreadyActive).toBe(ROWS);

    await eventually(
      () => count(''),
      (runs) => runs >= ROWS,
    );
    const vins = new Set<string>();
    let runs = 0;
    for await (const { workflowId } of connected.client.workflow.list()) {
      vins.add(workflowId);
      runs += 1;
    }
    expect({ runs, vehicles: vins.size }).toEqual({ runs: ROWS, vehicles: ROWS });
  });

  test('that gets SIGINT says how many it has started, and leaves a verdict for each', async () => {
    rmSync(result, { force: true });
    const importing = serve(['import', list, '-o', 'json'], environment);
    await eventually(
      async () => existsSync(result),
      (begun) => begun,
    );
    importing.kill('SIGINT');
    const { code, stdout, stderr } = await importing.ended;
    expect(code).toBe(130);
    const tally = JSON.parse(stdout) as { rows: number; alreadyActive: number; interrupted: string };
    expect(tally).toMatchObject({ interrupted: 'SIGINT', alreadyActive: tally.rows });
    expect(tally.rows).toBeLessThan(ROWS);
    expect(records()).toHaveLength(tally.rows);
    expect(stderr).toContain(`interrupted by SIGINT after ${tally.rows} rows of the list. 0 started`);
  });

  test('does not start again what has ended, unless it is asked to', async () => {
    const few = join(folder, 'few.csv');
    writeFileSync(few, `vin,brand,fleet\n${vinOf(0)},bmw,acme\n${vinOf(1)},bmw,acme\n`);
    await connected.client.workflow.getHandle(`activation:high-mobility:default:${vinOf(0)}`).terminate();

    const once = await vin(['import', few, '-o', 'json'], environment);
    expect(once.code).toBe(0);
    expect(JSON.parse(once.stdout)).toMatchObject({ started: 0, alreadyActive: 1, ended: 1 });
    expect(once.stderr).toMatch(/line 2: "WBA81AC05P0000000": its activation has ended before\. .*--again/);

    const again = await vin(['import', few, '--again', '-o', 'json'], environment);
    expect(JSON.parse(again.stdout)).toMatchObject({ started: 1, alreadyActive: 1, ended: 0 });
  });
});
