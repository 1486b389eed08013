import type { ParkingMatter } from '../../workflows/contract/parking';
import type { TokenTrouble } from '../../workflows/contract/tokens';
import type { OpenCredential, OpenParking } from './parkings';
import type { OWN_TOPICS } from './topics';

/** What the matter of a parking is, whose turn it is, and what that person does. */
export interface ParkingTurn {
  /** Null: a fault of the program. */
  readonly matter: ParkingMatter['matter'] | null;
  readonly topic: keyof typeof OWN_TOPICS;
  readonly owner: string;
  readonly action: string;
  readonly since: string;
  /** Until when; null: until it is done. */
  readonly deadlineAt: string | null;
}

const TURNS: Readonly<Record<ParkingMatter['matter'], Pick<ParkingTurn, 'topic' | 'owner' | 'action'>>> = {
  'not-leaving': {
    topic: 'parking-not-left',
    owner: 'operations',
    action: 'See what stands in the way, and mend it: it is tried again by itself, and leaves then.',
  },
  'stay-goes-on': {
    topic: 'parking-stay',
    owner: 'driver',
    action: 'Have the vehicle leave the car park: its parking ends when the stay has ended.',
  },
  stuck: {
    topic: 'parking-stuck',
    owner: 'operations',
    action: 'See what stands in the way, and mend it: it is tried again by itself.',
  },
  vanished: {
    topic: 'parking-vanished',
    owner: 'fleet-manager',
    action:
      'It was added again. Find out who removes plates there; if the vehicle has left the fleet: vin parking remove.',
  },
  'long-stay': {
    topic: 'long-stay',
    owner: 'fleet-manager',
    action: 'See where it is, and whether it is to stay there.',
  },
};

/** Those for which seeing is enough: they are no deadline of somebody. */
const ONLY_SHOWN_UNTIL: readonly ParkingMatter['matter'][] = ['vanished'];

/** Whose turn it is with a parking; null: nobody has to do anything. @param at milliseconds since 1970 */
export function turnOf({ isFaulty, startedAt, matters = [] }: OpenParking, at: number): ParkingTurn | null {
  if (isFaulty) {
    const action = 'A fault of the program keeps it from going on. Report the fault (docs/stuck.md).';
    return {
      matter: null,
      topic: 'program-fault',
      owner: 'operations',
      action,
      since: startedAt,
      deadlineAt: null,
    };
  }
  const known = matters.find(
    ({ matter, until }) =>
      Object.hasOwn(TURNS, matter) &&
      !(ONLY_SHOWN_UNTIL.includes(matter) && until !== null && Date.parse(until) < at),
  );
  if (!known) return null;
  const { matter, since, until } = known;
  return { matter, ...TURNS[matter], since, deadlineAt: ONLY_SHOWN_UNTIL.includes(matter) ? null : until };
}

/** A credential of which nobody has wanted a token for so long is not in use any more; milliseconds. */
const FORGOTTEN = 2 * 86_400_000;

/** Why no new token comes; null: nothing is wrong, or it was long ago. */
export function troubleOfCredential({ trouble }: OpenCredential, at: number): TokenTrouble | null {
  return trouble !== null && trouble.at > at - FORGOTTEN ? trouble : null;
}
