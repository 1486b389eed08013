import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/vin';
import { blocksIn, DOCUMENTS, linesIn, namedIn, programsIn, readDocument } from './shell';

const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const nothing = () => undefined;
const SILENT = { writeOut: nothing, writeErr: nothing, outputError: nothing };
/** What prose may leave out. */
const MISSING = ['missingArgument', 'missingMandatoryOptionValue', 'optionMissingArgument'].map(
  (one) => `commander.${one}`,
);

/** The program with every command doing nothing: it reads its words, and says what is wrong with them. */
function readingOnly(): Command {
  const program = createProgram();
  const quiet = (command: Command): void => {
    command
      .exitOverride()
      .configureOutput(SILENT)
      .action(() => undefined);
    for (const one of command.commands) quiet(one);
  };
  quiet(program);
  return program;
}

/** What is wrong with a command; null where nothing is. @param isNamed in prose, and not to be typed */
function problemOf([program, ...words]: readonly string[], isNamed = false): string | null {
  if (program === 'npm') {
    const [run, name = ''] = words;
    return run !== 'run' || name in scripts ? null : `no script ${name} in package.json`;
  }
  if (program !== 'vin' || words.includes('…')) return null;
  try {
    readingOnly().parse(words, { from: 'user' });
    return null;
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    return /help|version/.test(code) || (isNamed && MISSING.includes(code)) ? null : message;
  }
}

const told = DOCUMENTS.map((name) => [name, linesIn(readDocument(name))] as const).filter(
  ([, lines]) => lines.length > 0,
);
const named = DOCUMENTS.map((name) => [name, namedIn(readDocument(name))] as const).filter(
  ([, lines]) => lines.length > 0,
);

/** Each command with the examples of its help. */
function examplesOf(command: Command, path: readonly string[] = []): [string, string[]][] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  // No command knows the name of a provider.
  const [, examples = ''] = help.replaceAll('PROVIDER', 'high-mobility').split('\nExamples:\n');
  const lines = examples.replaceAll(/\\\n\s*/g, ' ').split('\n');
  const own: [string, string[]] = [
    path.join(' '),
    lines.map((line) => line.trim().replace(/^\$ /, '')).filter((line) => line !== ''),
  ];
  const parts = command.commands.flatMap((one) => examplesOf(one, [...path, one.name()]));
  return own[1].length > 0 ? [own, ...parts] : parts;
}
const helps = examplesOf(createProgram());

describe('the documents', () => {
  it.each(told)('tell to type only what the program takes: %s', (_name, lines) => {
    const wrong = lines.flatMap((line) => programsIn(line).map((words) => [line, problemOf(words)]));
    expect(wrong.filter(([, problem]) => problem !== null)).toEqual([]);
  });

  it.each(named)('name only commands that there are: %s', (_name, lines) => {
    const wrong = lines.flatMap((line) => programsIn(line).map((words) => [line, problemOf(words, true)]));
    expect(wrong.filter(([, problem]) => problem !== null)).toEqual([]);
  });

  it.each(helps)('and its help have examples that it takes: vin %s', (_name, lines) => {
    expect(lines.length).toBeGreaterThan(0);
    const wrong = lines.flatMap((line) => programsIn(line).map((words) => [line, problemOf(words)]));
    expect(wrong.filter(([, problem]) => problem !== null)).toEqual([]);
  });

  it('tell what a shell can read', () => {
    const blocks = DOCUMENTS.flatMap((name) =>
      blocksIn(readDocument(name)).map((block) => ({ name, ...block })),
    );
    const wrong = blocks
      .filter(({ language }) => language === 'sh')
      .map(({ name, text }) => [name, spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' }).stderr])
      .filter(([, problem]) => problem !== '');
    expect(wrong).toEqual([]);
  });
});

describe('a line of a document', () => {
  it.each([
    ['vin list # all', [['vin', 'list']]],
    [
      "A=1 vin list --fleet 'a b' | jq '.x|.y' > f",
      [
        ['vin', 'list', '--fleet', 'a b'],
        ['jq', '.x|.y'],
      ],
    ],
    [
      'cd x && npm run build',
      [
        ['cd', 'x'],
        ['npm', 'run', 'build'],
      ],
    ],
    ['export A=1 B=2', [['export', 'A=1', 'B=2']]],
  ])('is read as a shell does: %s', (line, programs) => {
    expect(programsIn(line)).toEqual(programs);
  });

  it.each([
    'vin lits',
    'vin list --colour',
    'vin list -o xml',
    'vin why',
    'vin certificate shw VIN',
    'npm run nothing',
  ])('that is wrong is found: %s', (line) => {
    expect(programsIn(line).map((words) => problemOf(words))).not.toEqual([null]);
  });
});
