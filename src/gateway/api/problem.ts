import type { FastifyError } from 'fastify';
import { ERROR_CODES, type ErrorCode } from '../../base/error-codes';
import { VinError } from '../../base/errors';

interface Kind {
  readonly title: string;
  /** What a client can do, where the error's own remedy is for those who run the service. */
  readonly next?: string;
}

export const LATER =
  'Send it again after the time in Retry-After. If it stays so, tell those who run the service.';

/** Every problem that the API answers with. The titles never change; the detail says more. */
export const PROBLEMS = {
  BODY_MALFORMED: { title: 'The body is not proper JSON' },
  QUERY_MALFORMED: { title: 'The query of the address cannot be read' },
  TOKEN_REFUSED: { title: 'The token is missing or not good' },
  ROLE_MISSING: { title: 'The token may only read' },
  APPLICATION_OFF: { title: 'The application of the token is not served here' },
  APPLICATION_FORBIDDEN: { title: 'The application is not one of the token' },
  FLEET_FORBIDDEN: { title: 'The fleet is not one of the token' },
  NOT_FOUND: { title: 'There is nothing at this address' },
  ACTIVATION_UNKNOWN: {
    title: 'There is no such activation',
    next: 'Look whether the VIN is right. Start it with POST /v1/activations.',
  },
  DEFLEETING_UNKNOWN: {
    title: 'There is no such defleeting',
    next: 'Look whether the VIN is right. Ask for it with POST /v1/defleetings.',
  },
  PARKING_UNKNOWN: {
    title: 'There is no such parking',
    next: 'Look whether the plate is right. Add it with POST /v1/parkings.',
  },
  PARKING_ENDED: { title: 'The parking has ended' },
  PARKING_OFF: { title: 'There is no parking here' },
  PLATE_TAKEN: {
    title: 'The plate is that of another vehicle or fleet',
    next: 'Compare the plate. If it has changed hands, add it with POST /v1/parkings and "transfer": true.',
  },
  SERVICE_UNKNOWN: { title: 'There is no such unpaid service' },
  CERTIFICATE_UNKNOWN: {
    title: 'There is no such certificate',
    next: 'Look with GET /v1/defleetings whether the vehicle has left.',
  },
  CERTIFICATES_NOT_ANSWERED: { title: 'Nobody has answered for certificates', next: LATER },
  VEHICLE_HAS_LEFT: { title: 'The vehicle has left with a certificate' },
  METHOD_NOT_ALLOWED: { title: 'The address does not know this method' },
  VIN_NOT_AVAILABLE: { title: 'The vehicle cannot be started' },
  ACTIVATION_ENDED: { title: 'The activation has ended' },
  BATCH_UNKNOWN: { title: 'There is no such batch', next: 'Look whether the id is right.' },
  BATCH_ID_TAKEN: { title: 'The id is that of another batch' },
  MESSAGE_REFUSED: { title: 'The activation refuses the message' },
  BODY_TOO_LARGE: { title: 'The body is too large' },
  CONTENT_TYPE_UNKNOWN: { title: 'The body is not JSON' },
  REQUEST_INVALID: { title: 'The request has wrong fields' },
  TOO_MANY_REQUESTS: { title: 'The token has used up its share' },
  UNEXPECTED: { title: 'Something went wrong here', next: LATER },
  RUN_FULL: { title: 'The activation takes no more messages now' },
  MESSAGE_NOT_KNOWN: { title: 'The message may be carried out or not' },
  SERVICE_UNAVAILABLE: { title: 'The service is not available', next: LATER },
  TOO_MANY_WAITS: { title: 'Too many requests are waiting', next: LATER },
} as const satisfies Partial<Record<ErrorCode, Kind>>;
export type ProblemCode = keyof typeof PROBLEMS;

export function statusOf(code: ProblemCode): number {
  return ERROR_CODES[code].http ?? 500;
}

/** Seconds after which a 503 may be tried again. */
export const RETRY_AFTER = 10;

/** One field that is wrong: where it is, and why. */
export interface FieldError {
  /** JSON pointer into the body, as a URI fragment (RFC 6901), for example `#/tags/colour`. */
  readonly pointer?: string;
  /** Name of a query or path parameter. */
  readonly parameter?: string;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly next?: string;
}

/** An error of the API's own. */
export class ApiError extends VinError {
  constructor(
    override readonly code: ProblemCode,
    detail: string,
    next: string,
    readonly errors: readonly FieldError[] = [],
    override readonly retryAfter: number | undefined = undefined,
  ) {
    super(code, detail, next);
  }

  get status(): number {
    return statusOf(this.code);
  }
}

export function invalidFields(errors: readonly FieldError[]): ApiError {
  const places = errors.map(({ pointer, parameter }) => parameter ?? pointer).join(', ');
  return new ApiError(
    'REQUEST_INVALID',
    `The request cannot be used as it is: ${places}`.slice(0, 300),
    'Correct the fields in "errors" and send it again.',
    errors,
  );
}

/** Problem details after RFC 9457. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** This one occurrence, as `urn:uuid:`; also in the log. */
  readonly instance: string;
  readonly code: ProblemCode;
  readonly next: string;
  readonly errors?: readonly FieldError[];
}

/** Puts an error into words for the client. What is not known becomes `UNEXPECTED`, without its own words. */
export function problemFor(error: unknown, requestId: string): ProblemBody {
  const known = asApiError(error);
  const { title, next }: Kind = PROBLEMS[known.code];
  return {
    type: `urn:vin-activation:${known.code}`,
    title,
    status: known.status,
    detail: known.message,
    instance: `urn:uuid:${requestId}`,
    code: known.code,
    next: next ?? known.next,
    ...(known.errors.length > 0 && { errors: known.errors }),
  };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof VinError && error.code in PROBLEMS) {
    return new ApiError(error.code as ProblemCode, error.message, error.next);
  }
  if (error instanceof VinError && error.code === 'TEMPORAL_UNREACHABLE') return notInTime();
  return fromHttp(error as FastifyError) ?? fromTemporal(error) ?? unexpected();
}

/** What the HTTP server itself found wrong with a request. */
function fromHttp({ statusCode }: FastifyError): ApiError | undefined {
  if (statusCode === 413) {
    return new ApiError('BODY_TOO_LARGE', 'The body has too many bytes', 'Send it in smaller parts.');
  }
  if (statusCode === 415) return notPlainJson();
  if (statusCode === 400) return bodyMalformed();
  return undefined;
}

export function bodyMalformed(): ApiError {
  return new ApiError(
    'BODY_MALFORMED',
    'The body cannot be read as JSON',
    'Send a whole JSON document in UTF-8.',
  );
}

/** For every door: the status is also where those look who know no errors of the API. */
export function queryMalformed(): ApiError & { readonly statusCode: number } {
  const error = new ApiError(
    'QUERY_MALFORMED',
    'The part of the address behind "?" is no UTF-8',
    'Write each value with the percent-encoding of its UTF-8.',
  );
  return Object.assign(error, { statusCode: error.status });
}

export function notPlainJson(): ApiError {
  return new ApiError(
    'CONTENT_TYPE_UNKNOWN',
    'The body must be JSON, not compressed, with the header Content-Type: application/json',
    'Send plain JSON with that header.',
  );
}

/**
 * gRPC's cancelled, deadline exceeded, resource exhausted, failed precondition and unavailable: Temporal does not answer,
 * or cannot now.
 */
const AWAY = [1, 4, 8, 9, 14];

function fromTemporal(error: unknown): ApiError | undefined {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const number = cause?.code ?? code;
  if (typeof number !== 'number' || !AWAY.includes(number)) return undefined;
  return notInTime();
}

function notInTime(): ApiError {
  return new ApiError('SERVICE_UNAVAILABLE', 'The request could not be carried out in time', LATER);
}

function unexpected(): ApiError {
  return new ApiError('UNEXPECTED', 'The request failed for a reason that we did not foresee', LATER);
}
