import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode, SECTIONS } from '../../src/base/error-codes';
import type { ErrorCodes } from '../../src/base/error-codes/error-code';
import { VinError } from '../../src/base/errors';
import { EXIT, exitCodeOf } from '../../src/cli/output';
import { createApplications } from '../../src/config/applications';
import { PROVIDERS } from '../../src/providers/registry';
import { expectMadePart, table } from '../support/made-part';

const ROOT = join(__dirname, '../..');
const FILE = join(ROOT, 'docs/errors.md');
const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** Words in capitals that look like codes but are somebody else's, or stay inside. */
const NOT_OURS =
  /^(?:UND_ERR_\w+|ABORT_ERR|(?:ALLOW|REJECT)_DUPLICATE|USE_EXISTING|TERMINATE_EXISTING|STILL_LEAVING|DEADLINE_EXCEEDED|CONTINUED_AS_NEW|XDG_\w+|NO_TARGET|CSV_\w+|REPLY_TOO_LARGE|REPLY_CODING|(?:HTTPS?|NO)_PROXY|NODE_EXTRA_CA_CERTS|TOLL_ROAD|(?:NOT|IN)_INVOIC\w+)$/;

/**
 * Every text in the sources that looks like a code. It takes more than a search for `new VinError`, so that
 * a code cannot escape because it is thrown in a new way, or by workflow code, which cannot see the table.
 */
function codesInUse(): string[] {
  const sources = ['src', 'workflows', 'activities'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('error-codes'))
      .map((name) => readFileSync(join(ROOT, room, name), 'utf8')),
  );
  const words = sources.flatMap((source) =>
    [...source.matchAll(/'([A-Z]{2,}(?:_[A-Z]+)+|UNEXPECTED)'/g)].map(([, word = '']) => word),
  );
  return [...new Set(words)].filter((word) => !NOT_OURS.test(word) && !isVariable(word)).sort();
}

/** A variable of ours, or the part of its name that a provider's profile has. */
function isVariable(word: string): boolean {
  return Object.keys(createApplications(PROVIDERS).everyVariable()).some(
    (name) => name === word || name.endsWith(`_${word}`),
  );
}

/** One section of the document, with the columns that it has something in. */
function tableOf(section: ErrorCodes): string {
  const all = Object.entries(section);
  const has = (key: 'exit' | 'http' | 'isRetryable') => all.some(([, facts]) => facts[key] !== undefined);
  const head = [
    'Code',
    ...(has('exit') ? ['Exit code'] : []),
    ...(has('http') ? ['HTTP'] : []),
    'What happened',
    'What to do',
    ...(has('isRetryable') ? ['Repeated'] : []),
  ];
  const rows = all.map(([code, { means, next, exit, http, isRetryable }]) => [
    `\`${code}\``,
    ...(has('exit') ? [String(exit ?? EXIT.failed)] : []),
    ...(has('http') ? [String(http ?? '')] : []),
    means,
    next,
    ...(has('isRetryable') ? [isRetryable ? 'yes' : 'no'] : []),
  ]);
  return table(head, rows);
}

describe('the error codes', () => {
  test.each(Object.entries(SECTIONS))(
    'docs/errors.md has the section %s ("npm run docs" writes it again)',
    (name, section) => {
      expectMadePart(FILE, tableOf(section), name);
    },
  );

  test('each of them is in one section, and is used somewhere', () => {
    expect(
      Object.values(SECTIONS)
        .flatMap((section) => Object.keys(section))
        .sort(),
    ).toEqual([...CODES].sort());
    expect([...CODES].sort()).toEqual(codesInUse());
  });

  test.each(CODES)('%s says what happened and what to do', (code) => {
    const { means, next } = ERROR_CODES[code];
    expect(means).toMatch(/^.{15,}\.$/);
    expect(next).toMatch(/^.{15,}\.$/);
  });

  test('an error has the exit code of its own code, and says whether it may be repeated', () => {
    const errorOf = (code: ErrorCode) => new VinError(code, 'it failed', 'try');
    expect(exitCodeOf(errorOf('MESSAGE_NOT_KNOWN'))).toBe(EXIT.away);
    expect(exitCodeOf(errorOf('USAGE_WRONG'))).toBe(EXIT.usage);
    expect(exitCodeOf(errorOf('CONFIG_INVALID'))).toBe(EXIT.failed);
    expect(errorOf('PROVIDER_TIMEOUT').retryable).toBe(true);
    expect(errorOf('PROVIDER_REFUSED').retryable).toBe(false);
  });
});
