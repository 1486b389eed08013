import type { CertificateFacts, StatementFacts } from '../../src/certificates/facts';
import type { Application } from '../../src/domain/application';
import { applicationOf } from '../../src/domain/application';
import { cutTo } from '../../src/domain/cut';
import type { ClearanceStatus } from '../../src/domain/status';
import type {
  DefleetingAnswer,
  DefleetingOrder,
  DefleetingOutcome,
  DefleetingPlan,
} from '../contract/defleetings';

/** What is done at one application, one thing at a time. */
export type PartCommand =
  /** Its activation is asked to leave; where there is none, nothing is sent. */
  | 'ask'
  /** What the server stores of its activation. */
  | 'look'
  /** The provider's record, by us: nothing is certified without it. */
  | 'read'
  /** An activation that leaves at once and submits nothing is started for what is open. */
  | 'take-over';

/** What is known of a vehicle at one application. Times in milliseconds since 1970. */
export interface Part extends Application {
  /** `parking`: the parking of the plate that stands in `application`; its end is proven by itself. Absent: data. */
  readonly kind?: 'parking';
  readonly state: 'to-ask' | 'leaving' | 'gone';
  /** The next thing to do, and when; null: nothing, but to wait for others. */
  readonly next: PartCommand | null;
  readonly nextAt: number;
  /** The next pause, where nothing comes of a look: they grow. */
  readonly pause: number;
  readonly doing: PartCommand | null;
  /** How often it was asked to leave: each time by a message of its own. */
  readonly asked: number;
  readonly askedAt: number | null;
  readonly isTakenOver: boolean;
  readonly status: ClearanceStatus | null;
  readonly reason: string | null;
  readonly brand: string | null;
  readonly owner: string | null;
  readonly action: string | null;
  /** Since when it is open for the present reason. */
  readonly since: number;
  /** The provider's own words when the access was withdrawn, and when; null: it said nothing, or was not asked. */
  readonly answer: { readonly words: string; readonly at: number } | null;
  /** DELETEs that were sent. */
  readonly calls: number;
  /** Our own newest reading, and when it began. */
  readonly readBack: { readonly words: string; readonly at: number } | null;
  /** The newest sign that something is open, after which no activation has proven its end; null or absent: none. */
  readonly openSeenAt?: number | null;
  /** The first of our readings since that sign that showed nothing; null or absent: none. */
  readonly absentSince?: number | null;
  /** When it was seen last that it is gone, and that nobody has begun again here; absent: not yet. */
  readonly seenAt?: number;
}

/** What people have been told: 1 at half of the time, 2 before its end, from 3 on after it. */
export interface Told {
  readonly level: number;
  readonly at: number;
}

export interface DefleetingState {
  readonly order: DefleetingOrder;
  readonly plan: DefleetingPlan | null;
  /** When it was asked for last in which applications the vehicle may be; absent: not yet. */
  readonly plannedAt?: number;
  readonly step: 'scheduled' | 'open' | 'certifying' | 'ended';
  readonly outcome: DefleetingOutcome | null;
  readonly parts: readonly Part[];
  readonly told: Told;
  /** When operations heard last that the certificate is not signed; absent: never. */
  readonly unsignedToldAt?: number;
  readonly noticeCount: number;
  /** What is being done for all of it. */
  readonly doing: 'plan' | 'state' | 'certify' | 'take-back' | null;
  /** What has failed for all of it is not tried again before this time. */
  readonly retryAt: number;
  /** A message that waits for what is being done. */
  readonly asking: DefleetingAsking | null;
  readonly statementAt: number | null;
  readonly certificate: { readonly number: number; readonly issuedAt: string } | null;
  readonly answers: readonly DefleetingAnswer[];
  readonly history: readonly { readonly at: number; readonly note: string }[];
}

/** A message that was heard and is not answered yet. */
export type DefleetingAsking =
  | {
      readonly kind: 'take-back';
      readonly id: string;
      readonly by: string | null;
      readonly via: 'message' | 'cancel';
    }
  | {
      readonly kind: 'move';
      readonly id: string;
      readonly by: string | null;
      readonly eventDate?: string | null;
      readonly deadline?: number | null;
    };

/** What came of looking for an activation. */
export type ActivationFound =
  | {
      readonly kind: 'leaving';
      /** Null: of a parking. */
      readonly status: ClearanceStatus | null;
      readonly reason: string | null;
      readonly brand: string | null;
      readonly owner: string | null;
      readonly action: string | null;
    }
  /** It has ended by its own proof. */
  | {
      readonly kind: 'ended';
      /** Somebody had cancelled this one in Temporal. */
      readonly isCancelled?: boolean;
      readonly status: ClearanceStatus;
      readonly answer: { readonly words: string; readonly at: number } | null;
      readonly calls: number;
      /** When, in milliseconds since 1970; absent: not known. */
      readonly endedAt?: number;
      /** The reading by which it has ended, where that is the proof: of a parking. */
      readonly proof?: { readonly words: string; readonly at: number };
    }
  /** It lives, and does not leave. */
  | { readonly kind: 'staying'; readonly why: string }
  /** `endedAt`: one that was ended by force, which proves nothing; absent: there was none. */
  | {
      readonly kind: 'none';
      readonly endedAt?: number;
      /** Whether it may have been open then. */
      readonly mayBeOpen?: boolean;
    };

/** What was read at the provider. */
export interface ReadBack {
  /** Null: it knows no such vehicle. */
  readonly clearance: {
    readonly status: ClearanceStatus;
    readonly reason: string | null;
    readonly brand?: string | null;
  } | null;
}

/** Everything that can happen. `at` is the workflow's clock. */
export type DefleetingEvent = { readonly at: number } & (
  | { readonly type: 'begun' }
  /** `moving`: the id of the message that moves it; null: the first plan. */
  | { readonly type: 'planned'; readonly moving: string | null; readonly plan: DefleetingPlan }
  | { readonly type: 'time-passed' }
  | { readonly type: 'found'; readonly part: string; readonly found: ActivationFound }
  | { readonly type: 'read'; readonly part: string; readonly begun: number; readonly read: ReadBack }
  /** A command at an application could not be carried out. */
  | { readonly type: 'part-failed'; readonly part: string; readonly why: string }
  | { readonly type: 'failed'; readonly why: string }
  | { readonly type: 'activation-ended'; readonly part: string }
  | { readonly type: 'message'; readonly asking: DefleetingAsking }
  /** Every activation was asked to stay. Null: all of them do; else why not. */
  | { readonly type: 'stayed'; readonly refusal: string | null }
  | { readonly type: 'stated' }
  /** Null: this installation issues no certificates. */
  | { readonly type: 'certified'; readonly certificate: DefleetingState['certificate'] }
);

export type DefleetingCommand =
  | { readonly do: 'plan'; readonly order: DefleetingOrder; readonly moving: string | null }
  | { readonly do: PartCommand; readonly part: Part }
  | { readonly do: 'state'; readonly facts: UnnamedFacts<StatementFacts> }
  | { readonly do: 'certify'; readonly facts: UnnamedFacts<CertificateFacts> }
  | {
      readonly do: 'take-back';
      readonly asking: DefleetingAsking;
      /** Those whose activations were asked to leave. */
      readonly applications: readonly Application[];
      /** Those of which nobody knows: a message to leave may be on its way to their activations. */
      readonly others: readonly Application[];
      /** Its parkings: those that have heard that they leave, or may have, begin again. */
      readonly parkings: readonly Application[];
    };

/** Facts without the id of the defleeting: the shell knows it. */
export type UnnamedFacts<Facts> = Omit<Facts, 'defleeting'>;

/** The pause after a failure of what is done for the whole of it, in milliseconds. */
export const RETRY = 60_000;

/** Texts that are kept are cut to this. */
export const TEXT = 500;
/** Notes and answers that are kept: the newest. */
const NOTES = 100;
const ANSWERS = 20;

/** A defleeting before anything has happened. */
export function beginDefleeting(order: DefleetingOrder): DefleetingState {
  return {
    order,
    plan: null,
    step: 'scheduled',
    outcome: null,
    parts: [],
    told: { level: 0, at: 0 },
    noticeCount: 0,
    doing: null,
    retryAt: 0,
    asking: null,
    statementAt: null,
    certificate: null,
    answers: [],
    history: [],
  };
}

/** A part of which nothing is known. */
export function newPart(app: Application, at: number, pause: number, kind?: 'parking'): Part {
  return {
    ...applicationOf(app),
    ...(kind && { kind }),
    state: 'to-ask',
    next: 'ask',
    nextAt: at,
    pause,
    doing: null,
    asked: 0,
    askedAt: null,
    isTakenOver: false,
    status: null,
    reason: null,
    brand: null,
    owner: null,
    action: null,
    since: at,
    answer: null,
    calls: 0,
    readBack: null,
  };
}

/** Writes something down for people. */
export function note(state: DefleetingState, at: number, text: string): DefleetingState {
  return { ...state, history: [...state.history, { at, note: cutTo(text, TEXT) }].slice(-NOTES) };
}

/** Answers a message. */
export function answer(
  state: DefleetingState,
  at: number,
  { id, kind }: DefleetingAsking,
  outcome: DefleetingAnswer['outcome'],
  next: string,
): DefleetingState {
  const told = note(state, at, `${kind === 'move' ? 'asked to move' : 'asked to take it back'}: ${next}`);
  return { ...told, answers: [...told.answers, { id, outcome, next }].slice(-ANSWERS) };
}

/** For a fresh run: what was under way is begun again. */
export function carriedOver(state: DefleetingState): DefleetingState {
  return { ...state, doing: null, parts: state.parts.map((part) => ({ ...part, doing: null })) };
}
