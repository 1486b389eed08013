import { ServiceError } from '@temporalio/client';

/** Status codes of the gRPC specification. */
export const GRPC = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The status code of a failed call, with the library's wrapping or without; undefined for any other error. */
export function grpcCode(error: unknown): number | undefined {
  const source = error instanceof ServiceError ? error.cause : error;
  const code = (source as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}
