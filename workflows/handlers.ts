import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import { parseStatus } from '../src/domain/status';
import type { LifecycleEvent } from './events';
import {
  type ClearanceClaim,
  clearanceChanged,
  type DefleetRequest,
  defleet,
  type MessageReply,
  type RetryRequest,
  retry,
  status,
} from './messages';
import type { ActivationState } from './state';
import { viewOf } from './view';

/** Turns every message, Temporal's cancellation among them, into an event for the loop. */
export function listen(state: () => ActivationState, tell: (event: LifecycleEvent) => void): void {
  setHandler(status, () => viewOf(state()), {
    description: 'Everything that is known of this activation: status, reason, whose turn it is, history.',
  });
  setHandler(clearanceChanged, (claim) => tell(claimed(claim)), {
    description: "What the provider's webhook says of this vehicle's clearance.",
  });
  setHandler(
    defleet,
    (request: DefleetRequest | undefined) => {
      const { by = null, reason = null } = request ?? {};
      tell({ type: 'defleet-asked', at: Date.now(), via: 'defleet', by, reason });
      return outlook(state());
    },
    {
      description: 'The vehicle leaves the fleet: end its clearance. Takes {"by": …, "reason": …}.',
      validator: (request) => refuseNonsense(request, ['by', 'reason']),
    },
  );
  setHandler(
    retry,
    (request: RetryRequest | undefined) => {
      tell({ type: 'retry-asked', at: Date.now(), by: request?.by ?? null });
      return {
        status: state().clearance.status,
        next: 'The clearance is read, and submitted again if it has ended.',
      };
    },
    {
      description: 'Look at the provider now, and submit again if the clearance has ended. Takes {"by": …}.',
      validator: (request) => refuseNonsense(request, ['by']),
    },
  );
  CancellationScope.current().cancelRequested.catch(() =>
    tell({
      type: 'defleet-asked',
      at: Date.now(),
      via: 'cancel',
      by: null,
      reason: "Temporal's cancellation",
    }),
  );
}

function claimed({ status: word, reason, deliveryId, providerTime }: ClearanceClaim): LifecycleEvent {
  const time = Date.parse(providerTime ?? '');
  return {
    type: 'claimed',
    at: Date.now(),
    status: parseStatus(String(word)),
    reason: reason ?? null,
    deliveryId: deliveryId ?? null,
    providerTime: Number.isNaN(time) ? null : time,
  };
}

/** What will come of a defleet request, in one sentence. */
function outlook({ clearance, rules }: ActivationState): MessageReply {
  const { status } = clearance;
  if (status !== 'pending') return { status, next: 'The clearance is withdrawn.' };
  return {
    status,
    next: rules?.brand.canCancelPending
      ? 'The pending clearance is cancelled as soon as the provider allows it.'
      : 'This brand cannot cancel a pending clearance: it is revoked the moment it is approved.',
  };
}

/** Messages may be typed by hand in the Temporal UI: anything but the named texts is refused with a sentence. */
function refuseNonsense(request: unknown, names: readonly string[]): void {
  if (request === undefined || request === null) return;
  const fields = typeof request === 'object' && !Array.isArray(request) ? Object.entries(request) : null;
  const bad = fields?.find(([name, value]) => !names.includes(name) || typeof value !== 'string');
  if (fields && !bad) return;
  const expected = names.map((name) => `"${name}"`).join(' and ');
  throw ApplicationFailure.nonRetryable(
    `Send an object with ${expected} as texts${bad ? `; "${bad[0]}" does not fit` : ''}.`,
    'MESSAGE_INVALID',
  );
}
