import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** The documents that people read, by their path in the repository. */
export const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export function readDocument(name: string): string {
  return readFileSync(join(ROOT, name), 'utf8');
}

/** A block of code in a document. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

export function blocksIn(document: string): Block[] {
  return [...document.matchAll(/^( *)```(\w+)\n(.*?)^\1```/gms)].map(
    ([, indent = '', language = '', text = '']) => ({
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** What is told to be typed: the lines of shell blocks, those that go on in the next line as one. */
export function linesIn(document: string): string[] {
  return blocksIn(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Commands that prose names. */
export function namedIn(document: string): string[] {
  const prose = document.replaceAll(/^( *)```.*?^\1```/gms, '');
  return [...prose.matchAll(/`((?:[A-Z_]+=\S+ )*(?:vin|npm run) [^`]+)`/g)].map(([, text = '']) =>
    text.replaceAll('\n', ' ').replaceAll('\\|', '|'),
  );
}

/** The words of each program that a line runs, without what it is given by the environment and where its output goes. */
export function programsIn(line: string): string[][] {
  const programs: string[][] = [[]];
  for (const [word = ''] of line.matchAll(
    /#.*$|&&|\|\||[|;]|(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^\s"'|;#]|(?<=\S)#)+/g,
  )) {
    if (/^#/.test(word)) break;
    if (/^(&&|\|\||[|;])$/.test(word)) programs.push([]);
    else programs.at(-1)?.push(word.replaceAll(/["']/g, ''));
  }
  return programs.map(wordsOf).filter(({ length }) => length > 0);
}

function wordsOf(words: readonly string[]): string[] {
  const begin = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  if (begin === -1) return [];
  const kept = words.slice(begin);
  return kept.filter(
    (word, at) => !/^[0-9]?[<>]/.test(word) && !/^[0-9]?[<>]+$/.test(kept[at - 1] ?? '') && word !== '&',
  );
}
