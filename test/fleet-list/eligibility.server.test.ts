import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { vin } from '../support/command-line';

const BMW = 'WBA81AC05PCM41237';
const KIA = 'KNAC381AFN5123456';
const folder = mkdtempSync(join(tmpdir(), 'vin-eligibility-'));
const list = join(folder, 'fleet.csv');
const SECRET = 'a-secret-of-the-test';

let simulator: Simulator;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  simulator = await startSimulator({ clientId: 'client', clientSecret: SECRET });
  simulator.scriptEligibility(BMW, { eligible: false, connectivity_status: 'deactivated' });
  writeFileSync(list, `vin;brand\n${BMW};bmw\n${KIA};kia\n`);
  environment = {
    HIGH_MOBILITY_BASE_URL: simulator.url,
    HIGH_MOBILITY_CLIENT_ID: 'client',
    HIGH_MOBILITY_CLIENT_SECRET: SECRET,
  };
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const eligibility = (...options: string[]) =>
  vin(['eligibility', list, '--rate', '6000', ...options], environment);

test('vin eligibility -o json prints the counts and each vehicle', async () => {
  const { code, stdout } = await eligibility('-o', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: 2,
    counts: { ineligible: 1, 'not-asked': 1 },
    vehicles: [
      { line: 2, vin: BMW, verdict: 'ineligible', connectivity: 'deactivated', dataDelivery: [] },
      { line: 3, vin: KIA, verdict: 'not-asked' },
    ],
  });
});

test('vin eligibility -o csv prints a line for each vehicle', async () => {
  const { stdout } = await eligibility('-o', 'csv');
  const rows = parse(stdout, { columns: true }) as Record<string, string>[];
  expect(Object.fromEntries(rows.map(({ vin, verdict }) => [vin, verdict]))).toEqual({
    [BMW]: 'ineligible',
    [KIA]: 'not-asked',
  });
});

test('vin eligibility prints a table, and leaves with 5 where a row failed', async () => {
  writeFileSync(list, `vin;brand\n${BMW};bmw\nSHORT;bmw\n`);
  const { code, stdout } = await eligibility();
  expect(code).toBe(5);
  expect(stdout).toMatch(/WBA81AC05PCM41237 .* ineligible .* deactivated/);
  expect(stdout).toContain('1 failed');
});

test('wrong credentials are an error with what to do, and the secret is nowhere', async () => {
  const answer = await vin(['eligibility', list], { ...environment, HIGH_MOBILITY_CLIENT_ID: 'other' });
  expect(answer.code).toBe(4);
  expect(answer.stderr).toMatch(/error PROVIDER_CREDENTIALS: .*\n {2}next: /);
  expect(answer.stdout + answer.stderr).not.toContain(SECRET);
});
