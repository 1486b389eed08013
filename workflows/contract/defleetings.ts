import type { QueryDefinition, SignalDefinition } from '@temporalio/common';
import type { Application } from '../../src/domain/application';
import type { ClearanceStatus } from '../../src/domain/status';
import { vinKey } from '../../src/domain/vehicle-key';
import type { DefleetingState } from '../defleeting/state';
import { fingerprint } from './fingerprint';
import type { Notice } from './notice';

/** What those who ask for defleetings, carry them out and show them agree on. Times are ISO 8601, UTC, where not said otherwise. */

/** The workflow type of a vehicle that leaves, in all applications of all providers. */
export const DEFLEETING = 'defleeting';

/** One for each vehicle: the id is what makes asking twice harmless. */
export function defleetingId(vin: string): string {
  return `${DEFLEETING}:${vinKey(vin)}`;
}

/** Why a vehicle leaves. */
export const DEPARTURES = ['sold', 'lease-ended', 'returned', 'scrapped', 'stolen', 'other'] as const;
export type Departure = (typeof DEPARTURES)[number];

/** How a defleeting can end. `expired`: no worker came while the order counted, and nothing was asked. */
export const DEFLEETING_OUTCOMES = ['left', 'taken-back', 'expired'] as const;
export type DefleetingOutcome = (typeof DEFLEETING_OUTCOMES)[number];

/** `scheduled`: it has not begun. `asking`, `watching`: until all access is read back as ended. `certifying`: it is written down. */
export const DEFLEETING_STEPS = ['scheduled', 'asking', 'watching', 'certifying', 'ended'] as const;
export type DefleetingStep = (typeof DEFLEETING_STEPS)[number];

/** The day and the time that may be moved until it begins. */
export interface DefleetingDates {
  /** The day of the event, as `2026-12-01`; null: the day on which it was asked for. */
  readonly eventDate: string | null;
  /** How long after the end of that day all access must have ended, in milliseconds; null: as the worker's settings say. */
  readonly deadline: number | null;
}

/** Who asks for a defleeting, and why. */
export interface DefleetingOrder extends DefleetingDates {
  readonly vin: string;
  /** Its own: the ids of the messages to activations and of the certificate are made of it. */
  readonly id: string;
  readonly reason: Departure;
  /** The reason in the words of whoever asks, where it is another. */
  readonly note: string | null;
  readonly fleet: string | null;
  /** The fleets of whoever asks: what is of others by then is left alone. Absent: somebody who sees every fleet asks. */
  readonly fleets?: readonly string[];
  /** Who asks, as the records of the activations have it. */
  readonly by: string | null;
  /** The role of whoever asks, for the certificate: no person's name. */
  readonly role: string;
  readonly onBehalfOf: string | null;
  /** By which door it came: `cli`, `api`, `temporal-ui`. */
  readonly channel: string;
  readonly askedAt: string;
  /** Begun later than this it does not count, in milliseconds since 1970; null: it always does. */
  readonly notAfter: number | null;
}

export interface DefleetingInput {
  readonly order: DefleetingOrder;
  /** Set by the workflow itself when it continues in a new run: what it knows, and whom it has not told yet. */
  readonly carried?: DefleetingState;
  readonly telling?: readonly Notice[];
}

/** What is decided where it runs, when it begins and when it is moved. Times in milliseconds since 1970, waits in milliseconds. */
export interface DefleetingPlan {
  /** The day of the event, with the zone that it is a day of. */
  readonly eventDate: string;
  readonly zone: string;
  readonly beginsAt: number;
  readonly deadlineAt: number;
  /** All that have credentials here, and all in which the vehicle has an activation. */
  readonly applications: readonly Application[];
  /** The parkings of the vehicle's plates: each is one more access, as `provider` and its plate. Absent: none. */
  readonly parkings?: readonly Application[];
  /** Those of a provider whose record stays until it is removed, without giving access. Absent: none. */
  readonly keepingRecords?: readonly Application[];
  readonly waits: DefleetingWaits;
}

export interface DefleetingWaits {
  /** Between two looks at an activation that has not told its end: the first and the longest. */
  readonly look: number;
  readonly longestLook: number;
  /** After the deadline people are told again so often. */
  readonly remind: number;
  /** What was read back longer ago is read once more before anything is certified. */
  readonly fresh: number;
}

/** What was found of a vehicle at one application. */
export interface PartView extends Application {
  /** `parking`: the parking of a plate, which stands in `application`. Absent: the data at an application. */
  readonly kind?: 'parking';
  readonly state: 'to-ask' | 'leaving' | 'gone';
  readonly status: ClearanceStatus | null;
  /** Why it is open still: the provider's words, or what went wrong. */
  readonly reason: string | null;
  readonly owner: string | null;
  readonly action: string | null;
  readonly askedAt: string | null;
  /** When we read at the provider that nothing is open; null: not yet. */
  readonly readBackAt: string | null;
}

/** What became of a message to a defleeting. */
export interface DefleetingAnswer {
  readonly id: string;
  readonly outcome: 'taken' | 'refused';
  /** One sentence. */
  readonly next: string;
}

/** Everything that is known of a defleeting: what its query and its end answer. */
export interface DefleetingView {
  readonly vin: string;
  readonly id: string;
  readonly fleet: string | null;
  readonly reason: Departure;
  readonly note: string | null;
  readonly role: string;
  readonly onBehalfOf: string | null;
  readonly channel: string;
  readonly askedAt: string;
  /** Null until a worker has had it. */
  readonly eventDate: string | null;
  readonly zone: string | null;
  readonly beginsAt: string | null;
  readonly deadlineAt: string | null;
  readonly step: DefleetingStep;
  readonly outcome: DefleetingOutcome | null;
  readonly parts: readonly PartView[];
  /** When it was signed that the deadline is over and something is open. */
  readonly statementAt: string | null;
  /** Null where it has not ended, and where this installation issues none. */
  readonly certificate: { readonly number: number; readonly issuedAt: string } | null;
  readonly answers: readonly DefleetingAnswer[];
  readonly history: readonly { readonly at: string; readonly note: string }[];
}

/** Whether one that runs has begun, by what lists show: then the vehicle is not started again before it has left. */
export function hasBegun({ step, eventDate, beginsAt }: DefleetingListed, now: number): boolean {
  if (step !== 'scheduled') return true;
  return beginsAt === null ? eventDate === null : beginsAt <= new Date(now).toISOString();
}

/** The name of its memo: what lists show, a view without `answers` and `history`. */
export const DEFLEETING_MEMO = 'defleeting';
export type DefleetingListed = Omit<DefleetingView, 'answers' | 'history'>;

/** Asked again with the same id it is the same message. */
export interface TakeBackRequest {
  readonly id: string;
  readonly by?: string | null;
}

export interface MoveRequest extends TakeBackRequest, Partial<DefleetingDates> {}

const signal = <Content>(name: string) => ({ type: 'signal', name }) as SignalDefinition<[Content]>;

// Signals, as all messages here are (docs/decisions/0009-messages-are-signals.md).
export const moveDefleeting = signal<MoveRequest>('move');
export const takeBackDefleeting = signal<TakeBackRequest>('takeBack');
/** An activation that a defleeting has asked to leave has ended: its application. */
export const activationEnded = signal<Application>('activationEnded');
export const defleetingView = { type: 'query', name: 'defleeting' } as QueryDefinition<DefleetingView>;

/** In front of the ids of messages that a defleeting sends to activations. */
const MESSAGE_PREFIX = 'defleeting:';
/** As an activation keeps it (workflows/lifecycle/limits.ts). */
const LONGEST_ID = 200;

/** The id of the message by which a defleeting asks an activation to leave. @param asking how often it has asked before */
export function askingId(id: string, asking = 0): string {
  return messageId(id, asking === 0 ? '' : `:${asking}`);
}

/** The id of the message by which an activation is asked to stay. @param message that of whoever takes it back */
export function stayingId(id: string, message: string): string {
  return messageId(id, `:stay:${message}`);
}

/** For so long a message to stay counts that waits for a worker, in milliseconds: what it takes back may wait as well. */
export const STAY_COUNTS = 30 * 86_400_000;

/** What is too long to be kept whole is kept by its fingerprint: what was cut off would make two messages one. */
function messageId(id: string, what: string): string {
  const whole = `${MESSAGE_PREFIX}${id}${what}`;
  return whole.length <= LONGEST_ID ? whole : `${MESSAGE_PREFIX}${fingerprint(id)}:${fingerprint(what)}`;
}

/** Whether a message came from a defleeting: that is told of the end. */
export function isAsking(id: string | null): boolean {
  return id?.startsWith(MESSAGE_PREFIX) ?? false;
}
