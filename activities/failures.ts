import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { VinError } from '../src/base/errors';
import { ProviderError } from '../src/providers/provider-error';
import type { FailureDetails } from '../workflows/contract/failure-details';

/** How soon an attempt is repeated whose cause a person has to mend first (a wrong secret, a missing right). */
const CONFIGURATION_RETRY = '1 minute';

/** The most that a wait is lengthened at random, in milliseconds. */
const MOST_JITTER = 5_000;

/**
 * Turns an error into Temporal's: its type is the stable code, its message what happened, its detail what to do next and
 * what else there is to tell (`FailureDetails`).
 * Temporal's UI shows the message beside the activity while it is retried.
 * Who is asked to wait does so, and at random up to a tenth longer: never less, and not all at once after it.
 */
export function failureOf(error: unknown, random: () => number = Math.random, told?: unknown): unknown {
  if (!(error instanceof VinError)) return error;
  const { retryAfter } = error;
  const wait =
    retryAfter !== undefined
      ? Math.ceil(retryAfter + random() * Math.min(retryAfter / 10, MOST_JITTER))
      : needsPerson(error) && CONFIGURATION_RETRY;
  const pause = typeof wait === 'number' ? wait : undefined;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    details: [
      {
        ...{ next: error.next, wait: pause ?? null, told: told ?? null, endedAt: null },
        ...(error instanceof ProviderError &&
          error.requestId !== undefined && { requestId: error.requestId }),
      } satisfies FailureDetails,
    ],
    nonRetryable: !error.retryable,
    ...(wait && { nextRetryDelay: wait }),
    // Waiting when asked to is not an error to alarm anybody with.
    ...(error.code === 'PROVIDER_RATE_LIMITED' && { category: ApplicationFailureCategory.BENIGN }),
  });
}

function needsPerson(error: VinError): boolean {
  return error.code === 'PROVIDER_CREDENTIALS' || error.code === 'PROVIDER_FORBIDDEN';
}
