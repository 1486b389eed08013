import type { ReasonRule, Rules } from './rules';
import type { ClearanceStatus, ReasonStatus } from './status';
import { textKey } from './text-key';

/**
 * What a provider's reason means. Case, accents, spaces and punctuation do not matter; the rest of
 * the text must be the catalogue's, because one reason may begin like another and mean something
 * else. Null, an empty text and bare punctuation count as "no reason given".
 *
 * A text that the catalogue has for other brands only is unknown here: the same words can mean
 * different things to two carmakers ("invalid OEM state").
 */
export function matchReason(rules: Rules, status: ReasonStatus, text: string | null): ReasonRule {
  const key = textKey(text ?? '');
  const matches = (rule: ReasonRule) => rule.on.includes(status) && rule.keys.includes(key);
  return rules.reasons.find(matches) ?? rules.unknownReason;
}

/** Whether a clearance is pending because it waits until we enable it. */
export function isToEnable(
  rules: Rules,
  { status, reason }: { readonly status: ClearanceStatus; readonly reason: string | null },
): boolean {
  const { enableStep } = rules.traits;
  return enableStep !== null && status === 'pending' && matchReason(rules, status, reason).id === enableStep;
}
