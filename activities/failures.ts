import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { VinError } from '../src/errors';

/** How soon an attempt is repeated whose cause a person has to mend first (a wrong secret, a missing right). */
const CONFIGURATION_RETRY = '1 minute';

/**
 * Turns an error into Temporal's: its type is the stable code, its message what happened, its first
 * detail what to do next. Temporal's UI shows the message beside the activity while it is retried.
 */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof VinError)) return error;
  const wait = error.retryAfter ?? (needsPerson(error) ? CONFIGURATION_RETRY : undefined);
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    details: [error.next],
    nonRetryable: !error.retryable,
    ...(wait !== undefined && { nextRetryDelay: wait }),
    // Waiting when asked to is not an error to alarm anybody with.
    ...(error.code === 'PROVIDER_RATE_LIMITED' && { category: ApplicationFailureCategory.BENIGN }),
  });
}

function needsPerson(error: VinError): boolean {
  return error.code === 'PROVIDER_CREDENTIALS' || error.code === 'PROVIDER_FORBIDDEN';
}
