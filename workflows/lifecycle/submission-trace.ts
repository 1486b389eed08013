import { settlesBy } from '../../src/domain/rules';
import { CallFailed } from '../contract/call-failed';
import type { ActivationState } from './state';

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
}

/**
 * What goes along with a submission: what an earlier one may have done, and the newest record that was known before it.
 * What was learned after a request that nobody remembers is not that: it may be of the request itself.
 */
export function traceFor({
  startedAt,
  sent,
  rules,
  clearance: { changedAt },
}: ActivationState): SubmissionTrace {
  const newest = changedAt === null ? null : { any: true, newest: changedAt };
  const settles = rules ? settlesBy(rules) : 0;
  const seen = sent ? sent.seen : newest;
  const known = { startedAt, maySent: sent !== null, seen, sentAt: sent?.at ?? null, settles };
  return sent?.isDouble ? { ...known, isDouble: true } : known;
}

/**
 * What a failed attempt to submit tells of what it saw and did. Where it tells nothing, it may have sent, a moment ago: the
 * time of a request before it is not its own.
 */
export function traceOf(error: unknown, known: SubmissionTrace): SubmissionTrace {
  if (!(error instanceof CallFailed)) throw error;
  const told = error.details.told as Partial<SubmissionTrace> | null | undefined;
  if (typeof told?.maySent !== 'boolean') {
    const more = known.maySent ? { isDouble: true } : {};
    return { ...known, maySent: true, sentAt: null, ...more };
  }
  const { maySent, seen = null, sentAt = null, isDouble = false } = told;
  return { ...known, maySent, seen, sentAt, isDouble };
}
