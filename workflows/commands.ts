import { type Call, CallFailed, type Engine, type UnderWay } from './engine';
import type { LifecycleEvent } from './events';
import type { Inbox } from './inbox';
import type { Notice } from './notice';
import type { ActivationState, Command, CommandType, SubmissionTrace } from './state';
import { traceFor, traceOf } from './submission-trace';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * The first attempt of a call that travels with others. A local activity costs the server no transaction of its own,
 * but holds up its worker: so it tries once, and what does not leave within seconds goes the patient way.
 */
const PROMPT = { by: 'here' } as const;

/** The worker's own catalogue: what it does not know it says at once. */
const AT_HAND = { by: 'here', retry: { first: SECOND, longest: 10 * SECOND } } as const;

/**
 * One attempt at the provider takes seconds; Temporal repeats it until there is an answer, or the policy's patience
 * is at its end. Then, and where repeating cannot help, a `command-failed` event asks for a person.
 */
const PATIENT = { by: 'queue', retry: { first: 2 * SECOND, longest: 5 * MINUTE } } as const;

/** Good to know: a few attempts, so that nothing waits behind them. */
const FEW = {
  by: 'queue',
  patience: 2 * MINUTE,
  retry: { first: 5 * SECOND, longest: MINUTE, attempts: 3 },
} as const;

const NOTICE_PAUSE = 5 * SECOND;
/** A DELETE whose reply never comes may have been carried out: after an hour of tries the record is read. */
const WITHDRAW_PATIENCE = 60 * MINUTE;

/** People are told in the background; whatever comes of it, the activation goes on. */
const NOTICE = {
  by: 'queue',
  patience: 3 * 24 * 60 * MINUTE,
  retry: { first: NOTICE_PAUSE, longest: 60 * MINUTE },
} as const;

export interface CommandRunner {
  /**
   * Reads the rules of a new activation, and makes its first submission on the way: a step of the worker less than with
   * two activities, also in each replay. Fails the inbox when there are no rules for the vehicle.
   *
   * @param mayBeSent whether an earlier worker was lost that may have made it already.
   */
  begin(mayBeSent: boolean): void;
  /** Has a command carried out without blocking the loop; its outcome is told as an event. */
  run(command: Command): void;
  /** Has somebody told, in the background. */
  tellPeople(notice: Notice): void;
  /** Whether somebody is still being told. */
  isTelling(): boolean;
}

export function createCommandRunner(engine: Engine, now: () => ActivationState, inbox: Inbox): CommandRunner {
  const { vin, provider } = now().vehicle;
  const asking = `Ask ${provider} to clear ${vin}`;
  let submission: UnderWay<unknown> | null = null;
  let telling = 0;

  const patiently = (summary: string): Call => {
    const patience = now().rules?.policy.patience;
    return { ...PATIENT, summary, ...(patience !== undefined && { patience }) };
  };
  const readRules = (): ReturnType<typeof engine.call<'readRules'>>['result'] => {
    const { brand } = now().vehicle;
    return engine.call('readRules', { ...AT_HAND, summary: `The rules for ${brand}` }, { provider, brand })
      .result;
  };

  /**
   * By the queue, whose scheduled task is the mark that a POST may have gone out: an attempt by the worker itself would be
   * forgotten with it. Only the very first is made so, where a lost worker can be told (`begin`).
   */
  async function submit(): Promise<LifecycleEvent> {
    const { vehicle } = now();
    const trace = traceFor(now());
    const attempt = engine.call('submitClearance', patiently(asking), vehicle, trace);
    submission = attempt;
    try {
      const result = await attempt.result;
      return { type: 'submitted', at: engine.now(), result };
    } catch (error) {
      const at = engine.now();
      const told = traceOf(error, trace);
      // However it has ended after that: it was told to.
      if (now().stopping) return { type: 'submission-stopped', at, trace: told };
      return { ...failureOf('submit', error, at), trace: told };
    }
  }

  const runs: Record<CommandType, () => Promise<LifecycleEvent>> = {
    submit,
    read: async () => {
      const summary = `Ask ${provider} how the clearance of ${vin} stands`;
      const ask = (how: Call) => engine.call('readClearance', how, { provider, vin }).result;
      const clearance = await ask({ ...PROMPT, summary }).catch(() => ask(patiently(summary)));
      return { type: 'observed', at: engine.now(), source: 'poll', clearance };
    },
    withdraw: async () => {
      const patient = patiently(`Ask ${provider} to end the clearance of ${vin}`);
      const hour = WITHDRAW_PATIENCE / (now().rules?.speed ?? 1);
      const patience = Math.min(patient.patience ?? hour, hour);
      const how = { ...patient, patience, endpoint: 'withdraw' } as const;
      const answer = await engine.call('withdrawClearance', how, { provider, vin }).result;
      return { type: 'withdrawn', at: engine.now(), answer };
    },
    'check-data': async () => {
      const how = {
        ...FEW,
        summary: `Ask ${provider} whether data of ${vin} flows`,
        endpoint: 'data',
      } as const;
      const answer = await engine.call('checkFirstData', how, { provider, vin }).result;
      return { type: 'data-checked', at: engine.now(), answer };
    },
    'check-eligibility': async () => {
      const how = {
        ...FEW,
        summary: `Ask ${provider} whether ${vin} is eligible`,
        endpoint: 'eligibility',
      } as const;
      const { brand } = now().vehicle;
      const verdict = await engine.call('checkEligibility', how, { provider, vin, brand }).result;
      return { type: 'eligibility-checked', at: engine.now(), verdict };
    },
    'read-rules': async () => {
      const rules = await readRules();
      return { type: 'rules-read', at: engine.now(), rules };
    },
  };

  /** The rules, and the submission on the way; where that fails, the rules alone. */
  async function begin(mayBeSent: boolean): Promise<LifecycleEvent> {
    const { vehicle, startedAt } = now();
    const sentAt = mayBeSent ? engine.now() : null;
    const known: SubmissionTrace = { startedAt, maySent: mayBeSent, seen: null, sentAt };
    const how = { ...PROMPT, summary: `The rules for ${vehicle.brand}. ${asking}` };
    // A worker that kept its task for long, and was then lost, leaves nothing but this: the activity begins once more.
    const given = engine.isDoneAgain() ? { ...known, maySent: true } : known;
    try {
      const beginning = await engine.call('beginActivation', how, now(), given).result;
      return { type: 'started', at: engine.now(), ...beginning };
    } catch (error) {
      const rules = await readRules();
      return {
        type: 'started',
        at: engine.now(),
        rules,
        submission: 'unknown',
        trace: traceOf(error, known),
      };
    }
  }

  return {
    begin: (mayBeSent) =>
      void begin(mayBeSent).then(
        (event) => inbox.put(event),
        (error) => inbox.fail(error),
      ),
    run: (command) => {
      if (command === 'stop-submitting') submission?.stop();
      else {
        void runs[command]().then(
          (event) => inbox.put(event),
          (error) => settle(command, error),
        );
      }
    },
    tellPeople: (notice) => {
      telling += 1;
      const done = (): void => {
        telling -= 1;
        inbox.poke();
      };
      void tellPatiently(engine, notice).then(done, done);
    },
    isTelling: () => telling > 0,
  };

  function settle(command: CommandType, error: unknown): void {
    if (error instanceof CallFailed) inbox.put(failureOf(command, error, engine.now()));
    else inbox.fail(error);
  }
}

/** Where the receiver does not take a notice at once, it is sent again no earlier than it has asked for (docs/notices.md). */
async function tellPatiently(engine: Engine, notice: Notice): Promise<void> {
  const summary = `Tell the ${notice.audience}: ${notice.action}`;
  try {
    await engine.call('notify', { ...PROMPT, summary }, notice).result;
  } catch (error) {
    const wait = error instanceof CallFailed ? error.details.wait : null;
    await engine.sleep(wait ?? NOTICE_PAUSE, summary).result;
    await engine.call('notify', { ...NOTICE, summary }, notice).result;
  }
}

function failureOf(
  command: CommandType,
  error: unknown,
  at: number,
): Extract<LifecycleEvent, { type: 'command-failed' }> {
  if (!(error instanceof CallFailed)) throw error;
  const { next, mayPass } = error.details;
  const own = 'Mend the cause, then resume.';
  return { type: 'command-failed', at, command, message: error.message, next: next ?? own, mayPass };
}
