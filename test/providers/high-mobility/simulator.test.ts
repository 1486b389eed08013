import { createHighMobility, type HighMobilityClient } from '../../../src/providers/high-mobility/client';
import { type Simulator, startSimulator } from '../../../src/trial/simulator/high-mobility/simulator';
import { failureOf, SECRET, VIN } from './harness';

/** The client against the simulator, which shares no code with it. */

const DAY = 86_400_000;
const FORD = 'WF0AXXWPMAHA00001';
const audi = { vin: VIN, brand: 'audi', tags: { 'vw-group-customer-name': 'Acme' } };
const ford = { vin: FORD, brand: 'ford', tags: {} };

let simulator: Simulator;
let client: HighMobilityClient;

beforeEach(async () => {
  simulator = await startSimulator({ clientId: 'client', clientSecret: SECRET, seed: 1 });
  client = createHighMobility({ baseUrl: simulator.url, clientId: 'client', clientSecret: SECRET });
});

afterEach(async () => {
  await client.close();
  await simulator.close();
});

/** The last submissions stay pending until a test says otherwise. */
async function submitPending(...requests: (typeof audi | typeof ford)[]): Promise<void> {
  for (const { vin } of requests) simulator.script(vin, [{ status: 'pending', after: 0 }]);
  for (const answer of await client.submit(requests)) expect(answer.outcome).toBe('accepted');
}

/** The clearance of the first vehicle. */
const read = async () => (await client.list({ vins: [VIN] }))[0];

test('a vehicle is submitted, approved, withdrawn and gone', async () => {
  expect(await read()).toBeUndefined();
  await submitPending(audi);
  expect(await read()).toMatchObject({
    vin: VIN,
    status: 'pending',
    brand: 'audi',
    tags: audi.tags,
  });
  simulator.setStatus(VIN, 'approved');
  expect(await read()).toMatchObject({ status: 'approved' });
  expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: 'revoking' });
  expect(await client.withdraw(VIN)).toMatchObject({ outcome: 'in-transition' });
  simulator.setStatus(VIN, 'revoked');
  expect(await client.withdraw(VIN)).toMatchObject({ outcome: 'already-removed' });
});

test('the reason of a rejection is read', async () => {
  await submitPending(audi);
  simulator.setStatus(VIN, 'rejected', 'privacy mode is enabled');
  expect(await read()).toMatchObject({ status: 'rejected', reason: 'privacy mode is enabled' });
});

test('a pending clearance is too young to cancel, then it is not, and some brands cannot', async () => {
  await submitPending(audi, ford);
  expect(await client.withdraw(VIN)).toMatchObject({ outcome: 'too-early' });
  simulator.clock.advance(2 * DAY);
  expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: 'canceling' });
  expect(await client.withdraw(FORD)).toMatchObject({ outcome: 'not-supported' });
  expect(await client.withdraw('WVWZZZ1KZAW999999')).toMatchObject({ outcome: 'absent' });
});

test('the filters mean the same on both sides', async () => {
  await submitPending(audi, ford);
  simulator.setStatus(FORD, 'approved');
  const vinsOf = async (filter: Parameters<typeof client.list>[0]) =>
    (await client.list(filter)).map(({ vin }) => vin).sort();
  expect(await vinsOf({})).toEqual([FORD, VIN]);
  expect(await vinsOf({ vins: [FORD] })).toEqual([FORD]);
  expect(await vinsOf({ vins: [FORD, VIN] })).toEqual([FORD, VIN]);
});

test('of a vehicle that was cleared twice the newer clearance counts', async () => {
  await submitPending(audi);
  simulator.setStatus(VIN, 'rejected', 'privacy mode is enabled');
  simulator.clock.advance(DAY);
  await submitPending(audi);
  expect(await client.list()).toMatchObject([{ vin: VIN, status: 'pending', reason: null }]);
});

test('an older clearance that is open is found behind a newer one that has ended, and withdrawn', async () => {
  await submitPending(ford);
  simulator.setStatus(FORD, 'rejected');
  simulator.addOlder(ford, 'approved');
  const [found] = await client.list({ vins: [FORD] });
  const [rejected] = simulator.ledger.clearances.filter(({ changelog }) => changelog.length > 1);
  const newest = rejected?.changelog.at(-1)?.at ?? 0;
  expect(found).toMatchObject({ status: 'approved', newestChange: Math.floor(newest / 1_000) * 1_000 });
  expect(await client.withdraw(FORD)).toEqual({ outcome: 'accepted', status: 'revoking' });
});

test('data is not there before the first drive, then it flows, until the consent is removed', async () => {
  await submitPending(ford);
  expect(await client.firstData(FORD)).toBe('lost');
  simulator.setStatus(FORD, 'approved');
  expect(await client.firstData(FORD)).toBe('not-yet');
  simulator.clock.advance(DAY);
  expect(await client.firstData(FORD)).toBe('flowing');
  simulator.scriptData(FORD, { lost: true });
  const tokens = () => simulator.ledger.calls.filter(({ path }) => path === '/v1/access_tokens').length;
  const before = tokens();
  expect(await client.firstData(FORD)).toBe('lost');
  expect(tokens()).toBe(before);
});

test('a vehicle is eligible or not, unknown to its carmaker, or of a brand that is not activated', async () => {
  const ask = async () => (await client.eligibility(ford)).verdict;
  expect(await ask()).toBe('eligible');
  simulator.scriptEligibility(FORD, { eligible: false, connectivity_status: 'deactivated' });
  expect(await client.eligibility(ford)).toEqual({
    verdict: 'ineligible',
    dataDelivery: [],
    connectivity: 'deactivated',
    primaryUserAssigned: null,
  });
  simulator.scriptEligibility(FORD, { refused: 'vin' });
  expect(await ask()).toBe('unknown-vin');
  simulator.scriptEligibility(FORD, { refused: 'brand' });
  expect(await ask()).toBe('brand-not-enabled');
});

test('a wrong brand is refused for its VIN alone', async () => {
  const [first, second] = await client.submit([{ vin: FORD, brand: 'horse', tags: {} }, audi]);
  expect(first).toMatchObject({ vin: FORD, outcome: 'refused', description: expect.stringMatching(/brand/) });
  expect(second).toMatchObject({ vin: VIN, outcome: 'accepted' });
});

test('rows that are left out, doubled or spelled otherwise are matched', async () => {
  for (const [kind, outcome] of [
    ['missing-row', 'missing'],
    ['doubled-row', 'accepted'],
    ['recased-row', 'accepted'],
  ] as const) {
    simulator.setFault({ on: 'submit', kind });
    expect(await client.submit([ford])).toMatchObject([{ vin: FORD, outcome }]);
    simulator.forget(FORD);
  }
});

test('tokens that are taken back are replaced without anybody noticing', async () => {
  await client.list();
  simulator.revokeTokens();
  expect(await client.list()).toEqual([]);
});

test('a wrong secret is named as one', async () => {
  const stranger = createHighMobility({ baseUrl: simulator.url, clientId: 'client', clientSecret: 'wrong' });
  expect((await failureOf(stranger.list())).code).toBe('PROVIDER_CREDENTIALS');
  await stranger.close();
});

test('who asks too often is told how long to wait', async () => {
  simulator.setFault({ on: 'list', kind: 'status', status: 429, retryAfter: '30' });
  const error = await failureOf(client.list());
  expect(error.code).toBe('PROVIDER_RATE_LIMITED');
  expect(error.retryAfter).toBeGreaterThan(0);
});

test('a reason beside the status is read', async () => {
  await submitPending(audi);
  simulator.setStatus(VIN, 'rejected', 'privacy mode is enabled');
  simulator.setFault({ on: 'list', kind: 'bare-reason' });
  const said = { status: 'rejected', reason: 'privacy mode is enabled' };
  expect(await client.list({ vins: [VIN] })).toMatchObject([said]);
});

test('a withdrawal that is answered without a body was carried out', async () => {
  await submitPending(audi);
  simulator.setStatus(VIN, 'approved');
  simulator.setFault({ on: 'withdraw', kind: 'reply', status: 204, commit: true });
  expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: null });
  expect(await read()).toMatchObject({ status: 'revoking' });
});

test('a 404 of a load balancer, before a withdrawal arrives, is no answer', async () => {
  await submitPending(audi);
  simulator.setStatus(VIN, 'approved');
  simulator.setFault({ on: 'withdraw', kind: 'reply', status: 404 });
  expect((await failureOf(client.withdraw(VIN))).code).toBe('PROVIDER_BAD_REPLY');
  expect(await client.withdraw(VIN)).toEqual({ outcome: 'accepted', status: 'revoking' });
});

test('a compressed list and a token without a lifetime are read', async () => {
  await submitPending(audi);
  simulator.revokeTokens();
  simulator.setFault({ on: 'token', kind: 'no-lifetime' });
  simulator.setFault({ on: 'list', kind: 'gzip' });
  const tokens = () => simulator.ledger.calls.filter(({ path }) => path === '/v1/access_tokens').length;
  const before = tokens();
  expect(await client.list()).toMatchObject([{ vin: VIN, status: 'pending' }]);
  for (let count = 0; count < 5; count++) await client.list();
  expect(tokens() - before).toBe(1);
});

test('maintenance with a wait says how long', async () => {
  simulator.setFault({ on: 'list', kind: 'status', status: 503, retryAfter: '40' });
  expect(await failureOf(client.list())).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryAfter: 40_000 });
});

test.each([
  [{ kind: 'drop' }, 'PROVIDER_UNREACHABLE'],
  [{ kind: 'html' }, 'PROVIDER_UNAVAILABLE'],
  [{ kind: 'html', status: 200 }, 'PROVIDER_BAD_REPLY'],
  [{ kind: 'status', status: 500 }, 'PROVIDER_UNAVAILABLE'],
  [{ kind: 'status', status: 403 }, 'PROVIDER_APPLICATION_REFUSED'],
  [{ kind: 'reply', status: 302, headers: { location: 'http://169.254.169.254/' } }, 'PROVIDER_BAD_REPLY'],
] as const)('the fault %j is %s', async (fault, code) => {
  simulator.setFault({ on: 'list', ...fault });
  expect((await failureOf(client.list())).code).toBe(code);
  expect(await client.list()).toEqual([]);
});
