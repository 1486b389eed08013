import { LocalRateLimiter } from '../../src/calls/local-rate-limiter';
import { checkEligibility, type EligibilityRow } from '../../src/fleet-list/check-eligibility';
import { readBatches } from '../../src/fleet-list/fleet-list';
import { createHighMobility, type HighMobilityClient } from '../../src/providers/high-mobility/client';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { CATALOGUE, chunks } from './support';

const vinOf = (index: number) => `WBA81AC05P${String(index).padStart(7, '0')}`;

let simulator: Simulator;
let client: HighMobilityClient;
/** Waits that a real clock would have made, in milliseconds. */
let waits: number[];
let limiter: LocalRateLimiter;

beforeEach(async () => {
  simulator = await startSimulator({ clientId: 'client', clientSecret: 'a secret', seed: 1 });
  client = createHighMobility({ baseUrl: simulator.url, clientId: 'client', clientSecret: 'a secret' });
  waits = [];
  let now = 0;
  limiter = new LocalRateLimiter(60, {
    now: () => now,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  });
});
afterEach(async () => {
  await client.close();
  await simulator.close();
});

async function check(list: string, concurrency = 4): Promise<EligibilityRow[]> {
  const rows: EligibilityRow[] = [];
  await checkEligibility({
    batches: readBatches(chunks(Buffer.from(list)), { catalogue: CATALOGUE, sandbox: false }),
    catalogue: CATALOGUE,
    ask: ({ vin, brand }) => client.eligibility({ vin, brand }),
    limiter,
    concurrency,
    onRow: (row) => rows.push(row),
  });
  return rows.sort((a, b) => a.line - b.line);
}

const questions = () => simulator.ledger.calls.filter(({ path }) => path === '/v1/eligibility');

test('each row has its verdict, and only the brands that can be asked are asked', async () => {
  simulator.scriptEligibility(vinOf(1), { eligible: true, connectivity_status: 'activated' });
  simulator.scriptEligibility(vinOf(2), { eligible: false, primary_user_assigned: false });
  simulator.scriptEligibility(vinOf(3), { refused: 'vin' });
  simulator.scriptEligibility(vinOf(4), { refused: 'brand' });
  const rows = await check(
    `vin,brand\n${[1, 2, 3, 4].map((index) => `${vinOf(index)},bmw\n`).join('')}${vinOf(5)},kia\nSHORT,bmw\n${vinOf(6)},bnw\n`,
  );
  const nothing = {
    dataDelivery: [],
    connectivity: null,
    primaryUserAssigned: null,
    problem: '',
    remedy: '',
  };
  const bmw = (index: number) => ({ line: index + 1, vin: vinOf(index), brand: 'bmw', ...nothing });
  expect(rows).toEqual([
    { ...bmw(1), verdict: 'eligible', dataDelivery: ['pull', 'push'], connectivity: 'activated' },
    { ...bmw(2), verdict: 'ineligible', primaryUserAssigned: false },
    { ...bmw(3), verdict: 'unknown-vin' },
    { ...bmw(4), verdict: 'brand-not-enabled' },
    { ...bmw(5), brand: 'kia', verdict: 'not-asked' },
    expect.objectContaining({ line: 7, vin: 'SHORT', verdict: 'failed', brand: '' }),
    expect.objectContaining({
      line: 8,
      vin: vinOf(6),
      problem: '"bnw" is not a brand that the catalogue knows',
    }),
  ]);
  expect(
    questions()
      .map(({ vins }) => vins[0])
      .sort(),
  ).toEqual([1, 2, 3, 4].map(vinOf));
});

test('the questions are spread evenly over the minute', async () => {
  await check(`vin,brand\n${Array.from({ length: 6 }, (_, index) => `${vinOf(index)},bmw\n`).join('')}`);
  expect(waits).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
});

test('"retry after" makes all wait so long, and the same vehicle is asked again', async () => {
  simulator.setFault({ on: 'eligibility', vin: vinOf(0), kind: 'status', status: 429, retryAfter: '30' });
  const rows = await check(`vin,brand\n${vinOf(0)},bmw\n${vinOf(1)},bmw\n`, 1);
  expect(rows.map(({ verdict }) => verdict)).toEqual(['eligible', 'eligible']);
  expect(waits).toEqual([30_000, 1_000]);
  expect(questions().map(({ status, vins }) => [vins[0], status])).toEqual([
    [vinOf(0), 429],
    [vinOf(0), 200],
    [vinOf(1), 200],
  ]);
});

test('a vehicle without any answer is not known, after five questions with growing waits', async () => {
  simulator.setFault({ on: 'eligibility', vin: vinOf(0), kind: 'status', status: 503, times: 'always' });
  const rows = await check(`vin,brand\n${vinOf(0)},bmw\n${vinOf(1)},bmw\n`, 1);
  expect(rows).toMatchObject([
    { verdict: 'not-known', problem: expect.stringContaining('answered 503') },
    { verdict: 'eligible' },
  ]);
  expect(questions()).toHaveLength(6);
  expect(waits).toEqual([5_000, 10_000, 15_000, 20_000, 25_000]);
});

test('a question that is refused for good is not asked again', async () => {
  simulator.setFault({ on: 'eligibility', kind: 'status', status: 400, detail: 'no' });
  expect(await check(`vin,brand\n${vinOf(0)},bmw\n`)).toMatchObject([{ verdict: 'not-known' }]);
  expect(questions()).toHaveLength(1);
});

test.each([
  [401, 'PROVIDER_CREDENTIALS'],
  [403, 'PROVIDER_APPLICATION_REFUSED'],
])('a %i is the end: nobody could be asked', async (status, code) => {
  simulator.setFault({ on: 'eligibility', kind: 'status', status, times: 'always' });
  const list = `vin,brand\n${Array.from({ length: 20 }, (_, index) => `${vinOf(index)},bmw\n`).join('')}`;
  await expect(check(list, 1)).rejects.toMatchObject({ code });
  expect(new Set(questions().flatMap(({ vins }) => vins)).size).toBe(1);
});
