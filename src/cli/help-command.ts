import { Command } from 'commander';
import { ERROR_CODES, type ErrorCode } from '../base/error-codes';
import { EXIT, EXIT_CODES } from './exit-codes';
import { usageError } from './usage-error';

const EXAMPLES = `
Examples:
  vin help
  vin help list
  vin help exit-codes`;

/** `vin help`: of a command, or of a topic. */
export function helpCommand(): Command {
  return new Command('help')
    .description('Show the help of a command, or what exit codes mean.')
    .argument('[words...]', 'a command and its parts, or exit-codes')
    .addHelpText('after', EXAMPLES)
    .action((words: readonly string[], _options: object, command: Command) => {
      const [topic] = words;
      if (topic === 'exit-codes') process.stdout.write(`${exitCodes()}\n`);
      else process.stdout.write(helpOf(command.parent as Command, words));
    });
}

function helpOf(program: Command, words: readonly string[]): string {
  let found = program;
  for (const word of words) {
    const part = found.commands.find((one) => one.name() === word);
    if (!part) {
      throw usageError(
        `There is no command "${words.join(' ')}".`,
        'vin --help shows the commands; vin help exit-codes says what exit codes mean.',
      );
    }
    found = part;
  }
  let text = '';
  found.configureOutput({ writeOut: (more) => (text += more) }).outputHelp();
  return text;
}

/** Each exit code, what it means, and which errors end with it. */
export function exitCodes(): string {
  const lines = EXIT_CODES.flatMap(({ code, means }) => {
    const errors = code === EXIT.failed ? [] : errorsWith(code);
    return [`${String(code).padStart(3)}  ${means}`, ...wrapped(errors).map((line) => `     ${line}`)];
  });
  return [
    'Exit codes of vin',
    '',
    ...lines,
    '',
    'Every other error ends with 1. docs/errors.md has them all.',
  ].join('\n');
}

function errorsWith(code: number): ErrorCode[] {
  return (Object.keys(ERROR_CODES) as ErrorCode[]).filter((name) => ERROR_CODES[name].exit === code);
}

/** Words on lines of at most 75 characters. */
function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= 75) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
