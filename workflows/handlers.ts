import type { UpdateDefinition } from '@temporalio/common';
import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { LifecycleEvent } from './events';
import * as messages from './messages';
import { acknowledged, amended, checkNames, checkResume, claimed } from './requests';
import type { ActivationState } from './state';
import { viewOf } from './view';

/** Turns every message, Temporal's cancellation among them, into an event for the loop. */
export function listen(state: () => ActivationState, tell: (event: LifecycleEvent) => void): void {
  setHandler(messages.status, () => viewOf(state()), {
    description: 'Everything that is known of this activation: status, reason, whose turn it is, history.',
  });
  setHandler(messages.clearanceChanged, (claim) => tell(claimed(claim)), {
    description: "What the provider's webhook says of this vehicle's clearance.",
  });
  setHandler(
    messages.clearanceSwept,
    ({ clearance }) => tell({ type: 'observed', at: Date.now(), source: 'sweep', clearance }),
    { description: "What a sweep read of this vehicle's clearance in the provider's list." },
  );

  /** An update whose event is decided at once; the reply says what comes of it. */
  const onUpdate = <Request>(
    definition: UpdateDefinition<messages.MessageReply, [Request]>,
    description: string,
    toEvent: (request: Request) => LifecycleEvent,
    next: (state: ActivationState) => string,
    check: (request: Request) => void,
  ): void =>
    setHandler(
      definition,
      (request: Request) => {
        tell(toEvent(request));
        return { status: state().clearance.status, next: next(state()) };
      },
      { description, validator: check },
    );

  onUpdate(
    messages.defleet,
    'The vehicle leaves the fleet: end its clearance. Takes {"by": …, "reason": …}.',
    (request) => {
      const { by = null, reason = null } = request ?? {};
      return { type: 'defleet-asked', at: Date.now(), via: 'defleet', by, reason };
    },
    outlook,
    (request) => checkNames(request, ['by', 'reason']),
  );
  onUpdate(
    messages.retry,
    'The owner has acted: look now, and submit again if the clearance has ended. Takes {"by": …}.',
    retryAsked,
    () => 'The clearance is read, and submitted again if it has ended.',
    (request) => checkNames(request, ['by']),
  );
  onUpdate(
    messages.resume,
    'Go on with a parked activation. Takes {"by": …}.',
    retryAsked,
    () => 'The activation goes on.',
    (request) => {
      checkNames(request, ['by']);
      checkResume(state());
    },
  );
  onUpdate(
    messages.amend,
    'Correct the request: {"tags": {…}, "brand": …, "policy": {"pollInterval": "1h"}, "by": …}.',
    (request) => amended(request, state()),
    ({ parked }) => (parked ? 'It goes into the next submission.' : 'It counts from now on.'),
    (request) => void amended(request, state()),
  );
  onUpdate(
    messages.acknowledge,
    'Stop the reminders until a date or for a while: {"until": "3d", "by": …}.',
    (request) => acknowledged(request),
    () => 'Nobody is reminded before that time.',
    (request) => void acknowledged(request),
  );

  CancellationScope.current().cancelRequested.catch(() => {
    const reason = "Temporal's cancellation";
    tell({ type: 'defleet-asked', at: Date.now(), via: 'cancel', by: null, reason });
  });
}

function retryAsked(request: messages.RetryRequest | undefined): LifecycleEvent {
  return { type: 'retry-asked', at: Date.now(), by: request?.by ?? null };
}

/** What will come of a defleet request, in one sentence. */
function outlook({ clearance, rules }: ActivationState): string {
  if (clearance.status !== 'pending') return 'The clearance is withdrawn.';
  return rules?.brand.canCancelPending
    ? 'The pending clearance is cancelled as soon as the provider allows it.'
    : 'This brand cannot cancel a pending clearance: it is revoked the moment it is approved.';
}
