import type { Command } from 'commander';
import { createProgram } from '../../src/cli/vin';
import { wrappedHelp } from '../../src/cli/wrapped';

function* all(command: Command, path = command.name()): Generator<[string, Command]> {
  yield [path, command];
  for (const part of command.commands) yield* all(part, `${path} ${part.name()}`);
}

/** What a terminal of 80 columns is told. */
function helpOf(command: Command): string {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    command.outputHelp();
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

test('the help of every command has prose and options no wider than 80 columns', () => {
  const wide = [...all(createProgram())].flatMap(([path, command]) => {
    const [help = ''] = helpOf(command).split(/^Examples:$/m);
    // What is typed as it stands, and what is said of it below, has its own width.
    const lines = help.split('\n').filter((line) => !/^ {2}(?:vin|\$) /.test(line));
    return lines.filter((line) => line.length > 80).map((line) => `${path}: ${line}`);
  });
  expect(wide).toEqual([]);
});

test('prose that is too wide is broken anew, and what is indented stays as it is', () => {
  const text = 'Words that are\ntoo wide for this\n\nExamples:\n  $ vin list --fleet acme\nend';
  expect(wrappedHelp(text, 16)).toBe(
    'Words that are\ntoo wide for\nthis\n\nExamples:\n  $ vin list --fleet acme\nend',
  );
  expect(wrappedHelp(text, 80)).toBe(text);
});
