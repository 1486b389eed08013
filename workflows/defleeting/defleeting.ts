import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { type Application, applicationKey } from '../../src/domain/application';
import { goOnAfresh } from '../activation/fresh-run';
import {
  activationEnded,
  type DefleetingInput,
  type DefleetingView,
  defleetingView,
  type MoveRequest,
  moveDefleeting,
  type TakeBackRequest,
  takeBackDefleeting,
} from '../contract/defleetings';
import type { Notice } from '../contract/notice';
import { problemWith } from './absorb';
import { createCarrier } from './carrier';
import { type DefleetingDecision, decideDefleeting } from './decide';
import { publish } from './publish';
import {
  beginDefleeting,
  carriedOver,
  type DefleetingAsking,
  type DefleetingEvent,
  type DefleetingState,
} from './state';
import { defleetingViewOf } from './view';

/** `Omit` of each of several types. */
type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;

/**
 * A vehicle leaves: all its activations in all applications are asked to end its access, what has none is asked directly, and
 * when all was read back as ended, it is certified. Every rule is in `decideDefleeting`.
 *
 * Ends Completed, or Cancelled where Temporal's cancellation has taken it back.
 */
export async function defleeting({ order, carried, telling = [] }: DefleetingInput): Promise<DefleetingView> {
  const problem =
    order?.vin && order.id && order.askedAt ? problemWith(order) : 'Ask for it with vin defleet.';
  if (problem !== null)
    throw ApplicationFailure.nonRetryable(`The defleeting cannot begin. ${problem}`, 'INPUT_INVALID');
  let state: DefleetingState = carried ?? beginDefleeting(order);
  const inbox: Untimed<DefleetingEvent>[] = [{ type: 'begun' }];
  const tell = (event: Untimed<DefleetingEvent>): void => void inbox.push(event);
  listen(tell, () => state);
  let isCancelled = false;
  CancellationScope.current().cancelRequested.catch(() => {
    isCancelled = true;
    tell({
      type: 'message',
      asking: { kind: 'take-back', id: 'Request Cancellation', by: 'Temporal', via: 'cancel' },
    });
  });

  return CancellationScope.nonCancellable(async () => {
    const carrier = createCarrier(order, tell);
    telling.forEach(carrier.tellPeople);
    await null;
    for (let wakeAt: number | null = null; ; ) {
      if (inbox.length === 0) {
        const woken = await waitFor(() => inbox.length > 0, wakeAt);
        if (!woken) tell({ type: 'time-passed' });
      }
      for (let event = inbox.shift(); event; event = inbox.shift()) {
        const decision: DefleetingDecision = decideDefleeting(state, {
          ...event,
          at: Date.now(),
        } as DefleetingEvent);
        ({ state, wakeAt } = decision);
        decision.commands.forEach(carrier.run);
        decision.notices.forEach(carrier.tellPeople);
      }
      publish(state);
      if (state.step === 'ended') break;
      if (workflowInfo().continueAsNewSuggested) await freshRun(order, state, carrier.untold());
    }
    await condition(() => carrier.untold().length === 0);
    if (isCancelled && state.outcome === 'taken-back')
      throw new CancelledFailure('The defleeting was taken back');
    return defleetingViewOf(state);
  });
}

/** What is under way is given up, and begun again there: it may be done twice. */
function freshRun(
  order: DefleetingInput['order'],
  state: DefleetingState,
  telling: readonly Notice[],
): Promise<never> {
  return goOnAfresh<typeof defleeting>({ order, carried: carriedOver(state), telling });
}

/** @returns false when the time has come. */
async function waitFor(isThere: () => boolean, wakeAt: number | null): Promise<boolean> {
  if (wakeAt !== null) return condition(isThere, Math.max(1, wakeAt - Date.now()));
  await condition(isThere);
  return true;
}

function listen(tell: (event: Untimed<DefleetingEvent>) => void, now: () => DefleetingState): void {
  setHandler(defleetingView, () => defleetingViewOf(now()), {
    description: 'Everything that is known of this defleeting.',
  });
  setHandler(
    activationEnded,
    (app) => {
      if (app?.provider && app.application)
        tell({ type: 'activation-ended', part: applicationKey(app as Application) });
    },
    { description: 'An activation of the vehicle has ended.' },
  );
  setHandler(takeBackDefleeting, (request) => tell({ type: 'message', asking: takeBackOf(request) }), {
    description: 'The vehicle stays. Takes {"id": …, "by": …}.',
  });
  setHandler(moveDefleeting, (request) => tell({ type: 'message', asking: moveOf(request) }), {
    description:
      'Another day or deadline, until it has begun: {"id": …, "eventDate": "2026-12-01", "deadline": milliseconds}.',
  });
}

/** As the doors take them; longer ones are typed by hand. */
const LONGEST_ID = 200;

/** May be typed by hand in the Temporal UI. */
function takeBackOf(request: TakeBackRequest | undefined): DefleetingAsking {
  return { kind: 'take-back', via: 'message', ...envelopeOf(request) };
}

function moveOf(request: MoveRequest | undefined): DefleetingAsking {
  const { eventDate, deadline } = request ?? ({} as Partial<MoveRequest>);
  return {
    kind: 'move',
    ...envelopeOf(request),
    ...(typeof eventDate === 'string' && { eventDate }),
    ...(typeof deadline === 'number' && { deadline }),
  };
}

function envelopeOf(request: TakeBackRequest | undefined): {
  readonly id: string;
  readonly by: string | null;
} {
  const id =
    typeof request?.id === 'string' ? request.id.slice(0, LONGEST_ID) : `typed by hand at ${Date.now()}`;
  return { id, by: typeof request?.by === 'string' ? request.by : null };
}
