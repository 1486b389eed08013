import type { Expectation } from '../shared/expectation';
import { type Life, type LifeStep, type State, USUAL, USUAL_LIFE } from './lives';

const STATE_OF_REASON: Readonly<Record<string, State>> = {
  'pending verification': 'verification',
  'pending enablement': 'enablement',
  incomplete: 'incomplete',
};

/** The life that fulfils what a list's column `expect` says of a row, or null where the vehicle never reaches the provider. */
export function lifeFor({ end, after, reason }: Expectation): Life | null {
  const first: LifeStep = {
    state: STATE_OF_REASON[reason?.toLowerCase() ?? ''] ?? 'verification',
    after: 0,
  };
  switch (end) {
    case 'invalid':
    case 'duplicate':
      return null;
    case 'pending':
    case 'canceled':
      return [first];
    case 'rejected':
      return [first, { state: 'error', after: after ?? USUAL.verification }];
    default:
      return after === null ? USUAL_LIFE : [first, { state: 'enabled', after }];
  }
}
