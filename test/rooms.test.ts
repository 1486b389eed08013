import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The direction rules of the rooms (docs/architecture.md), checked on every import of our own code. */

const ROOT = path.join(__dirname, '..');

interface Import {
  /** A path of this repository without its ending, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}
type Sources = ReadonlyMap<string, string>;

const STATEMENT =
  /^\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]*?\sfrom\s+)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(STATEMENT)].map((match) => {
    const name = match[2] ?? match[3] ?? '';
    const target = name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name;
    return { target, typeOnly: match[1] !== undefined };
  });
}

const inside = (target: string, ...rooms: string[]) =>
  rooms.some((room) => target === room || target.startsWith(`${room}/`));

/** The folder of a provider, or what they share, that a file is in. */
function folderOfProvider(file: string): string | undefined {
  return /^src\/providers\/([\w-]+)\//.exec(file)?.[1];
}

/** What one import breaks, or undefined. `file` is the importer. */
function brokenRule(file: string, { target, typeOnly }: Import): string | undefined {
  const isOurs = inside(target, 'src', 'workflows', 'activities', 'test');
  if (inside(target, 'test')) return 'code does not import tests';
  if (inside(target, 'src/cli') && !inside(file, 'src/cli')) return 'nothing imports src/cli';
  if (inside(target, 'src/gateway') && !inside(file, 'src/cli', 'src/gateway')) {
    return 'only src/cli imports src/gateway';
  }
  if (inside(file, 'src/simulator') && inside(target, 'src/providers')) {
    return 'the simulator shares no code with our clients';
  }
  if (inside(file, 'src/providers')) {
    if (inside(target, 'src/simulator')) return 'our clients share no code with the simulator';
    if (inside(target, 'src/temporal', 'workflows', 'activities') || target.startsWith('@temporalio/')) {
      return 'a provider does not know Temporal';
    }
    const [own, other] = [file, target].map(folderOfProvider);
    if (own && other && own !== other && other !== 'shared') {
      return 'a provider knows only its own folder and what is shared';
    }
  }
  if (inside(file, 'src/domain')) {
    const readsFiles = /schema/.test(path.posix.basename(file));
    if (isOurs && !inside(target, 'src/domain', 'src/errors')) return 'src/domain stands alone';
    if (!isOurs && !(readsFiles && (target === 'zod' || target.startsWith('node:')))) {
      return 'src/domain imports no package (zod and node: only where the catalogue is read)';
    }
  }
  if (inside(file, 'activities') && inside(target, 'workflows')) {
    return typeOnly || target === 'workflows/lifecycle'
      ? undefined
      : 'activities import of workflows the lifecycle and types only';
  }
  if (inside(file, 'workflows')) {
    if (target === 'src/providers/provider' || inside(target, 'activities')) {
      return typeOnly ? undefined : 'workflows import activities and their answers as types only';
    }
    if (isOurs && !inside(target, 'workflows', 'src/domain')) return 'workflows import only src/domain';
    if (!isOurs && target !== '@temporalio/workflow' && target !== '@temporalio/common') {
      return 'workflows import no package but @temporalio/workflow and @temporalio/common';
    }
  }
  return undefined;
}

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

function violations(sources: Sources): string[] {
  const direct = [...sources].flatMap(([file, source]) =>
    importsOf(file, source).flatMap((found) => {
      const rule = brokenRule(file, found);
      return rule ? [`${file} imports ${found.target}: ${rule}`] : [];
    }),
  );
  return [...direct, ...brokenBundle(sources), ...keptState(sources), ...updates(sources), ...zones(sources)];
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
const READS_TIMES = 'workflows/requests.ts';

function zones(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) =>
    inside(file, 'workflows', 'src/domain') && file !== READS_TIMES && OF_THE_MACHINE.test(source)
      ? [`${file} asks for the zone or the language of the machine`]
      : [],
  );
}

/** All activations of a thread share the modules of workflow code (src/temporal/bundle.ts): none may keep a thing of its own. */
function keptState(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) =>
    inside(file, 'workflows', 'src/domain') && STATE.test(source)
      ? [`${file} has a variable that all activations of a worker would share`]
      : [],
  );
}

/** Declared outside of every function: what can be set, and what is empty and so waits to be filled. */
const STATE =
  /^(?:export )?(?:(?:let|var) |const [^\n]+ = (?:new (?:Map|Set|WeakMap|WeakSet)(?:<[^\n]*>)?\(\)|\[\]|\{\});)/m;

function ownSources(): Sources {
  const files = ['src', 'workflows', 'activities'].flatMap((room) =>
    existsSync(path.join(ROOT, room))
      ? readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => `${room}/${name}`)
      : [],
  );
  return new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
}

/** Where a provider may be named: its folder, the registry, and what plays it. */
const NAMES_PROVIDERS = [
  'src/providers/registry',
  'src/simulator',
  'src/demo',
  'src/cli/simulator',
  'src/cli/demo-command',
  // An example of the API's document.
  'src/gateway/api/activation-schema',
];

/** Files whose code names a provider; comments may, for an example or a source. */
function namesProvider(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) => {
    if (NAMES_PROVIDERS.some((place) => file.startsWith(place))) return [];
    if (/^src\/providers\/(?!shared\/)[\w-]+\//.test(file)) return [];
    const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    return /high.?mobility/i.test(code) ? [file] : [];
  });
}

describe('the rooms', () => {
  test('no code outside of its folder knows the name of a provider', () => {
    expect(namesProvider(ownSources())).toEqual([]);
    const bad = new Map([['workflows/a.ts', "const provider = 'high-mobility';"]]);
    expect(namesProvider(bad)).toEqual(['workflows/a.ts']);
  });

  test('every import of our code points the allowed way', () => {
    const sources = ownSources();
    expect(sources.size).toBeGreaterThan(10);
    expect(violations(sources)).toEqual([]);
  });

  test.each([
    ['src/temporal/a.ts', "import { say } from '../cli/output';", 'nothing imports src/cli'],
    [
      'src/providers/shared/a.ts',
      "import { API } from '../acme/api';",
      'a provider knows only its own folder',
    ],
    ['src/providers/one/a.ts', "import { API } from '../other/api';", 'a provider knows only its own folder'],
    ['activities/a.ts', "import { x } from '../src/gateway/server';", 'only src/cli imports src/gateway'],
    [
      'src/simulator/a.ts',
      "import type { X } from '../providers/provider';",
      'the simulator shares no code with our clients',
    ],
    [
      'src/providers/hm/a.ts',
      "export * from '../../simulator/b';",
      'our clients share no code with the simulator',
    ],
    [
      'src/providers/a.ts',
      "import {\n  x,\n} from '@temporalio/client';",
      'a provider does not know Temporal',
    ],
    ['src/domain/a.ts', "import { readConfig } from '../config';", 'src/domain stands alone'],
    [
      'src/domain/a.ts',
      "import { z } from 'zod';",
      'src/domain imports no package (zod and node: only where the catalogue is read)',
    ],
    ['workflows/a.ts', "import { log } from '../src/log';", 'workflows import only src/domain'],
    [
      'workflows/a.ts',
      "import { submit } from '../activities/clearance';",
      'workflows import activities and their answers as types only',
    ],
    [
      'workflows/a.ts',
      "import fs from 'node:fs';",
      'workflows import no package but @temporalio/workflow and @temporalio/common',
    ],
    [
      'activities/a.ts',
      "import { amended } from '../workflows/requests';",
      'activities import of workflows the lifecycle and types only',
    ],
    ['src/a.ts', "const { x } = await import('../test/support/x');", 'code does not import tests'],
  ])('%s may not hold %s', (file, source, rule) => {
    expect(violations(new Map([[file, source]]))[0]).toContain(rule);
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

  test('a module of workflow code may hold constants, and no variable', () => {
    const found = (source: string): string[] => violations(new Map([['workflows/a.ts', source]]));
    expect(found('const seen = new Set([1]);\nfunction f() {\n  let n = 0;\n}')).toEqual([]);
    for (const source of [
      'let seen = 0;',
      'export var seen;',
      'const seen: X = [];',
      'const seen = new Map();',
      'const seen = new Map<string, X>();',
      'const seen = new WeakMap<X, Y>();',
      'const seen: (() => X)[] = [];',
    ]) {
      expect(found(source)).toEqual([
        'workflows/a.ts has a variable that all activations of a worker would share',
      ]);
    }
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
      ['src/domain/catalogue-schema.ts', "import { z } from 'zod';"],
    ]);
    expect(violations(sources)).toEqual([]);
  });
});
