import type { ErrorCode } from '../base/error-codes';
import { ERROR_CODES } from '../base/error-codes';
import { VinError } from '../base/errors';

/**
 * `good`; `note`: worth knowing; `problem`: something does not work; `unknown`: it could not be looked at, because of another
 * problem or because nobody can tell.
 */
export type State = 'good' | 'note' | 'problem' | 'unknown';

/** What one look has found. */
export interface Finding {
  /** What was looked at: `temporal`, `token`, … Never changes. */
  readonly check: string;
  /** Of which application, task queue or receiver; null for the installation. */
  readonly of: string | null;
  readonly state: State;
  /** What was seen, in a sentence. */
  readonly says: string;
  /** What to do; null where there is nothing to do. */
  readonly fix: string | null;
  /** The code of the error, where one was the cause. */
  readonly code: ErrorCode | null;
}

type Place = Pick<Finding, 'check' | 'of'>;

export function good(check: string, says: string, of: string | null = null): Finding {
  return { check, of, state: 'good', says, fix: null, code: null };
}

export function note(check: string, says: string, fix: string | null, of: string | null = null): Finding {
  return { check, of, state: 'note', says, fix, code: null };
}

export function problem(check: string, says: string, fix: string, of: string | null = null): Finding {
  return { check, of, state: 'problem', says, fix, code: null };
}

export function unknown(check: string, says: string, fix: string | null, of: string | null = null): Finding {
  return { check, of, state: 'unknown', says, fix, code: null };
}

/** A problem that an error tells. */
export function failed({ check, of }: Place, error: unknown): Finding {
  if (error instanceof VinError)
    return { check, of, state: 'problem', says: error.message, fix: error.next, code: error.code };
  const says = error instanceof Error ? error.message : String(error);
  return { check, of, state: 'problem', says, fix: 'Report it, with this line.', code: null };
}

/** Makes one look. What it throws is what it has found. */
export async function looked(
  check: string,
  of: string | null,
  look: () => Finding | Promise<Finding>,
): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return failed({ check, of }, error);
  }
}

/** The exit code that says of which kind the first problem is; 0 where there is none. */
export function exitOf(findings: readonly Finding[]): number {
  const first = findings.find(({ state }) => state === 'problem');
  if (!first) return 0;
  return (first.code && ERROR_CODES[first.code].exit) || 1;
}
