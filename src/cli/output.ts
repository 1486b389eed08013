import { Option } from 'commander';
import { ERROR_CODES, type ErrorCode } from '../base/error-codes';
import { VinError } from '../base/errors';
import { sentence } from '../base/sentences';
import { visibleJson, visibleLines } from '../base/visible';
import { EXIT } from './exit-codes';

export { EXIT } from './exit-codes';

export const FORMATS = ['table', 'json', 'jsonl'] as const;
export type Format = (typeof FORMATS)[number];

/** Commands with a row for each vehicle also print them as CSV. */
export type GroupFormat = Format | 'csv';

/** The `-o` option of commands that print rows. */
export function rowsOutputOption(): Option {
  return new Option('-o, --output <format>', 'how to print the answer')
    .choices([...FORMATS, 'csv'])
    .default('table');
}

/** The `-o` option that every command which answers has. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print the answer').choices(FORMATS).default('table');
}

/** The version of what `-o json` prints. It changes when a field is taken away, or means something else. */
export const JSON_VERSION = 1;

/** Whether an answer was printed: then stdout is not for an error any more. */
let isAnswered = false;
let isJsonWanted = false;

/** Looks among the words of a command whether an error has to be printed as JSON as well. */
export function wantJson(words: readonly string[]): void {
  const output = words.flatMap((word, at) => {
    if (word === '-o' || word === '--output') return [words[at + 1]];
    return word.startsWith('--output=') || /^-o./.test(word) ? [word.replace(/^(?:--output=|-o)/, '')] : [];
  });
  isAnswered = false;
  isJsonWanted = output.at(-1) === 'json';
}

/** Prints an error where JSON is wanted and nothing was answered: its code, what happened and what to do. */
export function printError(error: unknown): void {
  const isOurs = error instanceof VinError;
  const { code, message, next } = isOurs
    ? error
    : {
        code: 'UNEXPECTED' as const,
        message: String((error as Error)?.message ?? error),
        next: ERROR_CODES.UNEXPECTED.next,
      };
  printProblem(code, message, next);
}

/** The same in its parts. */
export function printProblem(code: ErrorCode, message: string, next: string): void {
  if (!isJsonWanted || isAnswered) return;
  isAnswered = true;
  const error = { code, message, next, exit: ERROR_CODES[code].exit ?? EXIT.failed };
  process.stdout.write(`${visibleJson(JSON.stringify({ version: JSON_VERSION, error }, null, 2))}\n`);
}

/** An answer as JSON: a list of rows stands in an object as well, so that it has a version. */
function versioned(answer: unknown): unknown {
  if (Array.isArray(answer)) return { version: JSON_VERSION, rows: answer };
  return typeof answer === 'object' && answer !== null ? { version: JSON_VERSION, ...answer } : answer;
}

/** Prints an answer: data goes to stdout, nothing else does. */
export function printAnswer<T>(format: Format, answer: T, asText: (answer: T) => string): void {
  process.stdout.write(answerIn(format, answer, asText));
  isAnswered = true;
}

function answerIn<T>(format: Format, answer: T, asText: (answer: T) => string): string {
  switch (format) {
    case 'table':
      return `${visibleLines(asText(answer))}\n`;
    case 'json':
      return `${visibleJson(JSON.stringify(versioned(answer), null, 2))}\n`;
    case 'jsonl':
      return linesOf(answer)
        .map((line) => `${visibleJson(JSON.stringify(line))}\n`)
        .join('');
  }
}

/** What stands on a line each: the rows of an answer; of one that has none the whole. */
function linesOf(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  const { results, vehicles } = (answer ?? {}) as {
    readonly results?: unknown;
    readonly vehicles?: unknown;
  };
  return [results, vehicles].find(Array.isArray) ?? [versioned(answer)];
}

/** Says something to the person at the keyboard, on stderr. */
export function say(message: string): void {
  process.stderr.write(`${visibleLines(message)}\n`);
}

/** A text as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w.:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Prints an error for a person: what happened, what to do next, and its code. */
export function sayError(error: unknown): void {
  if (error instanceof VinError) {
    say(`error ${error.code}: ${sentence(error.message)}\n  next: ${error.next}`);
    return;
  }
  say(`error UNEXPECTED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

/** The exit code for an error that ends a command. */
export function exitCodeOf(error: unknown): number {
  return (error instanceof VinError && ERROR_CODES[error.code].exit) || EXIT.failed;
}
