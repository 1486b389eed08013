import type { Activities } from '../../activities';
import type { Attempt } from '../../activities/attempt';
import type { Request } from '../../src/providers/shared/transport';
import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import type { ActivationState, Command } from '../../workflows/lifecycle/state';
import { lostInJson } from './carried';
import type { Clock } from './clock';
import { MINUTE } from './clock';
import { kindOf, type Line } from './line';
import type { People } from './people';
import type { SimulatedProvider } from './provider';
import { ReadTogether } from './read-together';
import { checkRest } from './rest';
import { Soundness } from './soundness';
import type { Decided } from './temporal/virtual-run';
import type { TaskDone, Witness } from './temporal/virtual-temporal';
import type { VirtualWorkflow } from './temporal/virtual-workflow';
import { describeDecision } from './trace';
import { type Watchers, watchersOf } from './watchers';

const LEFT: readonly LifecycleEvent['type'][] = ['submitted', 'submission-stopped', 'command-failed'];
/** More calls than this within ten minutes are a flood: an attempt of a command makes two. */
const MOST_CALLS = 60;
/** The largest state that a fresh run may carry, in characters: what the limits come to, with names and quotes. */
const LARGEST_STATE = 250_000;

/** What must hold in every life, looked at whenever the server has accepted a task, and at the end of the life. */
export class Auditor implements Witness {
  readonly complaints: string[] = [];
  readonly commands: Command[] = [];
  /** How often each event was decided about. */
  readonly events = new Map<LifecycleEvent['type'], number>();
  freshRuns = 0;
  largestState = 0;
  people: People | null = null;
  onState: (state: ActivationState) => void = () => {};
  readonly #clock: Clock;
  readonly #provider: SimulatedProvider;
  readonly #line: Line;
  readonly #trace: ((line: string) => void) | null;
  /** Of the present life. */
  #life: Watchers;
  readonly #readTogether: ReadTogether;
  readonly #soundness: Soundness;
  #workflow: VirtualWorkflow | null = null;
  /** The first submission goes out though the vehicle leaves already. */
  #isForbidden = false;
  /** Requests of the first activity, which submits on the way. */
  #begun = 0;
  #callsSeen = 0;
  /** Commands to submit of the lives before. */
  #submittedBefore = 0;
  /** A life ended on what the provider showed, and no client could know better. */
  #hasLeftBehind = false;

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
    this.#life = watchersOf(parts.clock, parts.provider, complain);
    this.#readTogether = new ReadTogether(complain);
    this.#soundness = new Soundness(complain, parts.provider);
    this.#line.onRequest = (request) => this.#checkRequest(request);
  }

  /** After the faults: everything is settled and true, or waits for a person. */
  checkRest(): void {
    const workflow = this.#workflow as VirtualWorkflow;
    const wasHeard = this.people?.wasHeard ?? null;
    const complain = (what: string): void => this.complain(what);
    // What was ended by force tells nobody.
    if (!workflow.closed) this.#life.silence.rested(this.#clock.now);
    checkRest({ now: this.#clock.now, workflow, provider: this.#provider, wasHeard, complain });
  }

  /** A life of the vehicle begins. */
  watch(workflow: VirtualWorkflow): void {
    if (this.#workflow && !this.#workflow.closed) this.complain('begins again before its life has ended');
    this.#workflow = workflow;
    this.#isForbidden = false;
    this.#begun = 0;
    this.#submittedBefore = this.#submissions;
    this.#hasLeftBehind = this.leftBehindByFault;
    this.#life = watchersOf(this.#clock, this.#provider, (what) => this.complain(what));
  }

  get leftBehindByFault(): boolean {
    return this.#hasLeftBehind || this.#life.endings.leftBehindByFault;
  }

  get #submissions(): number {
    return this.commands.filter((command) => command === 'submit').length;
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
      this.#begun = 1;
    }
  }

  /** Where a list has come back that shows our vehicle open, whatever else is in it, it is read. */
  failed(activity: keyof Activities, code: string): void {
    const { last } = this.#provider.lists;
    const wasShown = last?.namesOpen && last.backAt === this.#clock.now;
    if (activity === 'readClearance' && code === 'PROVIDER_BAD_REPLY' && wasShown) {
      this.complain('could not read a list that shows it');
    }
  }

  #checkRequest(request: Request): void {
    const kind = kindOf(request);
    // What failed there is removed before it is uploaded again.
    const known = this.#workflow?.state;
    const isOfSubmission =
      this.#provider.world.isOtonomo &&
      (!known?.rules || known.inFlight === 'submit' || known.inFlight === 'suspend');
    if (kind === 'POST' && this.#isForbidden && !this.#workflow?.state?.rules) {
      this.complain('the first submission is sent though the wish to leave came with the start');
    }
    if (kind === 'DELETE' && !this.#workflow?.state?.defleet && !isOfSubmission) {
      this.complain('a DELETE is sent, and nobody asked for it');
    }
  }

  taskDone(workflow: VirtualWorkflow, done: TaskDone): void {
    for (const decided of done.decisions) this.#decided(decided);
    this.#readTogether.taskDone(done);
    const { state } = done.run;
    if (!state) return;
    const close = done.commands.find(({ type }) => type === 'complete' || type === 'continue-as-new');
    if (close?.type === 'continue-as-new') this.#checkFreshRun(state, close.carried);
    else if (close?.type === 'complete' && close.as === 'failed') this.complain('the workflow has failed');
    else this.#checkIsTaken(workflow, done, state);
    if (state.ended) this.#life.endings.ended(state);
    if (workflow.abandoned > 0) this.complain('a run ends, and leaves an activity behind');
    this.#checkCalls();
    if (this.#provider.seconds > 0) this.complain('made a second clearance beside an open one');
    this.#checkCount();
    this.onState(state);
  }

  #decided({ before, event, decision, isMoreToCome }: Decided): void {
    this.#trace?.(describeDecision(event, decision));
    const { state, commands, notices } = decision;
    this.events.set(event.type, (this.events.get(event.type) ?? 0) + 1);
    if (commands.length > 1) this.complain(`two commands at once: ${commands.join(', ')}`);
    this.people?.heard(before, state);
    if (before.defleet && !state.defleet) this.#checkStay(before, event);
    this.#life.wishes.decided({ before, event, decision, isMoreToCome });
    this.#life.words.decided({ before, event, decision, isMoreToCome });
    this.#life.endings.decided({ before, event, decision, isMoreToCome });
    this.#soundness.check(state, isMoreToCome, this.people?.leftAt ?? null);
    for (const command of commands) this.#checkCommand(command, before, event, state);
    this.#life.bounds.decided({ before, event, decision, isMoreToCome });
    this.#life.haste.decided({ before, event, decision, isMoreToCome });
    this.#life.governing.decided({ before, event, decision, isMoreToCome });
    this.#life.notices.decided(before, decision);
    this.#life.truth.decided({ before, event, decision, isMoreToCome });
    if (state.ended && state.defleet && notices.length > 0) {
      this.complain('tells people of a vehicle that has left');
    }
    this.#life.silence.decided(state, event.at, notices.length > 0);
  }

  /** Only a person takes a wish to leave back, and only while nothing was done that ends the access. */
  #checkStay({ defleet, inFlight, withdrawal }: ActivationState, { type }: LifecycleEvent): void {
    if (type !== 'stay-asked') this.complain(`forgets the wish to leave (${type})`);
    if (inFlight === 'withdraw') this.complain('takes the wish to leave back while its DELETE is under way');
    if (withdrawal && defleet && withdrawal.at >= defleet.at) {
      this.complain('takes the wish to leave back though the provider has taken its DELETE');
    }
  }

  #checkCommand(
    command: Command,
    before: ActivationState,
    event: LifecycleEvent,
    state: ActivationState,
  ): void {
    this.commands.push(command);
    const isStop = command.startsWith('stop');
    if (!isStop && before.inFlight && !LEFT.includes(event.type) && !state.inFlight) {
      this.complain(`${command} while ${before.inFlight} is in flight`);
    }
    if (command === 'submit') {
      // The beginning has made it.
      if (event.type === 'started') this.#begun = 0;
      if (state.defleet) this.complain('submits a vehicle that leaves');
      if (before.isAdopting) this.complain('submits what it was to take over');
      if (['pending', 'approved', 'revoking', 'canceling', 'unknown'].includes(state.clearance.status)) {
        this.complain(`submits while ${state.clearance.status}`);
      }
    }
    if (command === 'enable' && state.defleet) this.complain('enables a vehicle that leaves');
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
    // A notice is being handed over.
    const isTelling = workflow.underWay.length > 0 || workflow.openTimers > (state.deadline ? 1 : 0);
    // What has happened meanwhile is handed over with a task of its own, which is looked at then.
    if (!isTelling && workflow.isIdle)
      this.complain('a fresh run was suggested, and nothing is under way, and it is not taken');
  }

  #checkFreshRun(state: ActivationState, carried: string): void {
    this.freshRuns += 1;
    this.largestState = Math.max(this.largestState, carried.length);
    if (carried.length > LARGEST_STATE) this.complain(`the state has ${carried.length} characters`);
    const lost = lostInJson(JSON.parse(carried).state, state, 'state');
    if (lost) this.complain(`the state does not survive JSON: ${lost}`);
    if (state.inFlight) this.complain('a fresh run begins while a command is in flight');
  }

  /** A request makes one clearance at most, however often it is tried, where the list shows all that there is. */
  #checkCount(): void {
    const { books, lists, lostWrites, restored, world } = this.#provider;
    if (lists.empty + lists.stale + lostWrites + restored > 0) return;
    // Known (docs/faults.md): where no row has a time, an end that was not seen may be taken for one of before.
    if (world.timeFormat === 'none') return;
    const made = books.rows.filter(({ isOurs }) => isOurs).length;
    const requests = this.#begun + this.#submissions - this.#submittedBefore;
    if (made > requests) this.complain(`${requests} requests made ${made} clearances`);
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
}
