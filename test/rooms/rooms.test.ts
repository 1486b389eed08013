import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectMadePart, table } from '../support/made-part';
import {
  type Import,
  importsOf,
  inside,
  isOurs,
  ownSources,
  placesOf,
  roomOf,
  type Sources,
} from './imports';
import { ROOMS, type Room } from './rooms';

const ARCHITECTURE = join(__dirname, '../../docs/architecture.md');
const rooms = Object.entries(ROOMS);

/** The entry of the table that allows an import, or undefined. */
function allowedBy({ may, types = [] }: Room, { target, typeOnly }: Import): string | undefined {
  if (may === 'everything') return may;
  return [...may, ...(typeOnly ? types : [])].find((entry) => inside(target, ...placesOf(entry)));
}

/** What one import breaks, or undefined. `file` is the importer. */
function brokenRule(file: string, found: Import): string | undefined {
  const name = roomOf(file);
  const room = ROOMS[name] as Room;
  const { target, typeOnly } = found;
  if (!isOurs(target)) {
    const { packages = [target] } = room;
    const isAllowed = packages.some((one) => target === one || (one.endsWith(':') && target.startsWith(one)));
    if (!isAllowed) return `${name} may import no such package`;
    return undefined;
  }
  if (inside(target, 'test', 'bench')) return 'code does not import tests';
  if (inside(target, ...room.paths) || allowedBy(room, found)) return undefined;
  return `${name} may not import ${roomOf(target)}${typeOnly ? '' : ', or types only'}`;
}

function violations(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) =>
    importsOf(file, source).flatMap((found) => {
      const rule = brokenRule(file, found);
      return rule ? [`${file} imports ${found.target}: ${rule}`] : [];
    }),
  );
}

/** The rooms that each room may import as more than types. */
type Graph = ReadonlyMap<string, readonly string[]>;

const GRAPH: Graph = new Map(
  rooms.map(([name, { may }]) => [
    name,
    may === 'everything'
      ? rooms.map(([other]) => other).filter((other) => other !== name)
      : [...new Set(may.map((entry) => (ROOMS[entry] ? entry : roomOf(entry))))],
  ]),
);

/** The rooms that lead from one back to itself, or null. */
function circle(graph: Graph): readonly string[] | null {
  const left = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (left.has(name)) return null;
    for (const next of graph.get(name) ?? []) {
      const found = visit(next, [...way, name]);
      if (found) return found;
    }
    left.add(name);
    return null;
  };
  for (const name of graph.keys()) {
    const found = visit(name, []);
    if (found) return found;
  }
  return null;
}

/** Who is reached from a room, by however many steps. */
function reached(graph: Graph, from: string): ReadonlySet<string> {
  const all = new Set<string>();
  const visit = (name: string): void => {
    for (const next of graph.get(name) ?? []) {
      if (all.has(next)) continue;
      all.add(next);
      visit(next);
    }
  };
  visit(from);
  return all;
}

const code = (name: string): string =>
  ROOMS[name] && !inside(name, 'src', 'workflows', 'activities') ? name : `\`${name}\``;

function roomTable(): string {
  const rows = rooms.map(([name, { paths, holds, may, types = [] }]) => [
    paths.length === 1 ? code(name) : `${name}: ${paths.map(code).join(', ')}`,
    holds,
    may === 'everything' ? 'everything' : may.map(code).join(', ') || 'nothing',
    types.map(code).join(', '),
  ]);
  return table(['Room', 'What is inside', 'May import', 'Types only'], rows);
}

/** Which room stands on which; what follows from other arrows is left out. */
function roomDiagram(): string {
  const id = (name: string): string => name.replace(/\W/g, '_');
  const lines = rooms.flatMap(([name]) => {
    const direct = GRAPH.get(name) ?? [];
    const needed = direct.filter(
      (target) => !direct.some((other) => other !== target && reached(GRAPH, other).has(target)),
    );
    return needed.map((target) => `  ${id(name)}["${name}"] --> ${id(target)}["${target}"]`);
  });
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
}

describe('the rooms', () => {
  const sources = ownSources();

  test('every file is in one room', () => {
    for (const file of sources.keys()) {
      const places = rooms.filter(([, { paths }]) => inside(file.replace(/\.ts$/, ''), ...paths));
      expect([file, places.length]).toEqual([file, 1]);
    }
  });

  test('every import of our code is one that its room may have', () => {
    expect(violations(sources)).toEqual([]);
  });

  test('every import that a room may have is one that it has', () => {
    const used = new Map<string, Set<string>>();
    for (const [file, source] of sources) {
      const name = roomOf(file);
      const entries = used.get(name) ?? new Set();
      for (const found of importsOf(file, source)) {
        entries.add(allowedBy(ROOMS[name] as Room, found) ?? '');
      }
      used.set(name, entries);
    }
    const unused = rooms.flatMap(([name, { may, types = [] }]) =>
      [...(may === 'everything' ? [] : may), ...types]
        .filter((entry) => !used.get(name)?.has(entry))
        .map((entry) => `${name} does not import ${entry}`),
    );
    expect(unused).toEqual([]);
  });

  test('no way from room to room leads back', () => {
    expect(circle(GRAPH)).toBeNull();
    const bad = new Map([...GRAPH, ['src/http', ['src/notify']]]);
    expect(circle(bad)).toEqual(['src/http', 'src/notify', 'src/http']);
  });

  test('docs/architecture.md shows them ("npm run docs" writes it again)', () => {
    expectMadePart(ARCHITECTURE, roomTable(), 'rooms');
    expectMadePart(ARCHITECTURE, roomDiagram(), 'arrows');
  });

  test('the drawing of docs/architecture.md names only rooms that there are', () => {
    const [, drawing = ''] = /```mermaid\n([\s\S]*?)```/.exec(readFileSync(ARCHITECTURE, 'utf8')) ?? [];
    const named = [...drawing.matchAll(/\[((?:src|workflows|activities)[\w/-]*)/g)].map(
      ([, place = '']) => place,
    );
    expect(named.length).toBeGreaterThan(8);
    const files = [...sources.keys()];
    expect(named.filter((place) => !files.some((file) => inside(file.replace(/\.ts$/, ''), place)))).toEqual(
      [],
    );
  });

  test.each([
    ['src/temporal/a.ts', "import { say } from '../cli/output';", 'src/temporal may not import src/cli'],
    [
      'activities/a.ts',
      "import { x } from '../src/gateway/server';",
      'activities may not import src/gateway',
    ],
    [
      'src/trial/simulator/high-mobility/a.ts',
      "import type { X } from '../../../providers/provider';",
      'src/trial/simulator may not import src/providers',
    ],
    [
      'src/providers/hm/a.ts',
      "export * from '../../trial/simulator/b';",
      'src/providers may not import src/trial/simulator',
    ],
    [
      'src/providers/a.ts',
      "import {\n  x,\n} from '@temporalio/client';",
      'src/providers may import no such package',
    ],
    [
      'src/domain/a.ts',
      "import { readConfig } from '../config/config';",
      'src/domain may not import src/config',
    ],
    ['src/domain/a.ts', "import { z } from 'zod';", 'src/domain may import no such package'],
    [
      'workflows/activation/a.ts',
      "import { log } from '../../src/config/log';",
      'workflows/activation may not import src/config',
    ],
    [
      'workflows/activation/a.ts',
      "import { submit } from '../../activities/clearance';",
      'workflows/activation may not import activities, or types only',
    ],
    [
      'workflows/lifecycle/a.ts',
      "import { sleep } from '@temporalio/workflow';",
      'workflows/lifecycle may import no such package',
    ],
    ['workflows/activation/a.ts', "import fs from 'node:fs';", 'may import no such package'],
    [
      'activities/a.ts',
      "import { amended } from '../workflows/lifecycle/read-message';",
      'activities may not import workflows/lifecycle, or types only',
    ],
    [
      'src/config/log.ts',
      "const { x } = await import('../../test/support/x');",
      'code does not import tests',
    ],
  ])('%s may not hold %s', (file, source, rule) => {
    expect(violations(new Map([[file, source]]))[0]).toContain(rule);
  });
});

/** Where a provider may be named: its folder, the registry, and what plays it. */
const NAMES_PROVIDERS = [
  'src/providers/registry',
  'src/trial/simulator/high-mobility',
  'src/trial/simulator/otonomo',
  'src/trial/simulator/autopay',
  'src/trial/demo',
  'src/cli/simulator',
  'src/cli/demo',
  // An example of the API's document.
  'src/gateway/api/activation-schema',
  'src/gateway/api/parking-schemas',
];

/** Files whose code names a provider; comments may, for an example or a source. */
function namesProvider(sources: Sources): string[] {
  return [...sources].flatMap(([file, source]) => {
    if (NAMES_PROVIDERS.some((place) => file.startsWith(place))) return [];
    if (/^src\/providers\/[\w-]+\//.test(file)) return [];
    const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    return /high.?mobility|otonomo|autopay/i.test(code) ? [file] : [];
  });
}

test('no code outside of its folder knows the name of a provider', () => {
  expect(namesProvider(ownSources())).toEqual([]);
  const bad = new Map([['workflows/a.ts', "const provider = 'high-mobility';"]]);
  expect(namesProvider(bad)).toEqual(['workflows/a.ts']);
});
