import type { WebhookOutcome } from '../metrics';
import type { ClaimOutcome } from './claim-delivery';

/** What became of a claim, as figures and answers name it. */
export const OUTCOMES = {
  delivered: 'accepted',
  duplicate: 'duplicate',
  'unknown-vehicle': 'unknown_vehicle',
} as const satisfies Record<ClaimOutcome, WebhookOutcome>;

/** What does not concern us is no error for the provider: a webhook that keeps failing may be switched off. */
export const ANSWERS: Readonly<Record<WebhookOutcome, object>> = {
  accepted: { status: 'accepted' },
  duplicate: { status: 'duplicate' },
  unknown_vehicle: { status: 'ignored', reason: 'nobody looks after this vehicle here' },
  other_event: { status: 'ignored', reason: 'no use for this event' },
  ping: { status: 'ok' },
  outdated: { status: 'ignored', reason: 'older than a week' },
};
