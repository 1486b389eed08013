import { VinError } from '../../../base/errors';
import { parseDuration } from '../../../domain/duration';

const ENDS = ['approved', 'rejected', 'pending', 'revoked', 'canceled', 'invalid', 'duplicate'] as const;

/**
 * What a list's column `expect` says of a row: `<end> [after <duration>] [: <reason>]`, for example `approved`,
 * `approved after 6d: consent assignment missing`, `rejected after 15d: privacy mode is enabled`.
 *
 * `revoked` and `canceled` mean that somebody here will defleet the vehicle: until then it is approved, or stays
 * pending. `invalid` and `duplicate` mean that the row is refused before it reaches the provider.
 */
export interface Expectation {
  readonly end: (typeof ENDS)[number];
  /** Simulated milliseconds until the provider has decided (for `revoked`: until it is approved). */
  readonly after: number | null;
  readonly reason: string | null;
}

const PATTERN = /^(?<end>[a-z]+)(?:\s+after\s+(?<after>[^\s:]+))?\s*(?::\s*(?<reason>\S.*))?$/i;
const TIMED: ReadonlySet<string> = new Set(['approved', 'rejected', 'revoked']);
const SILENT: ReadonlySet<string> = new Set(['invalid', 'duplicate']);

/**
 * Reads an expectation.
 *
 * @throws VinError `EXPECTATION_INVALID`, saying what is wrong with the text.
 */
export function parseExpectation(text: string): Expectation {
  const parts = PATTERN.exec(text.trim())?.groups;
  const end = ENDS.find((word) => word === parts?.['end']?.toLowerCase());
  if (!parts || !end) throw nonsense(text, `it must begin with one of ${ENDS.join(', ')}`);
  const after = parts['after'];
  const reason = parts['reason']?.trim() ?? null;
  if (after !== undefined && !TIMED.has(end)) throw nonsense(text, `"${end}" takes no duration`);
  if (reason !== null && SILENT.has(end)) throw nonsense(text, `"${end}" takes no reason`);
  return { end, after: after === undefined ? null : duration(text, after), reason };
}

function duration(text: string, after: string): number {
  try {
    return parseDuration(after);
  } catch (error) {
    throw nonsense(text, (error as Error).message);
  }
}

function nonsense(text: string, problem: string): VinError {
  return new VinError(
    'EXPECTATION_INVALID',
    `The expectation "${text}" cannot be read: ${problem}.`,
    'Write `<end> [after <duration>] [: <reason>]`, for example `approved after 6d: consent assignment missing`.',
  );
}
