import type { ParkingMatter } from '../../workflows/contract/parking';
import type { TokenTrouble } from '../../workflows/contract/tokens';
import { TURNS } from '../../workflows/parking/turns';
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

/** The word that groups of people's work have for it. */
const TOPICS: Readonly<Record<ParkingMatter['matter'], ParkingTurn['topic']>> = {
  'not-leaving': 'parking-not-left',
  'stay-goes-on': 'parking-stay',
  stuck: 'parking-stuck',
  vanished: 'parking-vanished',
  'long-stay': 'long-stay',
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
      Object.hasOwn(TOPICS, matter) &&
      !(ONLY_SHOWN_UNTIL.includes(matter) && until !== null && Date.parse(until) < at),
  );
  if (!known) return null;
  const { matter, since, until } = known;
  return {
    matter,
    topic: TOPICS[matter],
    ...TURNS[matter],
    since,
    deadlineAt: ONLY_SHOWN_UNTIL.includes(matter) ? null : until,
  };
}

/** A credential of which nobody has wanted a token for so long is not in use any more; milliseconds. */
const FORGOTTEN = 2 * 86_400_000;

/** Why no new token comes; null: nothing is wrong, or it was long ago. */
export function troubleOfCredential({ trouble }: OpenCredential, at: number): TokenTrouble | null {
  return trouble !== null && trouble.at > at - FORGOTTEN ? trouble : null;
}
