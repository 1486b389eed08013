/** What a failed attempt tells beside its code and its message: the one detail of its failure, also in the Temporal UI. */
export interface FailureDetails {
  /** What to do next, in a sentence; null where nobody said it. */
  readonly next: string | null;
  /** How long somebody asked us to wait, in milliseconds: a workflow is not shown `nextRetryDelay`. */
  readonly wait: number | null;
  /** What else the attempt has to tell the next one. */
  readonly told: unknown;
  /** When it ended, in milliseconds since 1970, by its worker's clock; null where it has not said it. */
  readonly endedAt: number | null;
  /** The provider's own id of the request, by which its support finds it; absent where it gave none. */
  readonly requestId?: string;
}

/** Reads the details of a failure; what is missing or of another form is null. */
export function failureDetailsIn(details: readonly unknown[] | null | undefined): FailureDetails {
  const [first] = details ?? [];
  const fields: Readonly<Record<string, unknown>> =
    typeof first === 'object' && first !== null ? { ...first } : {};
  const { next, wait, told = null, endedAt, requestId } = fields;
  return {
    next: typeof next === 'string' ? next : null,
    wait: typeof wait === 'number' ? wait : null,
    told,
    endedAt: typeof endedAt === 'number' ? endedAt : null,
    ...(typeof requestId === 'string' && { requestId }),
  };
}
