import { countsOf, leftOutOf, roomOf, withinRoom } from '../../src/domain/named-stays';
import type { Locked } from '../contract/parking';

/** What locking came to, with what was listed as locked before: as much of it as can be kept. */
export function lockedWith(now: readonly Locked[], before: readonly Locked[]): readonly Locked[] {
  const room = roomOf(now.length);
  return now.map((one) => withinRoom(withEarlier(one, before), room));
}

/** What was listed as locked once stays so, where a later answer says nothing of it. */
function withEarlier(now: Locked, before: readonly Locked[]): Locked {
  const named = new Set([...now.locked, ...now.unlocked].map(({ id }) => id));
  const earlier = before
    .filter(({ application }) => application === now.application)
    .flatMap(({ locked }) => locked)
    .filter(({ id, endedAt }) => endedAt !== null && !named.has(id));
  const locked = [...earlier, ...now.locked];
  if (!now.leftOut) return { ...now, locked };
  // Each answer lists all: what it has no room for is what was named before.
  const leftOut = { ...now.leftOut, locked: Math.max(0, now.leftOut.locked - earlier.length) };
  return { ...now, locked, leftOut };
}

/** `3 payments are locked, 1 are not`. @param kept what of it, and of before, could be kept */
export function lockedInWords(all: readonly Locked[], kept: readonly Locked[]): string {
  const { locked, unlocked } = countsOf(all);
  const open = unlocked > 0 ? `, ${unlocked} are not` : '';
  const leftOut = leftOutOf(kept);
  const unnamed = leftOut > 0 ? `; ${leftOut} of them are too many to be named here` : '';
  return `${locked} payments are locked${open}${unnamed}`;
}
