/** gRPC's cancelled, deadline exceeded, resource exhausted, failed precondition (of a query: its worker is not so far) and unavailable. */
const NOT_YET: readonly unknown[] = [1, 4, 8, 9, 14];

/** Our own codes that say the same. */
const OURS: readonly unknown[] = ['TEMPORAL_UNREACHABLE', 'WORKER_MISSING', 'CERTIFICATES_NOT_ANSWERED'];

/**
 * Whether Temporal, or the worker that it asks, has not answered in time: nothing is said by that. Told by what errors have, so that
 * tests without Temporal do not load it.
 */
export function isNotAnswered(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  if (OURS.includes(code)) return true;
  return NOT_YET.includes(code ?? (cause as { readonly code?: unknown } | undefined)?.code);
}
