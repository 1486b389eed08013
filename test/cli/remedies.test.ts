import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/vin';

const ROOT = join(__dirname, '../..');

interface Mention {
  readonly where: string;
  /** What stands after `vin`: words, and options with what follows them. */
  readonly words: readonly string[];
}

/** What people read: the texts of our code (remedies, actions, examples), and the documents. */
function texts(): readonly (readonly [where: string, text: string])[] {
  const sources = ['src', 'workflows', 'activities'].flatMap((room) => filesIn(room, '.ts'));
  const documents = [...filesIn('docs', '.md'), 'README.md'].filter((name) => !/decisions|faults/.test(name));
  return [...sources, ...documents].map((name) => [name, readFileSync(join(ROOT, name), 'utf8')]);
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

/** `vin` and a small word that is no command is prose: "the columns vin and brand". */
const PROSE =
  /^(?:and|as|at|is|of|or|in|with|to|has|stands|simulator-|does|asks|prints|for|a|the|may|must|can|should|where)$/;

function mentionsIn(where: string, text: string): Mention[] {
  const found = text.matchAll(
    /(?<![\w./-])vin ((?:[a-z][a-z-]*|--[a-z][a-z-]*)(?: (?:--?[a-z][a-z-]*|[A-Z]{2,}\b|[a-z][a-z-]*))*)/g,
  );
  return [...found]
    .map(([, words = '']) => ({ where, words: words.split(' ') }))
    .filter(({ words: [first = ''] }) => !PROSE.test(first) && !first.startsWith('--'));
}

/** The command that is meant, and the words after it. */
function commandOf(program: Command, words: readonly string[]): readonly [Command, readonly string[]] | null {
  const [name, next] = words;
  const command = program.commands.find((one) => one.name() === name);
  if (!command) return null;
  const part = command.commands.find((one) => one.name() === next);
  return part ? [part, words.slice(2)] : [command, words.slice(1)];
}

function problemOf(program: Command, { where, words }: Mention): string | null {
  // The parser's own.
  if (words[0] === 'help') return null;
  const found = commandOf(program, words);
  if (!found) return `${where}: there is no command vin ${words[0]}`;
  const [command, rest] = found;
  // One of its parts is meant where none is named.
  const options = [command, ...command.commands].flatMap((one) => one.options);
  const known = options.flatMap(({ long, short }) => [long, short, '--help', '-h']);
  const odd = rest.find((word) => word.startsWith('--') && !known.includes(word));
  return odd === undefined ? null : `${where}: vin ${words.join(' ')}: ${odd} is no option`;
}

describe('every command that a text of ours names', () => {
  const program = createProgram();
  const mentions = texts().flatMap(([where, text]) => mentionsIn(where, text));

  test('is one that there is, with options that it has', () => {
    const problems = mentions.map((mention) => problemOf(program, mention)).filter(Boolean);
    expect([...new Set(problems)]).toEqual([]);
  });

  test('is found: the search sees remedies, actions and documents', () => {
    expect(mentions.length).toBeGreaterThan(100);
    const named = new Set(mentions.map(({ words }) => words[0]));
    for (const name of ['retry', 'amend', 'resume', 'stay', 'status', 'worker', 'adopt'])
      expect(named).toContain(name);
  });

  test('would be missed if it were none', () => {
    const [wrong] = mentionsIn('a text', 'Look with vin stauts VIN.');
    expect(problemOf(program, wrong as Mention)).toBe('a text: there is no command vin stauts');
    const [option] = mentionsIn('a text', 'or vin amend VIN --colour red');
    expect(problemOf(program, option as Mention)).toContain('--colour is no option');
  });
});
