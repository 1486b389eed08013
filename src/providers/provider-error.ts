import { VinError } from '../errors';

/**
 * Why a provider gave no answer that we can use. The code decides what the activity layer does:
 * some are retried by Temporal, some need a person.
 */
export const PROVIDER_ERROR_CODES = {
  /** No connection, or it broke before the reply was whole. The request may have been carried out. */
  PROVIDER_UNREACHABLE: { retryable: true },
  /** No whole reply in time. The request may have been carried out. */
  PROVIDER_TIMEOUT: { retryable: true },
  /** 429. `retryAfter` says how long to wait, where the provider said it. */
  PROVIDER_RATE_LIMITED: { retryable: true },
  /** No turn within the budget in time: nothing was sent. */
  PROVIDER_BUSY: { retryable: true },
  /** A submission before this one may have been carried out, and may not show yet: nothing was sent. */
  PROVIDER_UNSETTLED: { retryable: true },
  /** 5xx. */
  PROVIDER_UNAVAILABLE: { retryable: true },
  /** A reply that is not what the contract says: HTML, cut off, too large, wrong shape. */
  PROVIDER_BAD_REPLY: { retryable: true },
  /** The token endpoint refused our credentials, or a fresh token was refused. */
  PROVIDER_CREDENTIALS: { retryable: true },
  /** 403: the application may not do this. */
  PROVIDER_FORBIDDEN: { retryable: true },
  /** Another 4xx: the request itself is refused, sending it again cannot help. */
  PROVIDER_REFUSED: { retryable: false },
} as const;
export type ProviderErrorCode = keyof typeof PROVIDER_ERROR_CODES;

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
    } = {},
  ) {
    super(code, message, next, details);
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.requestId = details.requestId;
    this.mayBeOfOne = details.mayBeOfOne ?? false;
  }

  readonly status: number | undefined;
  override readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;
  readonly mayBeOfOne: boolean;

  override get retryable(): boolean {
    return PROVIDER_ERROR_CODES[this.code].retryable;
  }
}
