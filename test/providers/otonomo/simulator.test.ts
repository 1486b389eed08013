import { Otonomo } from '../../../src/providers/otonomo/client';
import {
  type OtonomoSimulator,
  type OtonomoSimulatorOptions,
  startOtonomo,
} from '../../../src/trial/simulator/otonomo/simulator';
import { failureOf, ONE, request, SECRET, SHORT, TWO } from './harness';

/** The client against the simulator, which shares no code with it. */

const DAY = 86_400_000;
const CREDENTIALS = { clientId: 'client', clientSecret: SECRET, service: 'workspace' };
let simulator: OtonomoSimulator;
let client: Otonomo;

async function open(options: Partial<OtonomoSimulatorOptions> = {}): Promise<void> {
  simulator = await startOtonomo({ ...CREDENTIALS, ...options });
  client = new Otonomo({ ...CREDENTIALS, baseUrl: simulator.url });
}

afterEach(async () => {
  await client.close();
  await simulator.close();
});

const read = async (vin: string) => (await client.list({ vins: [vin] }))[0];
const wordOf = (vin: string) => simulator.vehicles.find((one) => one.vin === vin)?.state;

test.each(['v1', 'platform', 'v2'] as const)(
  'in the words of %s a vehicle is submitted, approved, withdrawn and gone',
  async (edition) => {
    await open({ edition });
    expect(await read(ONE)).toBeUndefined();
    expect(await client.submit([request(ONE), request(SHORT)])).toMatchObject([
      { outcome: 'accepted', status: 'pending' },
      { outcome: 'accepted', status: 'pending' },
    ]);
    expect(await read(ONE)).toMatchObject({ vin: ONE, status: 'pending', brand: 'volkswagen' });
    simulator.clock.advance(2 * DAY);
    expect(await read(ONE)).toMatchObject({ status: 'approved', reason: null });
    expect(await client.withdraw(ONE, 'approved')).toEqual({ outcome: 'accepted', status: null });
    expect(await read(ONE)).toBeUndefined();
    expect(simulator.happenings.filter(({ vin }) => vin === ONE).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['disabled', 'removed']),
    );
    expect(await client.withdraw(ONE, 'approved')).toMatchObject({ outcome: 'absent' });
  },
);

test('what is disabled behind our back is asked for again', async () => {
  await open();
  await client.submit([request(ONE)]);
  simulator.set(ONE, 'disabled');
  expect(await read(ONE)).toMatchObject({ status: 'revoked', reason: 'Disabled' });
  expect(await client.submit([request(ONE)])).toMatchObject([{ outcome: 'accepted', status: 'pending' }]);
  expect(wordOf(ONE)).toBe('verification');
});

test.each([
  ['allowed', { outcome: 'accepted', status: 'pending' }],
  ['refused', { outcome: 'refused', description: 'pending vehicles cannot be removed' }],
] as const)('what has failed is uploaded again where its removal is %s', async (pendingRemoval, answer) => {
  await open({ pendingRemoval });
  await client.submit([request(ONE)]);
  simulator.set(ONE, 'error');
  expect(await client.submit([request(ONE), request(TWO)])).toMatchObject([answer, { outcome: 'accepted' }]);
});

test.each([
  ['allowed', 'accepted'],
  ['refused', 'not-supported'],
] as const)(
  'the removal of a pending vehicle is %s, and that is believed',
  async (pendingRemoval, outcome) => {
    await open({ pendingRemoval });
    await client.submit([request(ONE)]);
    expect(await client.withdraw(ONE, 'pending')).toMatchObject({ outcome });
  },
);

test('an upload whose reply is lost is found, and not made twice', async () => {
  await open();
  simulator.setFault({ on: 'upload', kind: 'drop', commit: true });
  expect(await failureOf(client.submit([request(ONE)]))).toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
  expect(await read(ONE)).toMatchObject({ status: 'pending' });
  expect(await client.submit([request(ONE)])).toMatchObject([{ outcome: 'accepted', status: 'pending' }]);
  expect(simulator.happenings.filter(({ what }) => what === 'uploaded')).toHaveLength(1);
});

test('a list that is cut off is no list', async () => {
  await open();
  for (const vin of [ONE, TWO, SHORT]) simulator.add(vin);
  simulator.setFault({ on: 'list', kind: 'truncated' });
  expect(await failureOf(client.scan(() => {}))).toMatchObject({
    code: expect.stringMatching(/UNREACHABLE|BAD_REPLY/),
  });
});

test('a wait that is asked for is told', async () => {
  await open();
  simulator.setFault({
    on: 'list',
    kind: 'status',
    status: 429,
    body: '{"detail":"throttled"}',
    retryAfter: '7',
  });
  expect(await failureOf(client.list())).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfter: 7_000 });
});

test('a token that was taken back is asked for again, once', async () => {
  await open();
  await client.list();
  simulator.revokeTokens();
  expect(await client.list()).toEqual([]);
  expect(simulator.calls.filter(({ path }) => path.includes('token'))).toHaveLength(2);
});

test('the connectivity of a vehicle is its eligibility', async () => {
  await open();
  expect(await client.eligibility({ vin: ONE })).toMatchObject({ verdict: 'eligible' });
  simulator.scriptConnectivity(ONE, null);
  expect(await client.eligibility({ vin: ONE })).toMatchObject({ verdict: 'not-known' });
});
