import { settlesBy } from '../../src/domain/rules';
import { CallFailed } from '../contract/call-failed';
import type { Belief, Running } from './state';
import type { SubmitResult } from './submit-result';

/*
 * The one rule of the trace: what may have been sent is known until it is answered. Every result, failure, stop and timeout of
 * a submission takes the trace along. Silence means the worst: that it was sent, now, and that an attempt before it was carried out as well.
 */

/** What the provider's list held of the VIN before a POST: what is newer than this is ours. */
export interface Seen {
  readonly any: boolean;
  /** The newest change of all its rows, by the provider's clock; null where they give no time. */
  readonly newest: number | null;
  /** How many rows it had, where whoever looked has counted them: a new one without a time is known by it. */
  readonly rows?: number;
}

/** A POST of ours that no reading has shown yet: its clearance may still come to light. */
export interface SentRequest {
  readonly at: number;
  /** Null where whoever sent it did not live to tell. */
  readonly seen: Seen | null;
  /** An attempt before it may have been carried out as well. */
  readonly isDouble?: boolean;
  /** A webhook had told of its end when a person asked to try again: a record that only confirms it answers nothing new. */
  readonly isOver?: true;
}

/** What goes along with every attempt of one submission, so that a lost reply never makes a second clearance. */
export interface SubmissionTrace {
  /** When the activation began: where nothing else is known, a record of before that is of an earlier life. */
  readonly startedAt: number;
  /** Whether an attempt before this one may have been carried out. */
  readonly maySent: boolean;
  /** What the first of those attempts saw before it sent; null where that is not known. */
  readonly seen: Seen | null;
  /** When the newest of them may have been sent; null or absent where that is not known. */
  readonly sentAt?: number | null;
  /** Whether more than one of them may have been carried out. */
  readonly isDouble?: boolean;
  /** How long after that a list may still lag behind, in milliseconds: until then nothing is sent again. Default: not at all. */
  readonly settles?: number;
  /** The only one that may have been carried out was over, by a webhook's word, before this submission was asked for. */
  readonly isOver?: true;
}

/**
 * What goes along with a submission: what an earlier one may have done, and the newest record that was known before it.
 * What was learned after a request that nobody remembers is not that: it may be of the request itself.
 */
export function traceFor({ startedAt, sent, rules, clearance }: Running): SubmissionTrace {
  const settles = settlesBy(rules);
  const seen = sent ? sent.seen : shownBy(clearance);
  const known = { startedAt, maySent: sent !== null, seen, sentAt: sent?.at ?? null, settles };
  if (sent?.isDouble) return { ...known, isDouble: true };
  return sent?.isOver ? { ...known, isOver: true } : known;
}

/** What the record showed that is believed; null where it tells neither a time nor how many rows there are. */
function shownBy({ changedAt, rows }: Belief): Seen | null {
  if (changedAt !== null) return { any: true, newest: changedAt };
  return rows === undefined ? null : { any: true, newest: null, rows };
}

/** The trace while one more attempt sends, or may send. */
export function sending(trace: SubmissionTrace, sentAt: number): SubmissionTrace {
  return { ...trace, maySent: true, sentAt, ...(trace.maySent && { isDouble: true }) };
}

/** The trace after attempts that were lost with their workers, and left nothing. */
export function lost(known: SubmissionTrace, attempts: number): SubmissionTrace {
  return { ...known, maySent: true, ...((known.maySent || attempts > 1) && { isDouble: true }) };
}

/** The trace after any number of attempts that have told nothing. */
export function silent(known: SubmissionTrace): SubmissionTrace {
  return { ...known, maySent: true, sentAt: null, isDouble: true };
}

/** What a result takes along of the attempts before it: nothing where none of them may have been carried out. */
export function told(trace: SubmissionTrace | undefined): Pick<SubmitResult, 'maySent' | 'trace'> {
  return trace?.maySent ? { maySent: true, trace } : {};
}

/** What a failed attempt to submit tells of what it saw and did. */
export function traceOf(error: unknown, known: SubmissionTrace): SubmissionTrace {
  if (!(error instanceof CallFailed)) throw error;
  const told = error.details.told as Partial<SubmissionTrace> | null | undefined;
  if (typeof told?.maySent !== 'boolean') return silent(known);
  const { maySent, seen = null, sentAt = null, isDouble = false } = told;
  return { ...known, maySent, seen, sentAt, isDouble };
}
