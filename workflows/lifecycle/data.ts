import type { FirstData } from '../../src/domain/first-data';
import type { ActivationState, DataChecks, Running } from './state';

/** Whether an approved vehicle gives data: what is known of it, and when it is asked next. */

/** Nothing is known yet: it is asked at once. */
export function unasked(at: number): DataChecks {
  return { answer: null, since: at, checks: 0, nextAt: at, askedAt: null, seenAt: null };
}

/**
 * Whether data of an approved vehicle flows. `not-asked` where nobody asks for it or says so: nor any more, because we would
 * never see that what was missing has come. Null while it was not asked yet.
 */
export function dataOf({ data, rules }: ActivationState): FirstData | null {
  if (!data) return null;
  const isAsked = !rules || isAskedAtAll(rules);
  return isAsked || data.answer === 'flowing' ? data.answer : 'not-asked';
}

/** When it is asked for data next; null: no more. */
export function dataDueAt({ data, rules }: Running): number | null {
  if (!data || !isAskedAtAll(rules) || data.answer === 'not-asked') return null;
  const { within, every = 'off' } = rules.policy.firstData;
  if (data.answer !== 'flowing' && data.nextAt < data.since + within) return data.nextAt;
  if (every === 'off') return null;
  return Math.max(data.since, data.askedAt ?? 0, data.seenAt ?? 0) + every;
}

/** It was asked now, with or without an answer. What was flowing and does no more is looked for anew. */
export function asked(
  data: DataChecks,
  { policy }: Running['rules'],
  answer: FirstData | null,
  at: number,
): DataChecks {
  const { delay, backoff, maximum } = policy.firstData;
  const isLost = data.answer === 'flowing' && (answer === 'lost' || answer === 'not-yet');
  const { since, checks } = isLost ? { since: at, checks: 0 } : data;
  const nextAt = at + Math.min(delay * backoff ** checks, maximum);
  return { ...data, answer: answer ?? data.answer, since, checks: checks + 1, nextAt, askedAt: at };
}

/** It is looked for anew, where it does not flow. */
export function lookedForAnew(data: DataChecks | null, at: number): DataChecks | null {
  return data && data.answer !== 'flowing' ? { ...data, since: at, checks: 0, nextAt: at } : data;
}

/** Somebody who reads the data says that it flows. */
export function seen(data: DataChecks, at: number): DataChecks {
  return { ...data, answer: 'flowing', seenAt: at };
}

function isAskedAtAll({ policy, traits }: Running['rules']): boolean {
  return policy.firstData.ask && traits.firstData;
}
