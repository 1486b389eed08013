import { dataDueAt } from './data';
import type { Plan } from './plan';
import type { Running } from './state';

/** Questions whose answers are good to know, and which no activation stops for: but where the policy says so. */

/** Asks the carmaker first, where the policy wants it and the brand can be asked; a "no" may stop the submission. */
export function planEligibility({ eligibility, rules: { brand, policy } }: Running): Plan | null {
  if (policy.eligibility === 'off' || !brand.eligibilityCheck) return null;
  if (eligibility === null) return { do: 'check-eligibility' };
  if (policy.eligibility === 'advisory' || eligibility === 'eligible') return null;
  return {
    park: {
      kind: 'parked',
      why: `The vehicle was not submitted: ${NOT_ELIGIBLE[eligibility]}`,
      owner: 'fleet-manager',
      action:
        'Check VIN and brand, then retry to ask again, an hour after the last answer or later; or submit it without asking: vin amend VIN --eligibility off, and then vin resume VIN.',
      ladder: 'default',
    },
  };
}

const NOT_ELIGIBLE = {
  ineligible: 'the carmaker says that it is not eligible',
  'unknown-vin': 'the carmaker does not know its VIN',
  'brand-not-enabled': 'its brand is not activated for our application at the provider',
  'not-known': 'the carmaker did not say whether it is eligible',
} as const;

/** Asks an approved vehicle for data, at growing intervals for a while, and then in the policy's slow rhythm. */
export function planFirstData(state: Running, now: number): Plan {
  const due = dataDueAt(state);
  if (due === null) return { rest: true };
  if (now >= due) return { do: 'check-data' };
  const isFlowing = state.data?.answer === 'flowing';
  const what = isFlowing
    ? 'the next question whether data flows'
    : 'the first data: the vehicle has to be driven';
  return { waitUntil: due, for: what };
}
