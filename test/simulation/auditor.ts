import { isDeepStrictEqual } from 'node:util';
import type { Activities } from '../../activities';
import type { Attempt } from '../../activities/attempt';
import type { Request } from '../../src/providers/high-mobility/transport';
import type { LifecycleEvent } from '../../workflows/events';
import { LIMITS } from '../../workflows/limits';
import type { ActivationState, Command } from '../../workflows/state';
import { type Row, wordOf } from './books';
import { Bounds } from './bounds';
import type { Clock } from './clock';
import { DAY, MINUTE } from './clock';
import type { Line } from './line';
import { Notices } from './notices';
import type { People } from './people';
import type { SimulatedProvider } from './provider';
import { isQuiet, Silence } from './silence';
import type { Decided } from './temporal/virtual-run';
import type { TaskDone, Witness } from './temporal/virtual-temporal';
import type { VirtualWorkflow } from './temporal/virtual-workflow';
import { describeDecision } from './trace';

const LEFT: readonly LifecycleEvent['type'][] = ['submitted', 'submission-stopped', 'command-failed'];
/** More calls than this within ten minutes are a flood: an attempt of a command makes two. */
const MOST_CALLS = 60;
/** The largest state that a fresh run may carry, in characters: a quarter of what a server takes with its defaults. */
const LARGEST_STATE = 500_000;
/** By the policy of every life. */
const LOST_AFTER = DAY;

/** What must hold in every life, looked at whenever the server has accepted a task, and at the end of the life. */
export class Auditor implements Witness {
  readonly complaints: string[] = [];
  readonly commands: Command[] = [];
  /** How often each event was decided about. */
  readonly events = new Map<LifecycleEvent['type'], number>();
  /** The life ended on what the provider showed, and no client could know better. */
  leftBehindByFault = false;
  freshRuns = 0;
  largestState = 0;
  people: People | null = null;
  onState: (state: ActivationState) => void = () => {};
  readonly #clock: Clock;
  readonly #provider: SimulatedProvider;
  readonly #line: Line;
  readonly #trace: ((line: string) => void) | null;
  readonly #notices: Notices;
  readonly #bounds: Bounds;
  readonly #silence: Silence;
  #workflow: VirtualWorkflow | null = null;
  /** The first submission goes out though the vehicle leaves already. */
  #isForbidden = false;
  #callsSeen = 0;
  /** Which rows each wish to submit has made. */
  readonly #wishes = { wish: 0, made: [] as { row: Row; wish: number }[] };
  /** How often a person was asked whether a record is of this request. */
  #asked = 0;

  constructor(parts: {
    clock: Clock;
    provider: SimulatedProvider;
    line: Line;
    trace: ((line: string) => void) | null;
  }) {
    this.#clock = parts.clock;
    this.#provider = parts.provider;
    this.#line = parts.line;
    this.#trace = parts.trace;
    const complain = (what: string): void => this.complain(what);
    this.#notices = new Notices(complain);
    this.#bounds = new Bounds(complain);
    this.#silence = new Silence(complain);
    this.#line.onRequest = (request) => this.#checkRequest(request);
    this.#provider.onMade = (row) => this.#checkMade(row);
  }

  watch(workflow: VirtualWorkflow): void {
    this.#workflow = workflow;
  }

  complain(what: string): void {
    const line = `${new Date(this.#clock.now).toISOString()} ${what}`;
    this.#trace?.(`COMPLAINT ${line}`);
    if (this.complaints.length < 10) this.complaints.push(line);
  }

  /** An attempt begins. */
  attempted(activity: keyof Activities, args: readonly unknown[], { isLocal, attempt }: Attempt): void {
    const { now } = this.#clock;
    this.#trace?.(
      `${new Date(now).toISOString()}   attempt ${attempt} of ${activity}${isLocal ? ' (local)' : ''}`,
    );
    if (activity === 'submitClearance' && this.#workflow?.state?.defleet) {
      this.complain('an attempt to submit began after the wish to leave was taken in');
    }
    if (activity === 'beginActivation') {
      this.#isForbidden = (args[0] as ActivationState).defleet !== null;
    }
  }

  #checkRequest({ method, path }: Request): void {
    if (!path.startsWith('/v1/fleets/')) return;
    if (method === 'POST' && this.#isForbidden && !this.#workflow?.state?.rules) {
      this.complain('the first submission is sent though the wish to leave came with the start');
    }
    if (method === 'DELETE' && !this.#workflow?.state?.defleet) {
      this.complain('a DELETE is sent, and nobody asked for it');
    }
  }

  /** One wish to submit makes one clearance, also when replies are lost and the first has ended meanwhile. */
  #checkMade(row: Row): void {
    const { made, wish } = this.#wishes;
    const earlier = made.filter((one) => one.wish === wish && this.#provider.books.rows.includes(one.row));
    made.push({ row, wish });
    const seen = earlier.filter(
      ({ row: one }) =>
        this.#provider.wasShown(Math.max(one.entries[0]?.at ?? 0, one.hiddenUntil)) && this.#isTellable(one),
    );
    if (seen.length > 0) this.complain('one wish to submit has made two clearances');
  }

  /** Whether a row can be told from those before it: only by the provider's times. */
  #isTellable(row: Row): boolean {
    const { books, world } = this.#provider;
    const before = books.rows.slice(0, books.rows.indexOf(row));
    const stampOf = ({ entries }: Row): number => entries.at(-1)?.stamp ?? 0;
    const isLater = before.every((one) => stampOf(one) < stampOf(row));
    return before.length === 0 || (world.timeFormat !== 'none' && isLater);
  }

  taskDone(workflow: VirtualWorkflow, done: TaskDone): void {
    for (const decided of done.decisions) this.#decided(decided);
    const { state } = done.run;
    if (!state) return;
    const close = done.commands.find(({ type }) => type === 'complete' || type === 'continue-as-new');
    if (close?.type === 'continue-as-new') this.#checkFreshRun(state, close.carried);
    else if (close?.type === 'complete') this.#checkClose(close.as, state);
    else this.#checkIsTaken(workflow, done, state);
    if (workflow.abandoned > 0) this.complain('a run ends, and leaves an activity behind');
    this.#checkCalls();
    if (this.#provider.seconds > 0) this.complain('made a second clearance beside an open one');
    this.onState(state);
  }

  #decided({ before, event, decision }: Decided): void {
    this.#trace?.(describeDecision(event, decision));
    const { state, commands, notices } = decision;
    this.events.set(event.type, (this.events.get(event.type) ?? 0) + 1);
    if (commands.length > 1) this.complain(`two commands at once: ${commands.join(', ')}`);
    // What was sent and not seen goes along; a person who asks again, or a new submission, is another wish.
    const isNewWish = commands.includes('submit') && (before.sent === null || before.own !== null);
    if (isNewWish || event.type === 'retry-asked' || event.type === 'resume-asked') this.#wishes.wish += 1;
    if (event.type === 'submitted' && event.result.outcome === 'found-ended') {
      this.#asked += 1;
      if (this.#asked > 2) this.complain('asks a person the same again, though the answer was to try again');
    }
    this.#checkState(state);
    for (const command of commands) this.#checkCommand(command, before, event, state);
    this.#bounds.decided({ before, event, decision });
    this.#notices.decided(before, decision);
    if (state.ended && state.defleet && notices.length > 0) {
      this.complain('tells people of a vehicle that has left');
    }
    this.#silence.decided(state, event.at, notices.length > 0);
  }

  #checkState(state: ActivationState): void {
    const { ended, inFlight, wake, parked, defleet, rules } = state;
    if (!ended && !inFlight && !wake && !parked && rules && !isQuiet(state)) {
      this.complain(`no way forward: ${state.clearance.status}, no timer, nothing in flight`);
    }
    if (ended && (inFlight || wake)) this.complain('ended with a timer or a command in flight');
    if (inFlight && wake) this.complain('a timer is open while a command is in flight');
    if (defleet && defleet.via !== 'policy' && this.people?.leftAt === null) {
      this.complain('leaves, and nobody asked for it');
    }
    for (const [field, most] of BOUNDED) {
      const size = sizeOf(state[field]);
      if (size > most) this.complain(`the state has ${size} ${field}, more than ${most}`);
    }
    const { status, confirmed } = state.clearance;
    if (status === 'approved' && confirmed && !this.#provider.shownWords.has('approved')) {
      this.complain('takes an access for given that the provider has never shown');
    }
    if (tagsOf(state) > LIMITS.tags) this.complain(`the state has ${tagsOf(state)} tags`);
  }

  #checkCommand(
    command: Command,
    before: ActivationState,
    event: LifecycleEvent,
    state: ActivationState,
  ): void {
    this.commands.push(command);
    const isStop = command === 'stop-submitting';
    if (!isStop && before.inFlight && !LEFT.includes(event.type) && !state.inFlight) {
      this.complain(`${command} while ${before.inFlight} is in flight`);
    }
    if (command === 'submit') {
      if (state.defleet) this.complain('submits a vehicle that leaves');
      if (['pending', 'approved', 'revoking', 'canceling', 'unknown'].includes(state.clearance.status)) {
        this.complain(`submits while ${state.clearance.status}`);
      }
    }
    if (command === 'withdraw' && !state.defleet) this.complain('withdraws, and nobody asked for it');
  }

  /** A fresh run is taken when it is suggested, and nothing is under way. */
  #checkIsTaken(
    workflow: VirtualWorkflow,
    { run, goesOn, commands }: TaskDone,
    state: ActivationState,
  ): void {
    const isTaken = commands.some((one) => one.type === 'start-timer' && /fresh run/.test(one.summary));
    if (isTaken || !run.isFreshRunDue || goesOn || !state.rules || state.inFlight || state.ended) return;
    // Somebody is being told: an activity, or the wait before it.
    const isTelling = workflow.underWay.length > 0 || workflow.openTimers > (state.wake ? 1 : 0);
    // What has happened meanwhile is handed over with a task of its own, which is looked at then.
    if (!isTelling && workflow.isIdle)
      this.complain('a fresh run was suggested, and nothing is under way, and it is not taken');
  }

  #checkFreshRun(state: ActivationState, carried: string): void {
    this.freshRuns += 1;
    this.largestState = Math.max(this.largestState, carried.length);
    if (carried.length > LARGEST_STATE) this.complain(`the state has ${carried.length} characters`);
    const lost = lostInJson(JSON.parse(carried), state, 'state');
    if (lost) this.complain(`the state does not survive JSON: ${lost}`);
    if (state.inFlight) this.complain('a fresh run begins while a command is in flight');
  }

  #checkClose(as: string, state: ActivationState): void {
    if (as === 'failed') {
      this.complain('the workflow has failed');
      return;
    }
    const { clearance, defleet } = state;
    const isFinal = clearance.status === 'rejected' || clearance.status === 'error';
    if (!defleet && !isFinal) this.complain(`ended as ${clearance.status}, and nobody asked for it`);
    this.#checkProof(state);
    this.#checkTruth(clearance.status);
  }

  /** Somebody must have looked since the wish was known, and have been shown nothing open. */
  #checkProof({ defleet }: ActivationState): void {
    const { lastShown } = this.#provider;
    if (!lastShown) this.complain('ended, and the provider was never asked');
    else if (lastShown.anyOpen) this.complain('ended, and the last reading showed an open clearance');
    else if (defleet && lastShown.askedAt < defleet.at) {
      this.complain('ended without a reading after the wish to leave');
    }
  }

  /** What the provider's books say, whatever it has shown. */
  #checkTruth(believed: string): void {
    const { books, lastShown } = this.#provider;
    for (const row of books.open) {
      const since = books.openSince(row) ?? 0;
      const wasShown = lastShown !== null && since <= lastShown.asOf && !lastShown.isEmptyByFault;
      const isFresh = row.isOurs && (row.entries[0]?.at ?? 0) > this.#clock.now - LOST_AFTER;
      if (wasShown || (isFresh && row.hiddenUntil > this.#clock.now)) {
        this.complain(`ended as ${believed}, but the provider holds a clearance that is ${wordOf(row)}`);
      } else this.leftBehindByFault = true;
    }
  }

  /** Whatever goes wrong, a provider is never flooded. */
  #checkCalls(): void {
    const { calls } = this.#line;
    for (; this.#callsSeen < calls.length; this.#callsSeen++) {
      const now = calls[this.#callsSeen]?.at ?? 0;
      const before = calls[this.#callsSeen - MOST_CALLS]?.at;
      if (before !== undefined && before > now - 10 * MINUTE) {
        this.complain(`more than ${MOST_CALLS} calls within ten minutes`);
        return;
      }
    }
  }

  /** After the faults: everything is settled and true, or waits for a person. */
  checkRest(): void {
    const workflow = this.#workflow as VirtualWorkflow;
    const { state } = workflow;
    if (workflow.closed) return;
    if (!state?.rules) {
      this.complain('never began');
      return;
    }
    const { clearance, defleet, parked } = state;
    if (defleet) this.complain(`leaves and never ends: ${clearance.status}, ${parked?.why ?? 'not parked'}`);
    else if (this.people?.wasHeard === false) this.complain('does not hear that the vehicle leaves');
    this.#checkBelief(state);
  }

  #checkBelief(state: ActivationState): void {
    const { books } = this.#provider;
    const counting = books.open.at(-1) ?? books.newest;
    const word = wordOf(counting) ?? 'absent';
    const changedAt = counting?.entries.at(-1)?.at ?? 0;
    const isOurs = counting?.isOurs === true;
    const { clearance, inFlight, own } = state;
    const wasTold = changedAt < this.#clock.now - 2 * DAY;
    // Nobody tells one that is approved, or that waits for a person, of anything, where no sweep runs and webhooks are lost.
    const isUntold = (clearance.status === 'approved' || state.parked !== null) && !this.hasSweeps;
    if (this.#isAmbiguous(counting)) return;
    if (!isOurs || !own || inFlight || !wasTold || isUntold || clearance.status === 'error') return;
    const said = word === 'on hold' ? 'unknown' : word;
    if (clearance.status !== said) {
      this.complain(`believes ${clearance.status}, but the provider says ${word}`);
    }
  }

  /** Rows of one moment, or without a time, are in no order that anybody could know; a backup has forgotten some. */
  #isAmbiguous(counting: Row | undefined): boolean {
    const { books, restored } = this.#provider;
    if (restored > 0 && this.#workflow?.state?.parked) return true;
    const others = books.rows.filter((row) => row !== counting);
    const stamp = counting?.entries.at(-1)?.stamp;
    const isTimeless = this.#provider.world.timeFormat === 'none';
    return others.some((row) => isTimeless || row.entries.at(-1)?.stamp === stamp);
  }

  hasSweeps = true;
}

const BOUNDED: readonly (readonly [keyof ActivationState, number])[] = [
  ['history', LIMITS.history],
  ['deliveries', LIMITS.deliveries],
  ['messages', LIMITS.messages],
  ['topics', LIMITS.topics],
];

function tagsOf({ vehicle }: ActivationState): number {
  return Object.keys(vehicle.tags).length;
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : Object.keys(value as object).length;
}

/** The first place at which what went through JSON is not what it was. */
function lostInJson(carried: unknown, state: unknown, place: string): string | null {
  if (isDeepStrictEqual(carried, state)) return null;
  if (typeof state !== 'object' || state === null || typeof carried !== 'object' || carried === null)
    return place;
  const before = state as Record<string, unknown>;
  const after = carried as Record<string, unknown>;
  for (const key of Object.keys(before)) {
    if (!(key in after)) return `${place}.${key} is ${before[key]}`;
    const lost = lostInJson(after[key], before[key], `${place}.${key}`);
    if (lost) return lost;
  }
  return null;
}
