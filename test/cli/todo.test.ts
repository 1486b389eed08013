import { todoFor } from '../../src/cli/todo';
import { todoAsText } from '../../src/cli/todo-words';
import { readSnapshot } from '../../src/snapshot/read-snapshot';
import { todoOf } from '../../src/snapshot/todo';
import { DEFLEETING, DEFLEETING_MEMO, defleetingId } from '../../workflows/contract/defleetings';
import { activationInList, inList, type Listed } from '../snapshot/executions';
import { runVin } from './scripted-vin';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ago = (milliseconds: number): string => new Date(NOW - milliseconds).toISOString();
const vinOf = (number: number): string => `WBA8E9G50GN${String(number).padStart(6, '0')}`;
let named = 0;
/** A vehicle that no other row of the test is about. */
const newVin = (): string => {
  named += 1;
  return vinOf(named);
};

/** So many vehicles with the same trouble. */
function several(count: number, listed: Omit<Listed, 'vin'>, from = 0): Listed[] {
  return Array.from({ length: count }, (_, index) => ({
    vin: newVin(),
    changedAt: ago(from + index * 1_000),
    ...listed,
  }));
}

const consent = (count: number, more: Partial<Listed> = {}) =>
  several(count, {
    brand: 'ford',
    reasonKey: 'consent-missing',
    owner: 'fleet-manager',
    reasonSince: ago(6 * DAY),
    memo: {
      action: 'Assign the consent of this vehicle to us in the Ford Pro portal.',
      reason: 'consent assignment missing',
    },
    ...more,
  });
const privacy = (count: number) =>
  several(count, {
    brand: 'volkswagen',
    reasonKey: 'privacy-mode',
    owner: 'driver',
    reasonSince: ago(2 * DAY),
    deadlineAt: ago(-30 * HOUR),
    memo: { action: 'Turn privacy mode off in the vehicle.' },
  });
const down = (count: number) =>
  several(
    count,
    {
      inTrouble: true,
      owner: 'operations',
      status: 'absent',
      memo: { troubleKind: 'away', action: 'Waits: the provider gives no answer.', step: 'submitting' },
    },
    37 * MINUTE,
  );
const broken = (count: number) => several(count, { isFaulty: true, status: 'approved' });

const leaving = (deadlineAt: string) => {
  const vin = newVin();
  return inList(DEFLEETING, defleetingId(vin), {
    memo: {
      [DEFLEETING_MEMO]: {
        vin,
        fleet: null,
        step: 'watching',
        deadlineAt,
        beginsAt: ago(5 * DAY),
        askedAt: ago(5 * DAY),
        parts: [
          {
            provider: 'high-mobility',
            application: 'default',
            state: 'leaving',
            status: 'revoking',
            owner: null,
            action: null,
          },
        ],
      },
    },
  });
};

async function snapshotOf(rows: readonly Listed[], others: readonly ReturnType<typeof inList>[] = []) {
  const executions = [...rows.map(activationInList), ...others];
  return readSnapshot(async () => ({ executions, next: null }), { now: () => NOW });
}

const printed = async (rows: readonly Listed[], others?: readonly ReturnType<typeof inList>[]) =>
  todoAsText(todoFor(await snapshotOf(rows, others), {}, 'UTC'), { now: NOW + 3_000, width: 80 });

const GOLDEN = `37 need you · 12 need drivers · 4 are ours · 1 has not left in time · High
Mobility is down since 11:22, 14 wait · 12 of them run out within 48 hours
367 vehicles, as they were 3s ago

   1  deadline-over · operations · oldest 1d · 1 too late
      Find out why the access has not ended: look with vin defleet show.
      vin defleet list --overdue

  14  provider-away (absent, bmw) · operations · oldest 37m
      Waits: the provider gives no answer.
      vin list --in-trouble

   4  program-fault (approved, bmw) · operations · oldest 6s
      A fault of the program keeps it from going on. Set it free, and report the
      fault.
      vin unstick WBA8E9G50GN000053

  12  privacy-mode (pending, volkswagen) · driver · oldest 2d · deadline in 1d ·
      12 within 48h
      Turn privacy mode off in the vehicle.
      vin retry --status pending --reason privacy-mode --owner driver

  37  consent-missing (pending, ford) · fleet-manager · oldest 6d
      Assign the consent of this vehicle to us in the Ford Pro portal.
      vin retry --status pending --reason consent-missing --owner fleet-manager`;

beforeEach(() => {
  named = 0;
});

describe('vin todo', () => {
  test('says in one sentence whose turn it is, and for each group what to do, biggest harm first', async () => {
    const rows = [
      ...consent(37),
      ...privacy(12),
      ...broken(4),
      ...down(14),
      ...several(300, { status: 'approved' }),
    ];
    expect(
      await printed(rows, [leaving('2026-03-09T12:00:00.000Z'), leaving('2026-03-12T12:00:00.000Z')]),
    ).toBe(GOLDEN);
  });

  test('says that there is nothing to do', async () => {
    expect(await printed(several(2, { status: 'approved' }))).toBe(
      'Nothing needs you.\n2 vehicles, as they were 3s ago',
    );
  });

  test('keeps every line within 80 characters, whatever others wrote', async () => {
    const rows = consent(2, {
      brand: 'a'.repeat(60),
      memo: { action: `Do\u001b[2J this ${'and that '.repeat(40)}` },
    });
    const text = await printed(rows);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).not.toContain('\u001b');
  });

  test('names for machines what people read, with a version', async () => {
    const { at, version, sentence, groups, owners } = todoFor(await snapshotOf(consent(2)), {}, 'UTC');
    expect({ at, version, sentence, owners, groups }).toEqual({
      version: 1,
      at: '2026-03-10T12:00:00.000Z',
      sentence: '2 need you',
      owners: [{ owner: 'fleet-manager', count: 2 }],
      groups: [
        {
          topic: 'consent-missing',
          application: 'high-mobility:default',
          status: 'pending',
          brands: ['ford'],
          owner: 'fleet-manager',
          action: 'Assign the consent of this vehicle to us in the Ford Pro portal.',
          count: 2,
          oldestSince: '2026-03-04T12:00:00.000Z',
          vins: [vinOf(1), vinOf(2)],
          plates: [],
          deadlineAt: null,
          soon: 0,
          overdue: 0,
          command: 'vin retry --status pending --reason consent-missing --owner fleet-manager',
          look: 'vin list --status pending --reason consent-missing --owner fleet-manager',
        },
      ],
    });
  });

  test('asks Temporal once for few vehicles, and no workflow', async () => {
    const { stdout, methods, error } = await runVin(['todo', '-o', 'json'], {
      alive: [{ VIN: vinOf(1), Brand: 'bmw', ClearanceStatus: 'approved' }],
    });
    expect(error).toBeNull();
    expect(methods).toEqual(['ListWorkflowExecutions']);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      vehicles: 1,
      sentence: 'Nothing needs you.',
      groups: [],
    });
  });
});

describe('the commands of a group', () => {
  const commandsOf = async (...rows: Listed[]) =>
    todoFor(await snapshotOf(rows), {}).groups.map(({ command, look }) => [command, look]);
  const one = { vin: vinOf(1), owner: 'fleet-manager', memo: { action: 'Do it.' } };

  test('correct the request where the catalogue says so, with the tag that is missing', async () => {
    const filters = '--status rejected --reason customer-name-tag-missing --owner fleet-manager';
    expect(await commandsOf({ ...one, status: 'rejected', reasonKey: 'customer-name-tag-missing' })).toEqual([
      [`vin amend ${filters} --tag vw-group-customer-name=TEXT`, `vin list ${filters}`],
    ]);
  });

  test('offer nothing where nothing helps: a refusal that is final, and a provider in trouble', async () => {
    expect((await commandsOf({ ...one, status: 'rejected', reasonKey: 'ineligible' }))[0]?.[0]).toBeNull();
    expect(
      await commandsOf({ ...one, owner: 'operations', inTrouble: true, memo: { troubleKind: 'away' } }),
    ).toEqual([[null, 'vin list --in-trouble']]);
  });

  test('name the application where there are several, and by what the answer was narrowed', async () => {
    const filters = '--application high-mobility:default --status pending --owner fleet-manager';
    expect(
      (await commandsOf(one, { ...one, vin: vinOf(2), application: 'other', owner: null }))[0]?.[1],
    ).toBe(`vin list ${filters}`);
    const snapshot = await snapshotOf([
      { ...one, fleet: 'a cme' },
      { ...one, vin: vinOf(2), fleet: 'other' },
    ]);
    expect(todoFor(snapshot, { fleet: 'a cme' }).groups.map(({ look, count }) => [look, count])).toEqual([
      ["vin list --fleet 'a cme' --status pending --owner fleet-manager", 1],
    ]);
  });
});

describe('a group', () => {
  test('has its owner, its oldest, and the deadline that comes first', async () => {
    const rows = privacy(3).map((row, index) => ({
      ...row,
      reasonSince: ago((index + 1) * DAY),
      deadlineAt: ago((1 - index) * 40 * HOUR),
    }));
    expect(todoOf(await snapshotOf(rows))).toMatchObject({
      soon: 2,
      overdue: 1,
      groups: [
        {
          owner: 'driver',
          count: 3,
          oldestSince: ago(3 * DAY),
          vins: [vinOf(3), vinOf(2), vinOf(1)],
          deadlineAt: ago(0),
          soon: 2,
          overdue: 1,
        },
      ],
    });
  });
});
