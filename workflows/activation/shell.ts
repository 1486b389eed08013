import { isProvenGone } from '../lifecycle/ending';
import type { LifecycleEvent } from '../lifecycle/events';
import { decide } from '../lifecycle/lifecycle';
import type { ActivationState, Running } from '../lifecycle/state';
import { type Alarm, createAlarm } from './alarm';
import { createCommandRunner } from './commands';
import type { Engine } from './engine';
import { Inbox, type Turn, type Work } from './inbox';

/** Milliseconds: only that the server has its turn. */
const A_MOMENT = 1;

/** Where an activation's run has come to: its end, or a fresh run that has to take over. */
export interface RunOutcome {
  readonly state: Running;
  readonly next: 'end' | 'fresh run';
  /** What came at the last moment, for the fresh run to decide. */
  readonly heard: readonly LifecycleEvent[];
}

/** A run of an activation, which hears events until it is over. */
export interface ActivationRun {
  /** Of a message, or Temporal's own cancellation; null for a message that says nothing. */
  tell(work: Work): void;
  readonly state: ActivationState;
  /** Lives the run. Whoever connects messages does so before. */
  live(): Promise<RunOutcome>;
}

/**
 * One run of an activation on an engine. The loop takes what comes next, asks the lifecycle what to do, and has it done.
 * Every rule is in `decide`.
 *
 * @param decider the rules; only tests bring others.
 */
export function createRun(
  engine: Engine,
  begun: ActivationState,
  decider: typeof decide = decide,
): ActivationRun {
  let state = begun;
  let isFreshRunDue = false;
  /** Turns to take before a fresh run is tried again: what was too heavy to go along would have a timer for each. */
  let backlog = 0;
  const inbox = new Inbox(engine);
  const tell = (work: Work): void => inbox.hear(work);
  const runner = createCommandRunner(engine, () => state, inbox);
  const alarm: Alarm = createAlarm(engine, inbox, (at) => ({ type: 'deadline-reached', at }));

  const handle = (event: LifecycleEvent, isMoreToCome = false): void => {
    const decision = decider(state, event, isMoreToCome);
    state = decision.state;
    decision.notices.forEach(runner.tellPeople);
    decision.commands.forEach(runner.run);
  };
  /** The state, where nothing is under way that a fresh run would not hear of. */
  const atRest = (): Running | null =>
    state.rules && state.inFlight === null && !runner.isTelling() ? state : null;

  async function nextTurn(): Promise<Turn> {
    if (inbox.isEmpty) await inbox.filled();
    const turn = inbox.take();
    isFreshRunDue ||= turn.isFreshRunDue;
    backlog = Math.max(0, backlog - 1);
    return turn;
  }

  /**
   * Decides about what comes next. Nothing is sent for a wish to leave before all is read that came with it: where no worker was
   * there, it may have been taken back meanwhile.
   *
   * @returns the last turn that was taken.
   */
  async function hearNext(): Promise<Turn> {
    for (let isHeld = false; ; ) {
      const turn = await nextTurn();
      const event = turn.work(inbox.time);
      const wasHeld: boolean = isHeld;
      const isNews = event?.type === 'defleet-asked' && state.defleet === null;
      isHeld = turn.isFollowed && (wasHeld || isNews);
      if (event) handle(event, isHeld);
      else if (wasHeld && !isHeld) handle({ type: 'deadline-reached', at: inbox.time });
      if (!isHeld) return turn;
    }
  }

  async function live(): Promise<RunOutcome> {
    if (!state.rules) {
      const messages = inbox.takeAll();
      for (const message of messages) handle(message);
      runner.begin(engine.wasBegunBefore(messages.length));
    } else {
      // What was stopped for the fresh run is planned again, by the rules of today.
      handle({ type: 'fresh-run-begun', at: inbox.time });
    }
    for (let isHeard = true; ; ) {
      // Looked at again whenever anything has happened, also when a notice is handed over at last.
      const isDue = isFreshRunDue && backlog === 0;
      const carried = isDue ? atRest() : null;
      // What cannot get through for days would keep the fresh run waiting, and a server takes only so many messages for a run.
      if (isDue && !carried && isBusy(state, inbox.time)) handle({ type: 'fresh-run-due', at: inbox.time });
      if (!carried && !state.ended) alarm.set(state.deadline, isHeard);
      // Last of a turn: it tells whether the turn has had a command.
      engine.publish(state);
      if (state.ended) break;
      if (carried) {
        // A fresh run begins at a timer, and nowhere else: the result of a local activity may be heard before messages that
        // the server has added meanwhile, and those would be lost. What comes until then goes along.
        await engine.sleep(A_MOMENT, 'Before a fresh run').result;
        const heard = inbox.takeAll();
        if (isLight(heard)) return { state: carried, next: 'fresh run', heard };
        for (const event of heard) tell(() => event);
        backlog = heard.length;
        alarm.set(state.deadline, true);
        engine.publish(state);
      }
      isHeard = (await hearNext()).isHeard;
    }
    assertProven(state);
    // A notice must have been handed over: an activity does not outlive its workflow.
    while (runner.isTelling()) {
      const event = (await nextTurn()).work(inbox.time);
      if (event) handle(event);
    }
    return { state, next: 'end', heard: [] };
  }

  return {
    tell,
    get state() {
      return state;
    },
    live,
  };
}

/**
 * Whether something has been under way for more than this turn that a fresh run would wait for, and was not told to stop. What
 * the worker itself does is over before the next turn, and cannot be stopped.
 */
function isBusy({ inFlight, inFlightSince, isHandingOver, ended }: ActivationState, now: number): boolean {
  return inFlight !== null && inFlightSince < now && !isHandingOver && !ended;
}

/** Whether events are few and short enough to go along with the state into a fresh run. */
function isLight(heard: readonly LifecycleEvent[]): boolean {
  return heard.length <= 1_000 && JSON.stringify(heard).length <= 256 * 1_024;
}

/**
 * An activation never ends without the proof that nothing is open at the provider. A breach is a bug of the rules: the
 * workflow task fails, visibly and again and again, and the activation stays open until the code is mended.
 */
function assertProven(state: ActivationState): asserts state is Running {
  if (state.rules && isProvenGone(state)) return;
  const { vehicle, clearance } = state;
  throw new Error(
    `${vehicle.vin} would end as ${clearance.status} without a reading that shows nothing open at ${vehicle.provider}`,
  );
}
