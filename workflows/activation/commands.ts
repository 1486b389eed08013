import type { Activities } from '../../activities';
import { applicationOf } from '../../src/domain/application';
import type { Endpoint } from '../../src/domain/endpoint';
import type { Rules } from '../../src/domain/rules';
import { isNoAnswer, TROUBLE_CODES, troubleOf } from '../../src/domain/trouble';
import { CallFailed } from '../contract/call-failed';
import type { Notice } from '../contract/notice';
import type { LifecycleEvent } from '../lifecycle/events';
import type { ActivationState, Command, CommandType, Observation, Running } from '../lifecycle/state';
import type { SubmissionTrace } from '../lifecycle/submission-trace';
import { lost, traceFor, traceOf } from '../lifecycle/submission-trace';
import type { Call, Engine, UnderWay } from './engine';
import type { Inbox, Work } from './inbox';
import {
  AT_HAND,
  FEW,
  HAND_OVER,
  LOOK_TRIES,
  LOOK_TRIES_IN_TROUBLE,
  PATIENT,
  WAITED_FOR,
  WITHDRAW_TRIES,
} from './patience';

export interface CommandRunner {
  /**
   * Reads the rules of a new activation, and makes its first submission on the way (docs/decisions/0016-the-beginning.md): when
   * the lifecycle then wants it, its result is there. The run fails when there are no rules for the vehicle.
   *
   * @param mayBeSent whether an earlier worker was lost that may have made it already.
   */
  begin(mayBeSent: boolean): void;
  /** Has a command carried out without blocking the loop; its outcome is told as an event. */
  run(command: Command): void;
  /** Hands a notice over to who delivers it, in the background. */
  tellPeople(notice: Notice): void;
  /** Whether a notice is not handed over yet. */
  isTelling(): boolean;
}

export function createCommandRunner(engine: Engine, now: () => ActivationState, inbox: Inbox): CommandRunner {
  const { vehicle } = now();
  const { vin, provider } = vehicle;
  const app = applicationOf(vehicle);
  /** The brand is for who counts calls. */
  const asked = () => ({ ...app, vin, brand: now().vehicle.brand });
  const asking = `Ask ${provider} to clear ${vin}`;
  /** By the queue, where it can be stopped. */
  let inFlight: UnderWay<unknown> | null = null;
  /** The submission that the beginning has made, and whose result is told next. */
  let isMade = false;
  let telling = 0;

  /** Every command is given by rules. */
  const running = (): Running => {
    const state = now();
    if (!state.rules) throw new Error(`A command for ${vin} was given before its rules were known`);
    return state;
  };
  const patiently = (summary: string): Call => {
    const { patience } = running().rules.policy;
    return { ...PATIENT, retry: retryOf(PATIENT.retry), summary, patience };
  };
  /**
   * Of trouble that it does not know of yet the activation is told at once. What it knows is tried again by the server for as long as
   * it takes: that costs the history nothing.
   */
  const retryOf = (retry: NonNullable<Call['retry']>): NonNullable<Call['retry']> =>
    now().trouble ? retry : { ...retry, unless: Object.keys(TROUBLE_CODES) };
  /**
   * By the worker itself, which costs the server no transaction of its own, and holds up the worker: nothing else is decided
   * until it is over. So it is tried once, and what does not leave within seconds goes the patient way.
   */
  const here = <N extends keyof Activities>(
    activity: N,
    how: Omit<Call, 'by'>,
    args: Parameters<Activities[N]>,
    then: (value: Awaited<ReturnType<Activities[N]>>, at: number) => LifecycleEvent | null,
    otherwise: (error: unknown, at: number) => LifecycleEvent | null,
  ): void => inbox.hold(engine.call(activity, { ...how, by: 'here' }, ...args).result, then, otherwise);
  const stoppable = <T>(call: UnderWay<T>): Promise<T> => {
    inFlight = call;
    return call.result;
  };
  /** By the queue, whose result is an event. */
  const come = (command: CommandType, event: Promise<Work>): void =>
    void event.then(
      (work) => inbox.hear(work),
      (error) => inbox.hear((at) => failureOf(command, error, at)),
    );
  /** Counted on the budget of an endpoint, where fleets take turns. */
  const countedOn = (endpoint: Endpoint) => ({ endpoint, turnOf: now().vehicle.fleet ?? null });
  const readRules = (
    then: (rules: Rules, at: number) => LifecycleEvent,
    otherwise: (error: unknown, at: number) => LifecycleEvent,
  ): void => {
    const { brand, fleet } = now().vehicle;
    const how = { ...AT_HAND, summary: `The rules for ${brand}` };
    here('readRules', how, [{ ...app, brand, fleet }], then, otherwise);
  };

  /**
   * By the queue, whose scheduled task is the mark that a POST may have gone out: an attempt by the worker itself would be
   * forgotten with it. Only the very first is made so, where a lost worker can be told (`begin`).
   */
  async function submit(): Promise<Work> {
    const state = running();
    const trace = traceFor(state);
    const attempt = engine.call('submitClearance', patiently(asking), state.vehicle, trace);
    inFlight = attempt;
    try {
      const { value: result } = await attempt.result;
      return (at) => ({ type: 'submitted', at, result });
    } catch (error) {
      const told = traceOf(error, trace);
      // However it has ended after that: it was told to.
      return (at) =>
        now().stopping
          ? { type: 'submission-stopped', at, trace: told }
          : { ...failureOf('submit', error, at), trace: told };
    }
  }

  function read(): null {
    const summary = `Ask ${provider} how the clearance of ${vin} stands`;
    const args: Parameters<Activities['readClearance']> = [asked()];
    const observed = (clearance: Observation | null, at: number): LifecycleEvent => ({
      type: 'observed',
      at,
      source: 'poll',
      clearance,
    });
    here('readClearance', { summary }, args, observed, () => {
      come('read', readPatiently());
      return null;
    });
    return null;

    async function readPatiently(): Promise<Work> {
      const patient = patiently(summary);
      const attempts = now().trouble ? LOOK_TRIES_IN_TROUBLE : LOOK_TRIES;
      const tries = running().defleet ? { attempts } : {};
      const how = { ...patient, retry: { ...retryOf(PATIENT.retry), ...tries } };
      const { value } = await stoppable(engine.call('readClearance', how, ...args));
      return (at) => observed(value, at);
    }
  }

  /** What ends it may depend on how it stands. */
  const vehicleWith = ({ clearance: { status: believed } }: Running) => ({ ...asked(), believed });

  async function withdraw(): Promise<Work> {
    const patient = patiently(`Ask ${provider} to end the clearance of ${vin}`);
    const retry = { ...retryOf(PATIENT.retry), attempts: WITHDRAW_TRIES };
    const how = { ...patient, retry, ...countedOn('withdraw') } as const;
    const { value: answer } = await engine.call('withdrawClearance', how, vehicleWith(running())).result;
    return (at) => ({ type: 'withdrawn', at, answer });
  }

  async function enable(): Promise<Work> {
    const how = { ...patiently(`Ask ${provider} to enable ${vin}`), ...countedOn('enable') } as const;
    const { value: answer } = await stoppable(engine.call('enableClearance', how, asked()));
    return (at) => ({ type: 'enabled', at, answer });
  }

  async function suspend(): Promise<Work> {
    const how = { ...patiently(`Ask ${provider} to pause ${vin}`), ...countedOn('withdraw') } as const;
    const { value: answer } = await engine.call('suspendClearance', how, asked()).result;
    return (at) => ({ type: 'suspended', at, answer });
  }

  async function checkData(): Promise<Work> {
    const summary = `Ask ${provider} whether data of ${vin} flows`;
    const how = { ...FEW, summary, ...countedOn('data') } as const;
    const { value: answer } = await stoppable(engine.call('checkFirstData', how, asked()));
    return (at) => ({ type: 'data-checked', at, answer });
  }

  async function checkEligibility(): Promise<Work> {
    const summary = `Ask ${provider} whether ${vin} is eligible`;
    const retry = retryOf(WAITED_FOR.retry);
    const how = { ...WAITED_FOR, retry, summary, ...countedOn('eligibility') } as const;
    const { brand } = now().vehicle;
    const { value: verdict } = await stoppable(engine.call('checkEligibility', how, { ...app, vin, brand }));
    return (at) => ({ type: 'eligibility-checked', at, verdict });
  }

  const runs: Record<Command, () => void> = {
    submit: () => {
      if (!isMade) come('submit', submit());
    },
    'stop-submitting': () => inFlight?.stop(),
    'stop-asking': () => inFlight?.stop(),
    read,
    enable: () => come('enable', enable()),
    suspend: () => come('suspend', suspend()),
    withdraw: () => come('withdraw', withdraw()),
    'check-data': () => come('check-data', checkData()),
    'check-eligibility': () => come('check-eligibility', checkEligibility()),
    'read-rules': () =>
      readRules(
        (rules, at) => ({ type: 'rules-read', at, rules }),
        (error, at) => failureOf('read-rules', error, at),
      ),
  };

  /** The rules, and the submission on the way; where that fails, the rules alone. */
  function begin(mayBeSent: boolean): void {
    const { vehicle, startedAt } = now();
    const begun = inbox.time;
    const sentAt = mayBeSent ? begun : null;
    const first: SubmissionTrace = { startedAt, maySent: mayBeSent, seen: null, sentAt };
    // Nobody has counted the tasks that were lost.
    const known = mayBeSent ? lost(first, Number.POSITIVE_INFINITY) : first;
    const summary = `The rules for ${vehicle.brand}. ${asking}`;
    // A worker that kept its task for long, and was then lost, leaves nothing but this: the activity begins once more.
    const given = engine.isDoneAgain() ? lost(known, Number.POSITIVE_INFINITY) : known;
    here(
      'beginActivation',
      { summary },
      [now(), given],
      ({ submission: result, ...beginning }, at) => {
        if (result) {
          isMade = true;
          inbox.follow((at) => {
            isMade = false;
            return { type: 'submitted', at, result, begun };
          });
        }
        return { type: 'started', at, ...beginning };
      },
      (error) => {
        const trace = traceOf(error, known);
        readRules(
          (rules, at) => ({ type: 'started', at, rules, trace }),
          (cause) => {
            // A clearance of ours may be there: the workflow task fails until there is a worker that knows the rules.
            if (trace.maySent && cause instanceof CallFailed) {
              throw new Error(`${vin} may have been submitted, and has no rules: ${cause.message}`);
            }
            throw cause;
          },
        );
        return null;
      },
    );
  }

  function tellPeople(notice: Notice): void {
    const summary = `Tell the ${notice.audience}: ${notice.action}`;
    const done = (): null => {
      telling -= 1;
      return null;
    };
    const isDone = (): void => inbox.hear(done);
    telling += 1;
    here('notify', { summary }, [notice], done, () => {
      engine.call('notify', { ...HAND_OVER, summary }, notice).result.then(isDone, isDone);
      return null;
    });
  }

  return { begin, run: (command) => runs[command](), tellPeople, isTelling: () => telling > 0 };
}

function failureOf(
  command: CommandType,
  error: unknown,
  at: number,
): Extract<LifecycleEvent, { type: 'command-failed' }> {
  if (!(error instanceof CallFailed)) throw error;
  const { next, mayPass, code = '', requestId } = error.details;
  const own = 'Fix the cause, then resume.';
  const { message } = error;
  const kind = troubleOf(code);
  return {
    ...{ type: 'command-failed', at, command, message, next: next ?? own, mayPass },
    ...(kind && { trouble: kind }),
    ...(requestId !== undefined && { requestId }),
    ...(isNoAnswer(code) && { isNoAnswer: true }),
  };
}
