import { Option } from 'commander';
import { ERROR_CODES } from '../base/error-codes';
import { VinError } from '../base/errors';
import { sentence } from '../base/sentences';
import { visibleJson, visibleLines } from '../base/visible';
import { EXIT } from './exit-codes';

export { EXIT } from './exit-codes';

export const FORMATS = ['table', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** Commands with a row for each vehicle also print them as CSV. */
export type GroupFormat = Format | 'csv';

/** The `-o` option of commands that print rows. */
export function rowsOutputOption(): Option {
  return new Option('-o, --output <format>', 'how to print the answer')
    .choices(['table', 'json', 'csv'])
    .default('table');
}

/** The `-o` option that every command which answers has. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print the answer').choices(FORMATS).default('table');
}

/** Prints an answer: data goes to stdout, nothing else does. */
export function printAnswer<T>(format: Format, answer: T, asText: (answer: T) => string): void {
  const text =
    format === 'json' ? visibleJson(JSON.stringify(answer, null, 2)) : visibleLines(asText(answer));
  process.stdout.write(`${text}\n`);
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
