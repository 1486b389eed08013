import { createCalls } from '../../activities/calls';
import { submitTogether } from '../../activities/submission';
import { withTroubleGate } from '../../src/calls/trouble-gate';
import { closeAll } from '../providers/high-mobility/harness';
import type { ScriptedReply } from '../support/scripted-server';
import { Fleet, NEVER_LATE, vehicle, vin } from './support';

afterEach(closeAll);

const refusal = (detail: string): ScriptedReply => ({
  status: 422,
  body: { errors: [{ title: 'Unprocessable Entity', detail }] },
});
const FORBIDDEN: ScriptedReply = {
  status: 403,
  body: { errors: [{ title: 'Forbidden', detail: 'This service account is not associated with a fleet.' }] },
};
const HUNDRED = Array.from({ length: 100 }, (_, number) => vin(number));

/** A hundred vehicles that come together, and come again whenever they are told to, for an hour. */
async function begin(reply: Fleet['reply']) {
  const fleet = new Fleet();
  fleet.reply = reply;
  const clock = { now: 1_000_000 };
  const clocks = { now: () => clock.now, date: () => clock.now };
  const gate = withTroubleGate(await fleet.connect(), undefined, { clocks });
  const waves: (() => void)[] = [];
  const after = (_: number, run: () => void): void => void waves.push(run);
  const calls = createCalls(gate.provider, gate.limiter, { size: 100, window: 1, after });
  /** What each says. */
  const together = async (vins: readonly string[]): Promise<string[]> => {
    const all = Promise.all(
      vins.map((one) =>
        calls.submit(vehicle(one), NEVER_LATE).then(
          ({ outcome }) => outcome,
          (error: { code: string }) => error.code,
        ),
      ),
    );
    for (const leave of waves.splice(0)) leave();
    return all;
  };
  const hour = async (): Promise<void> => {
    for (let minute = 0; minute < 60; minute += 1) {
      clock.now += 60_000;
      await together(HUNDRED);
    }
  };
  return { fleet, clock, together, hour, gate };
}

const counted = (fleet: Fleet): number => fleet.posts.length + fleet.lists.length;

test.each<[string, Fleet['reply']]>([
  [
    '422 "application is not configured"',
    (route) => (route === 'post' ? refusal('application is not configured') : undefined),
  ],
  ['a 403 to every call', () => FORBIDDEN],
])('%s costs 100 vehicles at most a dozen calls in the first hour', async (_, reply) => {
  const { fleet, together, hour } = await begin(reply);
  expect(new Set(await together(HUNDRED))).toEqual(new Set(['PROVIDER_APPLICATION_REFUSED']));
  await hour();
  expect(counted(fleet)).toBeGreaterThanOrEqual(5);
  expect(counted(fleet)).toBeLessThanOrEqual(12);
});

test('words that nobody knows are the application’s after eight vehicles alone, and no vehicle is refused for itself', async () => {
  const { fleet, together, hour } = await begin((route) =>
    route === 'post' ? refusal('computer says no') : undefined,
  );
  expect(new Set(await together(HUNDRED))).toEqual(new Set(['PROVIDER_APPLICATION_REFUSED']));
  expect(fleet.posts.map(({ length }) => length)).toEqual([100, 50, 1, 1, 1, 1, 1, 1, 1, 1]);
  const before = counted(fleet);
  await hour();
  expect(counted(fleet) - before).toBeLessThanOrEqual(8);
});

test('once a vehicle is taken all others go on, in one call', async () => {
  let isRefused = true;
  const { fleet, clock, together } = await begin((route) =>
    route === 'post' && isRefused ? refusal('application is not configured') : undefined,
  );
  await together(HUNDRED);
  isRefused = false;
  clock.now += 15 * 60_000;
  expect(new Set(await together(HUNDRED))).toEqual(new Set(['accepted']));
  expect(fleet.posts.map(({ length }) => length)).toEqual([100, 1, 99]);
});

test('eight vehicles that are refused for themselves are not in the way of the others for longer than a look', async () => {
  const bad = new Set(HUNDRED.slice(0, 50));
  const { fleet, clock, together } = await begin((route, vins) =>
    route === 'post' && vins.some((one) => bad.has(one)) ? refusal('a tag is missing') : undefined,
  );
  await together(HUNDRED);
  for (let looks = 0; looks < 40; looks += 1) {
    clock.now += 15 * 60_000;
    await together(HUNDRED.filter((one) => !fleet.records.has(one)));
    if (fleet.records.size === 50) break;
  }
  expect([...fleet.records.keys()].sort()).toEqual(HUNDRED.slice(50));
});

test('a vehicle that something in between turns away with a 400 is in the way of no other, for whole hours', async () => {
  const bad = vin(3);
  const { fleet, clock, together } = await begin((route, vins) =>
    route === 'post' && vins.includes(bad) ? { status: 400, body: '{}' } : undefined,
  );
  for (let minute = 0; minute < 120; minute += 1) {
    clock.now += 60_000;
    const next = minute % 10 === 9 ? [vin(200 + minute)] : [];
    expect([minute, await together([...next, bad])]).toEqual([
      minute,
      [...next.map(() => 'accepted'), 'PROVIDER_BAD_REPLY'],
    ]);
  }
  expect(fleet.records.size).toBe(12);
});

test('a 400 without words to whatever is sent is an outage, and costs few calls', async () => {
  const { fleet, together, hour } = await begin((route) =>
    route === 'post' ? { status: 400, body: '{}' } : undefined,
  );
  await hour();
  expect(new Set(await together(HUNDRED))).toEqual(new Set(['PROVIDER_AWAY']));
  const before = counted(fleet);
  await hour();
  expect(counted(fleet) - before).toBeLessThanOrEqual(16);
});

test('a refusal that names a brand or a vehicle is not about the application', async () => {
  const fleet = new Fleet();
  fleet.reply = (route) =>
    route === 'post' ? refusal('the brand is not enabled for this application') : undefined;
  const outcomes = await submitTogether(await fleet.connect(), [
    { vehicle: vehicle(vin(1)), sendBy: NEVER_LATE },
  ]);
  expect(outcomes).toMatchObject([{ code: 'PROVIDER_REFUSED' }]);
});
