import type { Command } from 'commander';
import type { ErrorCode } from '../base/error-codes';
import { VinError } from '../base/errors';
import { sentence } from '../base/sentences';
import { printProblem, say } from './output';
import { widthOf, wrappedHelp } from './wrapped';

const CODE: ErrorCode = 'USAGE_WRONG';

/** What commander adds where a name is nearly right: `(Did you mean --fleet?)`. */
const MEANT = /\n\((Did you mean .*\?)\)\s*$/;

/** A wrong use that shows only when the command runs. */
export function usageError(what: string, next: string): VinError {
  return new VinError(CODE, what, next);
}

/**
 * Has a command, and those below it, tell a wrong use as every other error is told, with a code and what to do, and its help no wider than the
 * terminal.
 */
export function tellWrongUse(command: Command, path: string = command.name()): void {
  command.configureOutput({
    outputError: (text) => sayWrongUse(text, path),
    writeOut: (text) => void process.stdout.write(wrappedHelp(text, widthOf())),
  });
  for (const part of command.commands) tellWrongUse(part, `${path} ${part.name()}`);
}

function sayWrongUse(text: string, path: string): void {
  const meant = MEANT.exec(text)?.[1];
  const what = text
    .replace(MEANT, '')
    .replace(/^error: /, '')
    .trim();
  const help = `${path} --help shows ${path === 'vin' ? 'the commands' : 'the options and examples'}.`;
  const said = sentence(what.slice(0, 1).toUpperCase() + what.slice(1));
  const next = `${meant ? `${meant} ` : ''}${help}`;
  say(`error ${CODE}: ${said}`);
  say(`  next: ${next}`);
  printProblem(CODE, said, next);
}
