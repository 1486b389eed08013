import type { ErrorCode } from '../base/error-codes';
import { VinError } from '../base/errors';

/**
 * Why a provider gave no answer that we can use. The code decides what the activity layer does: some are retried by
 * Temporal, some need a person.
 */
export type ProviderErrorCode = Extract<ErrorCode, `PROVIDER_${string}`>;

export class ProviderError extends VinError {
  override readonly name = 'ProviderError';

  constructor(
    override readonly code: ProviderErrorCode,
    message: string,
    next: string,
    details: {
      readonly vin?: string;
      readonly cause?: unknown;
      /** The HTTP status, where there was one. */
      readonly status?: number;
      /** Milliseconds that the provider asks us to wait. */
      readonly retryAfter?: number;
      /** The provider's own id of the request, for its support. */
      readonly requestId?: string;
      /** Of a call for several vehicles: one of them may be the cause, and the others go well without it. */
      readonly mayBeOfOne?: boolean;
      /** Surely nothing was sent: it was kept back here. */
      readonly isUnsent?: boolean;
    } = {},
  ) {
    super(code, message, next, details);
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.requestId = details.requestId;
    this.mayBeOfOne = details.mayBeOfOne ?? false;
    this.isUnsent = details.isUnsent ?? false;
  }

  readonly status: number | undefined;
  override readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;
  readonly mayBeOfOne: boolean;
  readonly isUnsent: boolean;
}
