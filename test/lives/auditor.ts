import type { LifecycleEvent } from '../../workflows/events';
import type { Decision } from '../../workflows/lifecycle';
import type { Notice } from '../../workflows/notice';
import type { ActivationState, Command, CommandType } from '../../workflows/state';
import { isSettled } from '../../workflows/view';
import type { Clock } from './clock';
import { DAY, MINUTE } from './clock';
import type { SimulatedProvider } from './provider';
import type { Witness } from './shell';

/** The events that bring the answer of a command. */
const ANSWERS: readonly LifecycleEvent['type'][] = [
  'submitted',
  'submission-stopped',
  'observed',
  'withdrawn',
  'data-checked',
  'rules-read',
  'command-failed',
];
const OPEN = ['pending', 'approved', 'revoking', 'canceling'];
/** A command may follow its like sooner than this only so often, when nobody has said anything in between. */
const FLOOR = MINUTE;
const HURRIES = 4;

interface Told {
  level: number;
  at: number;
}

/** What must hold in every life, looked at after each decision and at the end of the life. */
export class Auditor implements Witness {
  readonly complaints: string[] = [];
  readonly commands: Command[] = [];
  /** The life ended on an old copy of the books, or before a hidden write came to light. */
  leftBehindByFault = false;
  readonly #clock: Clock;
  readonly #provider: SimulatedProvider;
  readonly #ids = new Set<string>();
  readonly #told = new Map<string, Told>();
  readonly #last = new Map<Command, number>();
  /** When somebody outside asked for the end of the access; by what the shell was told, not by the state. */
  #askedAt: number | null = null;
  #hurries = 0;
  /** Set by whoever hears the notices. */
  onNotice: (notice: Notice) => void = () => {};
  onState: (state: ActivationState) => void = () => {};

  constructor(clock: Clock, provider: SimulatedProvider) {
    this.#clock = clock;
    this.#provider = provider;
  }

  complain(what: string): void {
    if (this.complaints.length < 10) {
      this.complaints.push(`${new Date(this.#clock.now).toISOString()} ${what}`);
    }
  }

  decided(before: ActivationState, event: LifecycleEvent, { state, commands, notices }: Decision): void {
    if (event.type === 'defleet-asked') this.#askedAt ??= event.at;
    if (event.type === 'claimed' || event.type.endsWith('asked')) this.#hurries = 0;
    this.#checkState(state);
    this.#checkSettled(before, event, state, commands);
    if (commands.length > 1) this.complain(`two commands at once: ${commands.join(', ')}`);
    for (const command of commands) this.#checkCommand(command, before, event, state);
    for (const notice of notices) this.#checkNotice(notice, before, state);
    if (state.ended && state.defleet && notices.length > 0)
      this.complain('tells people of a vehicle that has left');
    for (const notice of notices) this.onNotice(notice);
    this.onState(state);
  }

  attempted(command: CommandType): void {
    if (command === 'submit' && this.#askedAt !== null) {
      this.complain('an attempt to submit began after the end of the access was asked for');
    }
  }

  #checkState(state: ActivationState): void {
    const { ended, inFlight, wake, parked, clearance, defleet, own } = state;
    const isQuiet = own && clearance.status === 'approved' && !defleet;
    if (!ended && !inFlight && !wake && !parked && !isQuiet && state.rules) {
      this.complain(`no way forward: ${clearance.status}, no timer, nothing in flight`);
    }
    if (ended && (inFlight || wake)) this.complain('ended with a timer or a command in flight');
    if (inFlight && wake) this.complain('a timer is open while a command is in flight');
    if (defleet?.via !== 'policy' && (defleet !== null) !== (this.#askedAt !== null)) {
      this.complain('the state and the operator do not agree on whether the vehicle leaves');
    }
    if (state.history.length > 200) this.complain('the history grows without bound');
    if (state.deliveries.length > 100) this.complain('the deliveries grow without bound');
    if (Object.keys(state.topics).length > 50) this.complain('the topics grow without bound');
    if (ended) this.#checkEnd(state);
  }

  #checkEnd({ clearance, defleet, own }: ActivationState): void {
    const { records, lastReadWasOld } = this.#provider;
    if (!defleet && clearance.status !== 'rejected' && clearance.status !== 'error') {
      this.complain(`ended as ${clearance.status}, and nobody asked for it`);
    }
    // What somebody else asked for before this life is none of our business, unless we took it over.
    const isOurs = own !== null || records.current?.isOurs;
    // A fault that outlasts the life is the provider's.
    if (records.isOpen && isOurs && (lastReadWasOld || records.isHidden)) this.leftBehindByFault = true;
    else if (records.isOpen && isOurs) {
      this.complain(`ended as ${clearance.status}, but the provider holds a ${records.status} clearance`);
    }
  }

  /** After a settled view nothing more happens by itself except data checks and reminders. */
  #checkSettled(
    before: ActivationState,
    event: LifecycleEvent,
    state: ActivationState,
    commands: readonly Command[],
  ): void {
    if (before.ended) this.complain(`an event after the end: ${event.type}`);
    if (!isSettled(before) || (event.type !== 'deadline-reached' && event.type !== 'data-checked')) return;
    const others = commands.filter((command) => command !== 'check-data');
    if (others.length > 0) this.complain(`settled, and then by itself: ${others.join(', ')}`);
    if (before.clearance.status !== state.clearance.status) this.complain('settled, and then another status');
  }

  #checkCommand(
    command: Command,
    before: ActivationState,
    event: LifecycleEvent,
    state: ActivationState,
  ): void {
    this.commands.push(command);
    const { now } = this.#clock;
    const { status } = state.clearance;
    const isSoon = now - (this.#last.get(command) ?? Number.NEGATIVE_INFINITY) < FLOOR;
    this.#last.set(command, now);
    this.#hurries = isSoon ? this.#hurries + 1 : 0;
    if (this.#hurries > HURRIES) this.complain(`spins: ${command} again and again`);
    if (command !== 'stop-submitting' && before.inFlight && !ANSWERS.includes(event.type)) {
      this.complain(`${command} while ${before.inFlight} is in flight`);
    }
    if (command === 'submit') {
      if (state.defleet) this.complain('submits a vehicle that leaves');
      if (OPEN.includes(status)) this.complain(`submits while ${status}`);
    }
    if (command === 'withdraw') {
      if (!state.defleet) this.complain('withdraws, and nobody asked for it');
      if (!['pending', 'approved', 'absent'].includes(status)) this.complain(`withdraws while ${status}`);
    }
  }

  #checkNotice(notice: Notice, before: ActivationState, { rules, topics }: ActivationState): void {
    const { id, kind, since, level } = notice;
    const { now } = this.#clock;
    if (this.#ids.has(id)) this.complain(`the id of a notice is used twice: ${id}`);
    this.#ids.add(id);
    const isSilent = Object.values(before.topics).some(
      (topic) => new Date(topic.since).toISOString() === since && topic.silentUntil > now,
    );
    if (isSilent) this.complain('tells somebody who has acknowledged');
    const key = `${kind} ${since} ${this.#keyOf(topics, since)}`;
    const last = this.#told.get(key);
    this.#told.set(key, { level, at: now });
    if (!last) {
      if (level !== 1) this.complain(`the first notice of "${kind}" has level ${level}`);
      return;
    }
    if (level < last.level || level > last.level + 1) {
      this.complain(`the ladder of "${kind}" goes from level ${last.level} to ${level}`);
    }
    const shortest = Math.min(
      ...Object.values(rules?.policy.ladders ?? {}).map((ladder) => ladder[level - 1]?.every ?? DAY),
    );
    if (level === last.level && now - last.at < shortest)
      this.complain(`level ${level} of "${kind}" is told twice`);
  }

  #keyOf(topics: ActivationState['topics'], since: string): string {
    return Object.keys(topics).find((key) => new Date(topics[key]?.since ?? 0).toISOString() === since) ?? '';
  }
}
