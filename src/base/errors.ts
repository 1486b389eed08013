import { ERROR_CODES, type ErrorCode } from './error-codes';

/**
 * An error for the person in front of the product: what happened (message), to which
 * vehicle (vin, where there is one), what to do next, and a code that never changes.
 * Nothing secret goes into any of them.
 */
export class VinError extends Error {
  override readonly name: string = 'VinError';

  constructor(
    /** Never changes. What each one means: `ERROR_CODES`, from which docs/errors.md is made. */
    readonly code: ErrorCode,
    message: string,
    readonly next: string,
    readonly details: { readonly vin?: string; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
  }

  /** Whether the same may be tried again, later, without a person changing anything here first. */
  get retryable(): boolean {
    return ERROR_CODES[this.code].isRetryable ?? false;
  }

  /** Milliseconds that the other side asks us to wait before that. */
  readonly retryAfter: number | undefined = undefined;
}
