import type { Expectation } from '../shared/expectation';
import { type Scenario, USUAL } from './lives';

/** The reasons that the provider also gives while it still tries (Activation Process guide, "Pending reasons"). */
const PENDING_REASONS: ReadonlySet<string> = new Set([
  'consent assignment missing',
  'no data received',
  'privacy mode is enabled',
]);

/** The life that fulfils an expectation, or null where the vehicle never reaches the provider. */
export function lifeFor({ end, after, reason }: Expectation): Scenario | null {
  switch (end) {
    case 'invalid':
    case 'duplicate':
      return null;
    case 'pending':
    case 'canceled':
      return [{ status: 'pending', reason, after: 0 }];
    case 'approved':
    case 'revoked':
      return [
        { status: 'pending', reason, after: 0 },
        { status: 'approved', after: after ?? USUAL.approval },
      ];
    case 'rejected':
      return [
        {
          status: 'pending',
          reason: reason !== null && PENDING_REASONS.has(reason) ? reason : null,
          after: 0,
        },
        { status: 'rejected', reason: reason ?? 'unspecified', after: after ?? USUAL.rejection },
      ];
  }
}
