import { settlesBy } from '../src/domain/rules';
import { CallFailed } from './engine';
import type { ActivationState, SubmissionTrace } from './state';

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
  const known = changedAt === null ? null : { any: true, newest: changedAt };
  const settles = rules ? settlesBy(rules) : 0;
  const seen = sent ? sent.seen : known;
  return { startedAt, maySent: sent !== null, seen, sentAt: sent?.at ?? null, settles };
}

/** What a failed attempt to submit tells of what it saw and did. Where it tells nothing, it may have sent. */
export function traceOf(error: unknown, known: SubmissionTrace): SubmissionTrace {
  if (!(error instanceof CallFailed)) throw error;
  const told = error.details.told as Partial<SubmissionTrace> | null | undefined;
  if (typeof told?.maySent !== 'boolean') return { ...known, maySent: true };
  return { ...known, maySent: told.maySent, seen: told.seen ?? null, sentAt: told.sentAt ?? null };
}
