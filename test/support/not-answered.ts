/** gRPC's cancelled, deadline exceeded, resource exhausted, failed precondition (of a query: its worker is not so far) and unavailable. */
const NOT_YET: readonly unknown[] = [1, 4, 8, 9, 14];

/** Of a connection that was closed on the way, as by a server whose client stood still for longer than it keeps one open. */
const CUT: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'];

/** Our own codes that say the same. */
const OURS: readonly unknown[] = [
  'TEMPORAL_UNREACHABLE',
  'WORKER_MISSING',
  'CERTIFICATES_NOT_ANSWERED',
  // With its id it is the same one.
  'MESSAGE_NOT_KNOWN',
];

/**
 * Whether Temporal, or the worker that it asks, has not answered in time: nothing is said by that. Told by what errors have, so that
 * tests without Temporal do not load it.
 */
export function isNotAnswered(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  const said = code ?? (cause as { readonly code?: unknown } | undefined)?.code;
  return [NOT_YET, CUT, OURS].some((codes) => codes.includes(said));
}
