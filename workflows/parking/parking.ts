import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { goOnAfresh } from '../activation/fresh-run';
import {
  type Leave,
  leave,
  type Notified,
  notified,
  type ParkingInput,
  type ParkingView,
  parkingStatus,
  parkingSwept,
  type Swept,
  stayMoved,
  type Told,
  told,
  vehicleNamed,
} from '../contract/parking';
import { carryOut, tellPeople, type Untimed } from './carrier';
import { decideParking } from './decide';
import { noticesOf } from './notices';
import { publish } from './publish';
import { beginParking, type ParkingEvent, type ParkingState } from './state';
import { parkingViewOf } from './view';

/**
 * One plate at a provider of parking, from the day on which its vehicle comes until it has left. Every rule is in `decideParking`.
 *
 * Ends Completed when the provider has it no more, or Cancelled where Temporal's cancellation has made it leave.
 */
export async function parking(input: ParkingInput): Promise<ParkingView> {
  if (!input?.provider || !input.plate?.country || !input.plate.number || !input.policy) {
    throw ApplicationFailure.nonRetryable(
      'The parking cannot begin: ask for it with vin parking add.',
      'INPUT_INVALID',
    );
  }
  let state = input.carried ?? beginParking(input, Date.now());
  const inbox: Untimed<ParkingEvent>[] = [];
  const tell = (event: Untimed<ParkingEvent>): void => void inbox.push(event);
  listen(tell, () => state);
  let isCancelled = false;
  CancellationScope.current().cancelRequested.catch(() => {
    isCancelled = true;
    tell({ type: 'leave-asked', by: 'Temporal (UI or CLI)', reason: 'Request Cancellation', order: null });
  });
  let telling = 0;
  const told = (): void => {
    telling -= 1;
  };
  const hear = (event: Untimed<ParkingEvent>): void => {
    const at = Date.now();
    const decision = decideParking(state, { ...event, at } as ParkingEvent);
    state = decision.state;
    for (const notice of noticesOf(state, decision.notices, at)) {
      telling += 1;
      void tellPeople(notice).then(told, told);
    }
    if (decision.command) void carryOut(input, decision.command).then(tell);
  };

  await CancellationScope.nonCancellable(async () => {
    await null;
    // What came with the start is heard first: a vehicle that leaves again is not added.
    if (inbox.length === 0) tell({ type: 'deadline-reached' });
    for (;;) {
      for (let event = inbox.shift(); event; event = inbox.shift()) hear(event);
      publish(state);
      if (telling === 0 && (state.isEnded || isFreshRunDue(state))) break;
      const { deadline } = state;
      const before = telling;
      const isHeard = () => inbox.length > 0 || telling !== before;
      const wait = deadline === null ? null : Math.max(1, deadline.at - Date.now());
      const woken =
        wait === null ? await condition(isHeard).then(() => true) : await condition(isHeard, wait);
      if (!woken) tell({ type: 'deadline-reached' });
    }
  });
  if (!state.isEnded) return goOnAfresh<typeof parking>({ ...input, carried: state });
  const { next = null } = state.leaving ?? {};
  if (next) {
    publish(beginParking(next, Date.now()));
    return goOnAfresh<typeof parking>(next);
  }
  if (isCancelled) throw new CancelledFailure('The vehicle has left');
  return parkingViewOf(state);
}

/** Not while something is under way: it would be begun again. */
function isFreshRunDue({ inFlight }: ParkingState): boolean {
  return workflowInfo().continueAsNewSuggested && inFlight === null;
}

function listen(tell: (event: Untimed<ParkingEvent>) => void, now: () => ParkingState): void {
  setHandler(parkingStatus, () => parkingViewOf(now()), {
    description: 'Everything that is known of this parking: stays, what is locked, history.',
  });
  setHandler(leave, (asked) => tell({ type: 'leave-asked', ...leaveOf(asked) }), {
    description: 'The vehicle leaves the fleet: {"by": …, "reason": …}.',
  });
  setHandler(notified, (heard) => {
    if (isNotified(heard)) tell({ type: 'notified', ...heard });
  });
  setHandler(vehicleNamed, (heard) => {
    const text = (value: unknown) => (typeof value === 'string' ? value : null);
    const { vin, fleet, externalId } = heard ?? {};
    tell({ type: 'named', vin: text(vin), fleet: text(fleet), externalId: text(externalId) });
  });
  setHandler(stayMoved, (heard) => {
    if (typeof heard?.id === 'string') tell({ type: 'moved', ...heard });
  });
  setHandler(parkingSwept, (heard) => {
    if (Array.isArray(heard?.stays)) tell({ type: 'swept', ...heard } as Untimed<ParkingEvent> & Swept);
  });
  setHandler(told, (heard) => {
    if (Array.isArray(heard?.stays)) tell({ type: 'told', ...heard } as Untimed<ParkingEvent> & Told);
  });
}

/** May be typed by hand in the Temporal UI. */
function leaveOf(asked: Partial<Leave> | undefined): Leave {
  const { by, reason, next = null, order } = asked ?? {};
  return {
    by: typeof by === 'string' ? by : null,
    reason: typeof reason === 'string' ? reason : null,
    next: next?.plate && next.policy ? next : null,
    ...((typeof order === 'string' || order === null) && { order }),
  };
}

function isNotified(heard: Notified | undefined): heard is Notified {
  return typeof heard?.stay?.id === 'string';
}
