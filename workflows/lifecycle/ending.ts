import { hasEnded } from '../../src/domain/status';
import { change, type Observation, type Running, type Starting } from './state';

/**
 * The one rule for the end. An activation ends only on proof: a reading of the provider's record that began after the
 * wish to leave was known, and that showed no open row of the VIN. What a DELETE answered, and what we believe, is no
 * proof.
 *
 * A reading that shows rows which have all ended is proof at once. An absence proves less:
 * - while a POST of ours may still take effect, it counts only after `lostAfter`;
 * - where there was ever a sign that something of the VIN is open or may be (`seenOpen`), one empty list is not enough. The
 *   provider must have said the same to a DELETE, after the wish and after the newest sign: that it knows no such
 *   clearance, or, where what is ended leaves no record (`endsAs`), that it ended it, before the reading began. Or the
 *   absence has lasted for `lostAfter`, from the first list after the newest sign that did not show it.
 *
 * Where a record stays until we remove it (`endsAs: 'removed'`), one that has ended is no proof for a vehicle that leaves: it could be
 * taken up again. Only where its removal was refused for `lostAfter` it ends so, and the provider keeps the record.
 *
 * It holds for every way out: asked for by a person, by Temporal or by the policy, and for a rejection for good.
 */
export function isProvenGone(state: Running): boolean {
  const { lastReading, sent, absentSince, deniedAt, endedAt, rules } = state;
  const { lostAfter } = rules.policy;
  const wished = wishedAt(state);
  if (!lastReading || lastReading.isOpen || lastReading.begun < wished) return false;
  if (sent && lastReading.begun < sent.at + lostAfter) return false;
  if (hasToBeRemoved(state)) return isKept(state, lastReading.begun);
  const sign = openSeenAt(state);
  if (absentSince === null || sign === null) return true;
  const isDenied = deniedAt !== null && deniedAt >= wished;
  const wasEnded =
    rules.traits.endsAs !== 'revoked' &&
    typeof endedAt === 'number' &&
    endedAt >= wished &&
    lastReading.begun >= endedAt;
  return isDenied || wasEnded || lastReading.begun >= Math.max(absentSince, sign) + lostAfter;
}

/**
 * Whether a reading only confirms the end that a webhook has told of before a person asked to try again: that person's word is
 * not used up by it, however many have confirmed it meanwhile.
 */
export function isEndTriedAgain(
  { clearance, ownClearance: own, sent }: Running,
  { status }: Pick<Observation, 'status'>,
): boolean {
  if (own !== null || !sent?.isOver || sent.isDouble) return false;
  return hasEnded(status) && status === clearance.status;
}

/** Whether a vehicle that leaves has a record which has ended and is there until we remove it. */
export function hasToBeRemoved({ rules, defleet, clearance, lastReading, absentSince }: Running): boolean {
  if (rules.traits.endsAs !== 'removed' || defleet === null) return false;
  return hasEnded(clearance.status) && lastReading !== null && absentSince === null;
}

/** Whether the provider has refused to remove its record for so long at a moment that it keeps it; null or absent: it has not. */
export function isKept({ keptSince, rules }: Running, moment: number): boolean {
  return typeof keptSince === 'number' && moment >= keptSince + rules.policy.lostAfter;
}

/**
 * A sign that something of the VIN is open, or may be: a request that was sent, or a reading with such a row, whatever its
 * word, and whoever made it. It is kept when all else about a request is forgotten, and takes back what a DELETE was answered.
 */
export function seenOpen<S extends Starting | Running>(state: S, at: number): S {
  return change(state, {
    openSeenAt: Math.max(at, openSeenAt(state) ?? at),
    deniedAt: null,
    endedAt: null,
    keptSince: null,
  });
}

/** When there was such a sign last; null: never. A run that was begun before signs were kept may have had any. */
export function openSeenAt({ openSeenAt: seen, startedAt }: Starting | Running): number | null {
  return seen === undefined ? startedAt : seen;
}

/**
 * Since when nothing is shown, where a list shows nothing at a moment. A sign since the last absence, also an old row that is not
 * believed, begins it anew: else a single empty list, a day after the sign, would be the proof.
 */
export function absenceSince(state: Running, at: number): number {
  const { absentSince } = state;
  return absentSince === null || absentSince < (openSeenAt(state) ?? 0) ? at : absentSince;
}

/** From when on a reading that shows nothing open is the proof, where only time is missing. */
export function absenceCountsFrom(state: Running): number {
  const { sent, absentSince, startedAt, rules } = state;
  const moments = [sent?.at, absentSince, openSeenAt(state)].map((moment) => moment ?? startedAt);
  return Math.max(...moments) + rules.policy.lostAfter;
}

/** Since when the end is wished for: by whoever asked for it, or since the provider's last word on the request. */
export function wishedAt({ defleet, ownClearance: own, startedAt }: Running): number {
  return defleet?.at ?? own?.since ?? startedAt;
}
