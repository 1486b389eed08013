import { change, type Running, type Starting } from './state';

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
 *   absence has lasted for `lostAfter`, without a sign.
 *
 * It holds for every way out: asked for by a person, by Temporal or by the policy, and for a rejection for good.
 */
export function isProvenGone(state: Running): boolean {
  const { lastReading, sent, absentSince, deniedAt, endedAt, rules } = state;
  const { lostAfter } = rules.policy;
  const wished = wishedAt(state);
  if (!lastReading || lastReading.isOpen || lastReading.begun < wished) return false;
  if (sent && lastReading.begun < sent.at + lostAfter) return false;
  const sign = openSeenAt(state);
  if (absentSince === null || sign === null) return true;
  const isDenied = deniedAt !== null && deniedAt >= wished;
  const wasEnded =
    rules.traits.endsAs === 'absent' &&
    typeof endedAt === 'number' &&
    endedAt >= wished &&
    lastReading.begun >= endedAt;
  return isDenied || wasEnded || lastReading.begun >= Math.max(absentSince, sign) + lostAfter;
}

/**
 * A sign that something of the VIN is open, or may be: a request that was sent, or a reading with such a row, whatever its
 * word, and whoever made it. It is kept when all else about a request is forgotten, and takes back what a DELETE was answered.
 */
export function seenOpen<S extends Starting | Running>(state: S, at: number): S {
  return change(state, { openSeenAt: Math.max(at, openSeenAt(state) ?? at), deniedAt: null, endedAt: null });
}

/** When there was such a sign last; null: never. A run that was begun before signs were kept may have had any. */
export function openSeenAt({ openSeenAt: seen, startedAt }: Starting | Running): number | null {
  return seen === undefined ? startedAt : seen;
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
