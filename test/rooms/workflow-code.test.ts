import { importsOf, inside, ownSources, type Sources } from './imports';
import { keptState } from './kept-state';

/** What holds of the code that Temporal replays, beside what it may import (rooms.test.ts). */

/** Everything that workflow code pulls in when it runs must be free of zod and Node's own modules. */
function brokenBundle(sources: Sources): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { target, typeOnly } of importsOf(file, sources.get(file) ?? '')) {
      if (typeOnly) continue;
      if (target === 'zod' || target.startsWith('node:')) {
        problems.push(`${file} imports ${target}: it is part of the workflow bundle`);
      }
      const next = [`${target}.ts`, `${target}/index.ts`].find((candidate) => sources.has(candidate));
      if (next) visit(next);
    }
  };
  for (const file of sources.keys()) if (inside(file, 'workflows')) visit(file);
  return problems;
}

/** A history with updates may not replay (docs/decisions/0009-messages-are-signals.md): ours have none. */
function updates(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) =>
    /\b(?:defineUpdate|executeUpdate|startUpdate|executeUpdateWithStart)\b/.test(source)
      ? [`${file} has an update: what people send are signals`]
      : [],
  );
}

/** What a machine's zone or language decides, a replay on another machine decides otherwise. */
const OF_THE_MACHINE =
  /\.toLocale\w*\(|\bIntl\.|getTimezoneOffset|\.(?:get|set)(?:Hours|Minutes|Day|Date|Month|FullYear)\(|\bDate\.parse\(/;
/** Reads times of people and providers, and takes none without its zone. */
const READS_TIMES = 'workflows/lifecycle/read-message.ts';

function zones(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) =>
    inside(file, 'workflows', 'src/domain') && file !== READS_TIMES && OF_THE_MACHINE.test(source)
      ? [`${file} asks for the zone or the language of the machine`]
      : [],
  );
}

/** Modules of workflow code that keep something from one call to the next. */
function states(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) => {
    const problem = inside(file, 'workflows', 'src/domain') ? keptState(source) : null;
    return problem ? [`${file} ${problem}: all activations of a worker would share it`] : [];
  });
}

function violations(sources: Sources): string[] {
  return [...brokenBundle(sources), ...states(sources), ...updates(sources), ...zones(sources)];
}

describe('the code of workflows', () => {
  test('holds what is said below', () => {
    expect(violations(ownSources())).toEqual([]);
  });

  test('a workflow may not reach zod through the domain either', () => {
    const sources = new Map([
      ['workflows/a.ts', "import { rules } from '../src/domain/rules';"],
      ['src/domain/rules.ts', "import { schema } from './rules-schema';"],
      ['src/domain/rules-schema.ts', "import { z } from 'zod';"],
    ]);
    expect(violations(sources)).toEqual([
      'src/domain/rules-schema.ts imports zod: it is part of the workflow bundle',
    ]);
  });

  const problemOf = (source: string): string[] => violations(new Map([['workflows/a.ts', source]]));

  test.each([
    'const seen = new Set([1]);\nfunction f() {\n  let n = 0;\n  const own = new Map();\n  own.set(1, n);\n}',
    'export const WORDS = { a: [1] } as const;\nconst isA = WORDS.a === f;\nconst f = (x: X) => ({ ...WORDS, x });',
    'class Inbox {\n  private readonly open: X[] = [];\n}',
    'const NAMES = Object.keys({ a: 1 });\nconst OF = new Map([[1, 2]]);\nexport const g = () => OF.get(1);',
  ])('a module may hold constants, and variables in functions and objects: %j', (source) => {
    expect(problemOf(source)).toEqual([]);
  });

  test.each([
    'let seen = 0;',
    'export var seen;',
    'const seen: X = [];',
    'const seen = {} as Record<string, X>;',
    'const seen = new Map();',
    'const seen = new Map<string, X>();',
    'const seen = new WeakMap<X, Y>();',
    'const seen = new WeakSet([x]);',
    'const seen: (() => X)[] = [];',
    'const seen = { of: new Set<string>() };',
    'const seen = (() => {\n  let n = 0;\n  return () => n++;\n})();',
    'export class Memo {\n  static last = 0;\n}',
    'const seen = new Map([[1, 2]]);\nexport const f = () => seen.set(1, 3);',
    'const WORD = /a/g;\nexport const f = (text: string) => WORD.test(text);',
    'const last = { at: 0 };\nexport function f(at: number) {\n  last.at = at;\n}',
    "const last = { at: 0 };\nexport function f() {\n  last['at'] += 1;\n}",
  ])('a module may keep nothing from one call to the next: %j', (source) => {
    expect(problemOf(source)).toEqual([
      expect.stringMatching(/^workflows\/a\.ts .*: all activations of a worker/),
    ]);
  });

  test('no workflow defines an update, and nobody sends one', () => {
    for (const source of [
      "import { defineUpdate } from '@temporalio/workflow';",
      "const x = wf.defineUpdate('x');",
      'await handle.executeUpdate(x);',
    ]) {
      expect(violations(new Map([['workflows/a.ts', source]]))).toEqual([
        'workflows/a.ts has an update: what people send are signals',
      ]);
    }
  });

  test('nothing that decides asks for the zone or the language of the machine', () => {
    for (const source of [
      'new Date(at).getHours()',
      'Date.parse(text)',
      'at.toLocaleString()',
      'Intl.NumberFormat()',
    ]) {
      expect(violations(new Map([['workflows/a.ts', `const x = ${source};`]]))).toEqual([
        'workflows/a.ts asks for the zone or the language of the machine',
      ]);
    }
  });

  test('types of activities and of a schema cost a workflow nothing', () => {
    const sources = new Map([
      ['workflows/a.ts', "import type { submit } from '../activities/clearance';"],
      ['workflows/b.ts', "import type { Policy } from '../src/domain/catalogue-schema';"],
      ['src/catalogue/schema.ts', "import { z } from 'zod';"],
    ]);
    expect(violations(sources)).toEqual([]);
  });
});
