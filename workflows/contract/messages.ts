import type { QueryDefinition, SignalDefinition } from '@temporalio/common';
import { type Application, applicationKey } from '../../src/domain/application';
import type { Odometer } from '../../src/domain/clearance';
import type { EligibilityMode, EligibilityVerdict } from '../../src/domain/eligibility';
import type { FirstData } from '../../src/domain/first-data';
import type { DriftAnswer, GiveUpWay } from '../../src/domain/policy';
import type { ClearanceStatus } from '../../src/domain/status';
import type { TroubleKind } from '../../src/domain/trouble';
import { vinKey } from '../../src/domain/vehicle-key';
import type { LifecycleEvent } from '../lifecycle/events';
import type { Observation, Running } from '../lifecycle/state';

/** The workflow type of one vehicle at one application of a provider, as the Temporal UI shows it. */
export const ACTIVATION = 'activation';
/** The workflow type of one sweep. */
export const SWEEP = 'sweep';

/** The type of the failure with which an activation closes that was rejected or refused for good; its detail is the view. */
export const REFUSED_FOR_GOOD = 'REFUSED_FOR_GOOD';
/** With what its message begins: a log is told no type. */
export const REFUSED_WORDS = 'Refused for good: ';

/** One activation for each VIN and application: the id is what makes starting it twice harmless. */
export function activationId(app: Application, vin: string): string {
  return `${ACTIVATION}:${applicationKey(app)}:${vinKey(vin)}`;
}

/** The id of the sweeps of an application, of the changes or of everything; what a schedule starts has a time behind it. */
export function sweepId(app: Application, full: boolean): string {
  return `${SWEEP}:${applicationKey(app)}:${full ? 'full' : 'changes'}`;
}

/** What starts an activation. Small enough to be typed in the Temporal UI. */
export interface ActivationInput extends Application {
  readonly vin: string;
  /** The brand as the provider spells it, for example `mercedes-benz`. */
  readonly brand: string;
  readonly fleet?: string;
  /** The caller's own reference to the vehicle: kept, shown and searched for, never read. */
  readonly externalId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly odometer?: Odometer;
  /** Ask whether the vehicle is eligible before it is submitted; default: as the policy says. */
  readonly checkEligibility?: EligibilityMode;
  /** Takes over what is open at the provider, and submits nothing: where nothing is open it ends. */
  readonly adopt?: boolean;
  /** Set by the activation itself when it continues in a new run: what it knows, and what it has not decided yet. */
  readonly carried?: Running;
  readonly heard?: readonly LifecycleEvent[];
}

/** What a webhook says of a clearance: a claim, not the truth (design: a claim is checked before anything final). */
export interface ClearanceClaim {
  /** The provider's word for the new status. */
  readonly status: string;
  readonly reason?: string | null;
  /** The same for a repeated delivery. */
  readonly deliveryId?: string | null;
  /** When the provider says it happened, ISO 8601. */
  readonly providerTime?: string | null;
}

/** What a sweep read of a clearance; null when the provider's whole list has no such VIN. */
export interface SweptClearance {
  readonly clearance: Observation | null;
  /** A time before the list was read, in milliseconds since 1970, on the server's clock. */
  readonly begun?: number | null;
}

/** The messages of people. */
export const MESSAGES = [
  'defleet',
  'stay',
  'suspend',
  'retry',
  'resume',
  'amend',
  'acknowledge',
  'refresh',
  'data-seen',
] as const;
export type MessageKind = (typeof MESSAGES)[number];

/** The name of a message's signal, which is also its name in code: `dataSeen`. */
export function signalOf(kind: MessageKind): string {
  return kind.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What every message of a person may carry, besides its own words. Times are ISO 8601 with a zone. */
export interface Envelope {
  /** Who asks, for the record. */
  readonly by?: string;
  /** Asked again with the same id it is the same message, and its outcome can be looked up by it. */
  readonly id?: string;
  /** The same words, sent before the first were taken in, are the same message. */
  readonly sentAt?: string;
  /** Taken in later than this it no longer counts. */
  readonly notAfter?: string;
}

export interface DefleetRequest extends Envelope {
  /** Why, for the record, for example `sold`. */
  readonly reason?: string;
}

/** Takes back a wish to leave, until the provider was asked to end the access. */
export interface StayRequest extends Envelope {}

/** Pauses an access that is given, until a resume. */
export interface SuspendRequest extends Envelope {}

export interface RetryRequest extends Envelope {}

/** Has the rules read anew: what has changed in the catalogue or in the configuration counts from now on. */
export interface RefreshRequest extends Envelope {}

/** Who reads the data by other ways, such as a stream, says that it flows. */
export interface DataSeenRequest extends Envelope {}

/** Changes what an activation asks for, or how it goes about it. */
export interface AmendRequest extends Envelope {
  /** Only while the provider holds no open clearance. */
  readonly brand?: string;
  /** Moves it to another fleet. */
  readonly fleet?: string;
  /** Added to the tags; sent with the next submission. Null takes a tag away. */
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly policy?: {
    /** Durations such as `6h`. */
    readonly pollInterval?: string;
    readonly withdrawPollInterval?: string;
    readonly giveUp?: { readonly after: string; readonly by: GiveUpWay };
    readonly drift?: DriftAnswer;
    readonly eligibility?: EligibilityMode;
  };
}

/** Silences the reminders of what people know already. */
export interface AcknowledgeRequest extends Envelope {
  /** A day (2026-12-01: its beginning in UTC), a time with its zone (ISO 8601), or a duration from now, such as `3d`. */
  readonly until: string;
}

/** What became of a message that the activation has taken in. */
export interface MessageOutcome {
  readonly kind: MessageKind;
  /** A fingerprint of what was sent: an id that was given twice shows by it. */
  readonly words: string;
  readonly outcome: 'taken' | 'refused';
  readonly status: ClearanceStatus;
  /** What happens next, or why it was refused: one sentence. */
  readonly next: string;
}

/** Where a fact comes from. `person` is somebody's message, `activation` is our own decision. */
export const FACT_SOURCES = [
  'submit',
  'webhook',
  'poll',
  'sweep',
  'withdraw',
  'person',
  'activation',
] as const;
export type FactSource = (typeof FACT_SOURCES)[number];

/** One fact of an activation's history. Times are ISO 8601, UTC. */
export interface HistoryEntry {
  readonly at: string;
  readonly source: FactSource;
  readonly status: ClearanceStatus;
  readonly reason: string | null;
  /** When the provider says it happened. */
  readonly providerTime: string | null;
  /** What was done or asked, in words. */
  readonly note: string | null;
}

/** What an activation is doing. */
export const STEPS = [
  'submitting',
  'waiting',
  'first-data',
  'quiet',
  'withdrawing',
  'suspended',
  'parked',
  'ended',
] as const;
export type Step = (typeof STEPS)[number];

/** The whole view of one activation: what the `status` query and `vin status -o json` answer. */
export interface ActivationView extends Application {
  readonly vin: string;
  readonly brand: string;
  readonly fleet: string | null;
  readonly externalId: string | null;
  /** Since when it belongs to its fleet; null: since it began. */
  readonly fleetSince: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly status: ClearanceStatus;
  readonly reason: string | null;
  /** The catalogue's key of the reason; `unknown` for words that it does not know. */
  readonly reasonKey: string | null;
  readonly reasonSince: string | null;
  /** Since when the status holds, by the provider's time where it gave one. */
  readonly since: string | null;
  /** Since when it is approved, or was last. */
  readonly approvedAt: string | null;
  /** When it began: the same in all its runs. */
  readonly begunAt: string;
  /** When what a list shows of it changed last. */
  readonly changedAt: string;
  /** Until when somebody must have acted; null where no such time is known. */
  readonly deadlineAt: string | null;
  readonly step: Step;
  /** True when nothing more will happen by itself. */
  readonly settled: boolean;
  /** Who has to act now, or null. */
  readonly owner: string | null;
  /** What that person has to do. */
  readonly action: string | null;
  /** What to write to the provider's support, ready to copy, where it is its turn. */
  readonly letter: string | null;
  /** Since when it is that person's turn. */
  readonly ownerSince: string | null;
  /** Whether a retry can help now. */
  readonly canRetry: boolean;
  /** Why it cannot; null where it can. */
  readonly whyNoRetry: string | null;
  /** Whether a command of it failed, and it waits because of that. */
  readonly inTrouble: boolean;
  /** What the provider refuses or does not answer, in the way of all vehicles of the application; null where nothing is. */
  readonly troubleKind: TroubleKind | null;
  /** What the activation waits for, and until when it waits before it does something by itself. */
  readonly waitingFor: string | null;
  readonly nextAt: string | null;
  readonly attempts: { readonly submit: number; readonly read: number; readonly withdraw: number };
  /** Level of the escalation ladder that was told last; 0 is none. */
  readonly escalationLevel: number;
  /** Nobody is told before this time. */
  readonly acknowledgedUntil: string | null;
  /** What is known of the data of an approved vehicle; null while it is not approved or was not asked. */
  readonly data: FirstData | null;
  /** When the provider was asked for data last. */
  readonly dataAskedAt: string | null;
  /** When somebody who reads the data said last that it flows. */
  readonly dataSeenAt: string | null;
  /** What the carmaker said before the submission; null where it was not asked. */
  readonly eligibility: EligibilityVerdict | null;
  readonly defleet: {
    readonly at: string;
    readonly by: string | null;
    readonly reason: string | null;
    /** Whether it can no longer be taken back. */
    readonly isFinal: boolean;
  } | null;
  /** That the access is paused, or to be: since when, and who asked for it. */
  readonly suspended: { readonly at: string; readonly by: string | null } | null;
  /** The version of the catalogue that governs it, and since when. */
  readonly catalogueVersion: string | null;
  readonly rulesSince: string | null;
  readonly history: readonly HistoryEntry[];
}

// Made here and not by the SDK of workflows, which those who send messages would have to load.
const signal = <Content>(name: string) => ({ type: 'signal', name }) as SignalDefinition<[Content]>;
const query = <Answer, Args extends unknown[] = []>(name: string) =>
  ({ type: 'query', name }) as QueryDefinition<Answer, Args>;

export const clearanceChanged = signal<ClearanceClaim>('clearanceChanged');
export const clearanceSwept = signal<SweptClearance>('clearanceSwept');
// What people send are signals, not updates: the server keeps them at once, with or without a worker, and a history
// with them replays (docs/decisions/0009-messages-are-signals.md).
export const defleet = signal<DefleetRequest | undefined>('defleet');
export const stay = signal<StayRequest | undefined>('stay');
export const suspend = signal<SuspendRequest | undefined>('suspend');
export const retry = signal<RetryRequest | undefined>('retry');
export const resume = signal<RetryRequest | undefined>('resume');
export const amend = signal<AmendRequest>('amend');
export const acknowledge = signal<AcknowledgeRequest>('acknowledge');
export const dataSeen = signal<DataSeenRequest | undefined>('dataSeen');
export const refresh = signal<RefreshRequest | undefined>('refresh');
export const status = query<ActivationView>('status');
/** What became of the message with this id; null: not taken in (yet), or too long ago. */
export const messageOutcome = query<MessageOutcome | null, [string]>('messageOutcome');
