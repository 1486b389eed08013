import { deadlinesIn, groupedBy, inOrder, NAMED } from './grouping';
import { type ParkingTurn, troubleOfCredential, turnOf } from './parking-turns';
import type { OpenParking } from './parkings';
import type { Snapshot } from './snapshot';
import type { ProviderTrouble, TodoGroup } from './todo';

/** A parking for which somebody has to act. */
interface Waiting extends ParkingTurn {
  readonly row: OpenParking;
}

/** What there is to do for parkings. */
export interface ParkingTodo {
  readonly groups: readonly TodoGroup[];
  /** Whose turn it is, once for each parking. */
  readonly owners: readonly string[];
  readonly troubles: readonly ProviderTrouble[];
}

/** What there is to do for parkings: those that wait because a credential has no token are one thing to do. */
export function parkingTodo({ parkings, credentials, at }: Snapshot): ParkingTodo {
  const refused = credentials.flatMap(({ application, trouble }) => {
    const known = troubleOfCredential({ application, trouble }, at);
    return known ? [{ application, ...known }] : [];
  });
  const without = new Set(refused.map(({ application }) => providerIn(application)));
  const isExplained = ({ trouble, provider }: OpenParking): boolean =>
    trouble !== null && without.has(provider);
  const waiting = parkings.flatMap((row): Waiting[] => {
    const turn = turnOf(row, at);
    const isOwn = turn !== null && !(isExplained(row) && OF_CREDENTIAL.includes(turn.topic));
    return isOwn ? [{ ...turn, row }] : [];
  });
  const troubles = refused.map(({ application, since, at: last, next }) => ({
    application,
    kind: 'credential-refused' as const,
    since: new Date(since ?? last).toISOString(),
    waiting: parkings.filter((row) => row.provider === providerIn(application) && isExplained(row)).length,
    next,
  }));
  return {
    groups: [
      ...troubles.map((trouble) => groupOfCredential(trouble, parkings.filter(isExplained))),
      ...groupedBy(waiting, ({ topic, owner, row }) => [topic, owner, row.provider]).map((rows) =>
        groupOf(rows, at),
      ),
    ],
    owners: waiting.map(({ owner }) => owner),
    troubles: troubles.map(({ next: _, ...trouble }) => trouble),
  };
}

/** What a missing token can be the cause of. */
const OF_CREDENTIAL: readonly string[] = ['parking-stuck', 'parking-not-left'];

function providerIn(application: string): string {
  return application.split(':')[0] ?? application;
}

/** What is the same of all groups of parkings. */
const PLAIN = { application: null, status: null, brands: [] } as const;

function groupOf(waiting: readonly [Waiting, ...Waiting[]], at: number): TodoGroup {
  const sorted = [...waiting].sort((a, b) => inOrder(a.since, b.since));
  const { matter, topic, owner, action, since, row } = sorted[0] ?? waiting[0];
  return {
    ...PLAIN,
    ...{ topic, owner, action, count: waiting.length, oldestSince: since },
    ...named(sorted.map((one) => one.row)),
    ...deadlinesIn(waiting, at),
    command: null,
    look:
      waiting.length === 1 || matter === null
        ? `vin parking show ${row.plate}`
        : `vin parking list --matter ${matter}`,
  };
}

function groupOfCredential(
  { application, since, waiting, next }: ProviderTrouble & { readonly next: string },
  rows: readonly OpenParking[],
): TodoGroup {
  return {
    ...PLAIN,
    ...{ application, topic: 'credential-refused', owner: 'operations', count: waiting, oldestSince: since },
    action: next || 'See whether id and secret of the credential are right, and its agreement goes on.',
    ...named(rows.filter(({ provider }) => provider === providerIn(application))),
    ...{ deadlineAt: null, soon: 0, overdue: 0 },
    command: null,
    look: 'vin doctor',
  };
}

function named(rows: readonly OpenParking[]): Pick<TodoGroup, 'vins' | 'plates'> {
  const some = rows.slice(0, NAMED);
  return { vins: some.flatMap(({ vin }) => vin ?? []), plates: some.map(({ plate }) => plate) };
}
