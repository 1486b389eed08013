import { todoFor } from '../../src/cli/todo';
import { todoAsText } from '../../src/cli/todo-words';
import { parkingCountsOf } from '../../src/snapshot/counts';
import { readSnapshot } from '../../src/snapshot/read-snapshot';
import type { ParkingListed, ParkingMatter } from '../../workflows/contract/parking';
import { PARKING, PARKING_MEMO } from '../../workflows/contract/parking';
import { TOKENS, TOKENS_MEMO } from '../../workflows/contract/tokens';
import { activationInList, inList } from './executions';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const DAY = 86_400_000;
const ago = (milliseconds: number): string => new Date(NOW - milliseconds).toISOString();

let named = 0;
function parkingInList(more: Partial<ParkingListed> = {}) {
  named += 1;
  const plate = `NO-AA${10_000 + named}`;
  const listed: ParkingListed = {
    ...{ provider: 'autopay', plate, vin: null, fleet: null, externalId: null, step: 'in-fleet' },
    ...{ addedAt: null, waitingFor: null, nextAt: null, trouble: null, ...more },
  };
  return inList(PARKING, `parking:autopay:${listed.plate}`, { memo: { [PARKING_MEMO]: listed } });
}
const withMatter = (matter: ParkingMatter['matter'], since: string, more: Partial<ParkingListed> = {}) =>
  parkingInList({ matters: [{ matter, since, until: null }], ...more });
const refused = (at: number) =>
  inList(TOKENS, 'tokens:autopay:default', {
    memo: {
      [TOKENS_MEMO]: {
        token: { id: 'x', sealed: 'SEALED', until: 0 },
        trouble: {
          code: 'PROVIDER_UNAUTHORIZED',
          words: 'invalid_client',
          next: 'See whether id and secret are right.',
          at,
          since: NOW - DAY,
        },
        nextAt: null,
      },
    },
  });

const snapshotOf = (...executions: ReturnType<typeof inList>[]) =>
  readSnapshot(async () => ({ executions, next: null }), { now: () => NOW });
const asked = async (...executions: ReturnType<typeof inList>[]) =>
  todoFor(await snapshotOf(...executions), {}, 'UTC');

describe('parkings in what there is to do', () => {
  test('are among whose turn it is, with since when, what to do and the command', async () => {
    const answer = await asked(
      activationInList({ vin: 'WBA8E9G50GN000001', owner: 'fleet-manager', status: 'approved' }),
      parkingInList(),
      withMatter('long-stay', ago(9 * DAY)),
      withMatter('long-stay', ago(DAY)),
      withMatter('not-leaving', ago(2 * DAY), { plate: 'NO-BB1', step: 'leaving', trouble: 'HTTP 500' }),
    );
    expect([answer.sentence, answer.parkings]).toEqual(['3 need you · 1 is ours', 4]);
    expect(todoAsText(answer, { now: NOW, width: 100 })).toContain(
      `1 vehicle, 4 parkings, as they were just now

   1  parking-not-left · operations · oldest 2d
      See what stands in the way, and mend it: it is tried again by itself, and leaves then.
      vin parking show NO-BB1`,
    );
    expect(answer.groups.find(({ topic }) => topic === 'long-stay')).toMatchObject({
      ...{ count: 2, owner: 'fleet-manager', oldestSince: ago(9 * DAY), vins: [] },
      look: 'vin parking list --matter long-stay',
    });
  });

  test('that go well are nothing to do', async () => {
    expect(await asked(parkingInList(), parkingInList({ step: 'adding', trouble: 'once' }))).toMatchObject({
      sentence: 'Nothing needs you.',
      groups: [],
    });
  });

  test('that wait for the token of a credential are one group, and nobody has to act for each', async () => {
    const stuck = { trouble: 'No access token of autopay:default has come in time' };
    const answer = await asked(
      refused(NOW - 60_000),
      withMatter('stuck', ago(DAY), stuck),
      withMatter('not-leaving', ago(DAY), stuck),
      parkingInList(stuck),
    );
    expect(answer.sentence).toContain('gives no token for parking since');
    expect(answer.owners).toEqual([]);
    expect(answer.groups).toEqual([
      expect.objectContaining({
        ...{ topic: 'credential-refused', application: 'autopay:default', owner: 'operations', count: 3 },
        ...{ oldestSince: ago(DAY), action: 'See whether id and secret are right.', look: 'vin doctor' },
      }),
    ]);
    expect(JSON.stringify(answer)).not.toContain('SEALED');
  });

  test('a credential of which nobody has wanted a token for days is not in use any more', async () => {
    expect((await asked(refused(NOW - 3 * DAY))).groups).toEqual([]);
  });

  test('a plate that was removed by others is shown for a while, and what else is the matter after that', async () => {
    const matters = (until: string): ParkingMatter[] => [
      { matter: 'vanished', since: ago(2 * DAY), until },
      { matter: 'long-stay', since: ago(DAY), until: null },
    ];
    const topics = async (until: string) =>
      (await asked(parkingInList({ matters: matters(until) }))).groups.map(({ topic, deadlineAt }) => [
        topic,
        deadlineAt,
      ]);
    expect(await topics(ago(-DAY))).toEqual([['parking-vanished', null]]);
    expect(await topics(ago(1))).toEqual([['long-stay', null]]);
  });

  test('a word that is not known yet is no group', async () => {
    const matters = [{ matter: 'toString', since: ago(DAY), until: null }] as never;
    expect((await asked(parkingInList({ matters }))).groups).toEqual([]);
  });

  test('are narrowed by fleet, owner and provider, and have no brand', async () => {
    const snapshot = await snapshotOf(
      withMatter('long-stay', ago(DAY), { fleet: 'acme' }),
      withMatter('stuck', ago(DAY), { fleet: 'globex' }),
      refused(NOW),
    );
    const topics = (filter: object) => todoFor(snapshot, filter, 'UTC').groups.map(({ topic }) => topic);
    expect(topics({ fleet: 'acme' })).toEqual(['long-stay']);
    expect(topics({ owner: 'operations' })).toEqual(['credential-refused', 'parking-stuck']);
    // A plate is one for all credentials of its provider.
    expect(topics({ provider: 'autopay', application: 'oslo' })).toEqual(['long-stay', 'parking-stuck']);
    expect(topics({ provider: 'high-mobility' })).toEqual([]);
    expect(topics({ brand: 'bmw' })).toEqual([]);
  });
});

test('parkings are counted by their step, and those that need somebody', async () => {
  const snapshot = await snapshotOf(
    parkingInList(),
    parkingInList({ step: 'adding', trouble: 'once' }),
    withMatter('stay-goes-on', ago(DAY), { step: 'leaving' }),
  );
  expect(parkingCountsOf(snapshot, 'autopay')).toEqual({
    byStep: { adding: 1, 'in-fleet': 1, leaving: 1 },
    needAttention: 1,
    inTrouble: 1,
  });
  expect(parkingCountsOf(snapshot, 'other').byStep).toEqual({ adding: 0, 'in-fleet': 0, leaving: 0 });
});
