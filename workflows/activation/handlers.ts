import type { SignalDefinition } from '@temporalio/common';
import { CancellationScope, setHandler } from '@temporalio/workflow';
import * as messages from '../contract/messages';
import { claimed, readMessage, swept } from '../lifecycle/read-message';
import type { ActivationState } from '../lifecycle/state';
import { viewOf } from '../lifecycle/view';
import type { Work } from './inbox';
import type { ActivationRun } from './shell';
import type { TemporalEngine } from './temporal-engine';

/** Turns every message, Temporal's cancellation among them, into an event for the loop. */
export function listen(run: ActivationRun, engine: Pick<TemporalEngine, 'heard'>): void {
  const tell = (work: Work): void => {
    // Before the time is asked for: it is that of this message.
    engine.heard();
    run.tell(work);
  };
  setHandler(messages.status, () => viewOf(run.state), {
    description: 'Everything that is known of this activation: status, reason, whose turn it is, history.',
  });
  setHandler(messages.messageOutcome, (id) => outcomeOf(run.state, id), {
    description: 'What became of a message, by its id; null when it was not taken in.',
  });
  setHandler(messages.clearanceChanged, (claim) => tell((at) => claimed(claim, at)), {
    description: "What the provider's webhook says of this vehicle's clearance.",
  });
  setHandler(messages.clearanceSwept, (payload) => tell((at) => swept(payload, at)), {
    description: "What a sweep read of this vehicle's clearance in the provider's list.",
  });

  const onMessage = (
    kind: messages.MessageKind,
    definition: { readonly name: string },
    description: string,
  ): void =>
    setHandler(
      definition as SignalDefinition<[unknown]>,
      (request) => tell((at) => readMessage(kind, request, at)),
      { description },
    );
  const more = 'Any message also takes "id", "sentAt" and "notAfter".';
  onMessage(
    'defleet',
    messages.defleet,
    `The vehicle leaves the fleet: end its clearance. Takes {"by": …, "reason": …}. ${more}`,
  );
  onMessage(
    'stay',
    messages.stay,
    `The vehicle does not leave after all; until the provider was asked to end the access. Takes {"by": …}. ${more}`,
  );
  onMessage(
    'suspend',
    messages.suspend,
    `Pause an access that is given, where the provider can; a resume goes on. Takes {"by": …}. ${more}`,
  );
  onMessage(
    'retry',
    messages.retry,
    `The owner has acted: look now, and submit again if the clearance has ended. Takes {"by": …}. ${more}`,
  );
  onMessage('resume', messages.resume, `Go on with a parked activation. Takes {"by": …}. ${more}`);
  onMessage(
    'refresh',
    messages.refresh,
    `Read the rules anew: what was changed in the catalogue counts from now on. Takes {"by": …}. ${more}`,
  );
  onMessage(
    'data-seen',
    messages.dataSeen,
    `Who reads the data by other ways says that it flows. Takes {"by": …}. ${more}`,
  );
  onMessage(
    'amend',
    messages.amend,
    `Correct the request: {"tags": {…}, "brand": …, "policy": {"pollInterval": "1h"}, "by": …}. ${more}`,
  );
  onMessage(
    'acknowledge',
    messages.acknowledge,
    `Stop the reminders until a day or for a while: {"until": "3d", "by": …}. ${more}`,
  );

  CancellationScope.current().cancelRequested.catch(() => {
    const by = 'Temporal (UI or CLI)';
    tell((at) => ({ type: 'defleet-asked', at, via: 'cancel', by, reason: 'Request Cancellation' }));
  });
}

function outcomeOf(
  { messages: known, clearance }: ActivationState,
  id: string,
): messages.MessageOutcome | null {
  const message = known.find((one) => one.id === id);
  if (!message) return null;
  const { kind, words, outcome, next } = message;
  return { kind, words, outcome, status: clearance.status, next };
}
