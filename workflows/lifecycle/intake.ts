import { formatDuration } from '../../src/domain/duration';
import { isHeld, isLeaving } from '../../src/domain/status';
import type { MessageKind, MessageOutcome } from '../contract/messages';
import { whyNoRetry } from './attention';
import type { LifecycleEvent } from './events';
import { isFinal, wasDeleted } from './leaving';
import { LIMITS } from './limits';
import { record } from './record';
import { type ActivationState, change, type Running } from './state';
import { whyNoSuspension } from './suspension';

/** How a message is known when it is asked again, and until when it counts. Times in milliseconds since 1970. */
export interface MessageHead {
  readonly kind: MessageKind;
  /** Given by whoever sends it; null where it was typed by hand. */
  readonly id: string | null;
  /** The same for the same words, whatever the id. */
  readonly words: string;
  readonly sentAt: number | null;
  /** Taken in later than this it does not count; null: it always does. */
  readonly notAfter: number | null;
}

/** What became of a message. */
export interface TakenMessage {
  readonly kind: MessageKind;
  readonly id: string | null;
  readonly words: string;
  readonly at: number;
  readonly outcome: MessageOutcome['outcome'];
  /** What happens next, or why it was refused: one sentence. */
  readonly next: string;
}

/** The events that a person's message brings. */
export type MessageEvent = Extract<LifecycleEvent, { readonly head?: MessageHead }>;

export function isOfPerson(event: LifecycleEvent): event is MessageEvent {
  return 'head' in event && event.head !== undefined;
}

/**
 * Whether a message counts. Asked again it is the same message: by its id and its words, or by its words where it was sent
 * before the first was taken in. Taken in after its time, with the id of another one, or against the state, it is refused.
 *
 * @returns the state that remembers a message which does not count, or null: it counts.
 */
export function turnedAway<S extends ActivationState>(state: S, event: MessageEvent): S | null {
  const { head } = event;
  if (!head) return null;
  const newest = state.messages.findLast(
    ({ kind, outcome }) => isAboutTheSame(kind, head.kind) && outcome === 'taken',
  );
  const same = state.messages.find((known) => isSame(known, head, event.at, known === newest));
  if (same) return same.id === head.id ? state : remember(state, { ...same, id: head.id });
  const problem = problemOf(state, event, head);
  if (problem === null) return null;
  const told = record(state, 'person', event.at, `refused a message (${head.kind}): ${problem}`);
  return remember(told, takenOf(head, event.at, 'refused', problem));
}

/** Remembers that a message was taken, and what comes of it. */
export function taken<S extends ActivationState>(state: S, event: MessageEvent, next: string): S {
  return event.head ? remember(state, takenOf(event.head, event.at, 'taken', next)) : state;
}

/** What waits in the queue with another message is heard so soon after it, in milliseconds, whatever is under way. */
const IN_ONE_QUEUE = 2 * 60_000;

/**
 * By its words only the newest that was taken is the same: what was said in between counts. Two clocks say that it was sent
 * before that: its sender's, which may be wrong, and ours.
 */
function isSame(known: TakenMessage, head: MessageHead, at: number, isNewest: boolean): boolean {
  if (known.kind === head.kind && isOfId(known, head)) return known.words === head.words;
  const wasSentBefore = head.sentAt !== null && head.sentAt <= known.at && at <= known.at + IN_ONE_QUEUE;
  return isNewest && known.kind === head.kind && known.words === head.words && wasSentBefore;
}

/** What takes back another message is about the same: a wish that was taken back can be wished in the same words. */
const OF_LEAVING: readonly MessageKind[] = ['defleet', 'stay'];

function isAboutTheSame(one: MessageKind, other: MessageKind): boolean {
  return one === other || (OF_LEAVING.includes(one) && OF_LEAVING.includes(other));
}

function isOfId({ id }: TakenMessage, head: MessageHead): boolean {
  return head.id !== null && id === head.id;
}

function problemOf(state: ActivationState, event: MessageEvent, head: MessageHead): string | null {
  const other = state.messages.find((known) => isOfId(known, head));
  if (other)
    return `The id ${head.id} is that of another message (${other.kind}). Send it with an id of its own.`;
  if (event.type === 'message-refused') return event.problem;
  if (head.notAfter !== null && event.at > head.notAfter) {
    return `It came too late: it counted until ${new Date(head.notAfter).toISOString()}. Send it again if you still want it.`;
  }
  return refusalOf(state, event);
}

/**
 * The provider gives an application one call a second: no vehicle looks more often than once a minute. Who runs this may want
 * more time between two looks (`policy.shortestPollInterval`).
 */
const SHORTEST_LOOK = 60_000;

/** What the state of the activation says against a message. */
function refusalOf(state: ActivationState, event: MessageEvent): string | null {
  if (state.ended) return 'The activation has ended. Activate the vehicle again if it stays.';
  switch (event.type) {
    case 'resume-asked':
      return state.parked || state.trouble || state.suspended
        ? null
        : 'The activation is not parked: there is nothing to resume.';
    case 'retry-asked':
      return state.defleet || (state.suspended && !state.parked) ? whyNoRetry(state) : null;
    case 'stay-asked':
      return refusalOfStay(state);
    case 'suspend-asked':
      return whyNoSuspension(state);
    case 'acknowledged':
      if (event.until > event.at + LIMITS.silence) return 'Reminders can be stopped for 90 days at most.';
      return event.until > event.at ? null : 'Send "until" as a date that is still to come.';
    case 'amended':
      return refusalOfAmendment(state, event);
    default:
      return null;
  }
}

/** A wish to leave can be taken back until the access may have been ended for it. */
function refusalOfStay(state: ActivationState): string | null {
  if (!state.defleet) return 'The vehicle is not leaving: there is nothing to take back.';
  const again = 'To have it again, activate it with "again": it then starts once this life has ended.';
  if (!isFinal(state)) return null;
  const asked = wasDeleted(state)
    ? 'The provider was asked to end the access'
    : 'Temporal was asked to cancel it';
  return `${asked}: that cannot be taken back. ${again}`;
}

function refusalOfAmendment(
  state: ActivationState,
  event: Extract<MessageEvent, { type: 'amended' }>,
): string | null {
  const ofRules = state.rules ? refusalOfRules(state, event) : refusalBeforeRules(event);
  return ofRules ?? tagProblem(withTags(state.vehicle.tags, event.tags));
}

function refusalBeforeRules({ brand, policy }: Extract<MessageEvent, { type: 'amended' }>): string | null {
  return brand === null && Object.keys(policy).length === 0
    ? null
    : 'The activation has only just begun: send its brand or policy again in a minute.';
}

function refusalOfRules(
  { ownClearance: own, clearance, rules, vehicle, inFlight }: Running,
  { brand, policy }: Extract<MessageEvent, { type: 'amended' }>,
): string | null {
  const isOpen = own !== null && (isHeld(clearance.status) || isLeaving(clearance.status));
  if (brand !== null && isOpen) {
    return `The clearance is ${clearance.status}: its brand cannot change. Defleet the vehicle first.`;
  }
  if (brand !== null && brand !== vehicle.brand && inFlight === 'submit') {
    return 'The vehicle is on its way to the provider with its brand: send the new one again in a minute.';
  }
  const { speed } = rules;
  const shortest = Math.max(SHORTEST_LOOK / speed, rules.policy.shortestPollInterval ?? 0);
  const { pollInterval = shortest, withdrawPollInterval = shortest } = policy;
  return Math.min(pollInterval, withdrawPollInterval) < shortest
    ? `A look at the provider costs calls that all vehicles share: send a poll interval of at least ${formatDuration(shortest * speed)}.`
    : null;
}

/** Tags with those of a request merged into them; null takes one away. */
export function withTags(
  tags: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const merged = Object.entries({ ...tags, ...changes });
  return Object.fromEntries(merged.filter((tag): tag is [string, string] => tag[1] !== null));
}

/** What is wrong with tags, if anything: they travel with each submission and stay in the state for life. */
export function tagProblem(tags: Readonly<Record<string, string>>): string | null {
  const { length } = Object.keys(tags);
  if (length > LIMITS.tags) {
    return `The vehicle would have ${length} tags; at most ${LIMITS.tags} are kept. Send null for those that may go.`;
  }
  const size = Object.entries(tags).reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  return size > LIMITS.tagsLength
    ? `The tags would have ${size} characters in all; at most ${LIMITS.tagsLength} are kept. Send null for those that may go.`
    : null;
}

function takenOf(
  { kind, id, words }: MessageHead,
  at: number,
  outcome: TakenMessage['outcome'],
  next: string,
): TakenMessage {
  return { kind, id, words, at, outcome, next };
}

function remember<S extends ActivationState>(state: S, message: TakenMessage): S {
  return change(state, { messages: [...state.messages, message].slice(-LIMITS.messages) });
}
