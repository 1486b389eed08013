import type { Rules } from '../../src/domain/rules';
import type { ActivationState } from './state';

/**
 * The one rule for the end. An activation ends only on proof: a reading of the provider's record that began after the
 * wish to leave was known, and that showed no open row of the VIN. What a DELETE answered, and what we believe, is no
 * proof.
 *
 * An absence proves less than a record that has ended:
 * - while a POST of ours may still take effect, it counts only after `lostAfter`;
 * - of a clearance that was there, or may be, it counts once the provider has also said so to a DELETE, or when it has
 *   lasted for `lostAfter`: one empty list is not enough. Where what is ended leaves no record (`endsAs`), a DELETE
 *   that was accepted before the reading says so too. What a later reading has refuted says nothing.
 *
 * It holds for every way out: asked for by a person, by Temporal or by the policy, and for a rejection for good.
 */
export function isProvenGone(state: ActivationState, rules: Pick<Rules, 'policy' | 'traits'>): boolean {
  const { lastReading, sent, ownClearance: own, clearance, absentSince, deniedAt, withdrawal } = state;
  const { lostAfter } = rules.policy;
  if (!lastReading || lastReading.isOpen || lastReading.begun < wishedAt(state)) return false;
  if (sent && lastReading.begun < sent.at + lostAfter) return false;
  const isAbsent = absentSince !== null;
  const mayBeThere = sent !== null || (own !== null && clearance.status !== 'error');
  if (!isAbsent || !mayBeThere) return true;
  const isDenied = deniedAt !== null && deniedAt >= wishedAt(state);
  const wasTaken =
    rules.traits.endsAs === 'absent' &&
    withdrawal !== null &&
    !withdrawal.isRefuted &&
    withdrawal.at >= wishedAt(state) &&
    lastReading.begun >= withdrawal.at;
  return isDenied || wasTaken || lastReading.begun >= absentSince + lostAfter;
}

/** From when on a reading that shows nothing open is the proof, where only time is missing. */
export function absenceCountsFrom(
  { sent, absentSince, startedAt }: ActivationState,
  { policy: { lostAfter } }: Pick<Rules, 'policy'>,
): number {
  return Math.max(sent?.at ?? startedAt, absentSince ?? startedAt) + lostAfter;
}

/** Since when the end is wished for: by whoever asked for it, or since the provider's last word on the request. */
export function wishedAt({ defleet, ownClearance: own, startedAt }: ActivationState): number {
  return defleet?.at ?? own?.since ?? startedAt;
}
