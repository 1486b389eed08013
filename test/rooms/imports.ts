import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOMS } from './rooms';

const ROOT = path.join(__dirname, '../..');

export interface Import {
  /** A path of this repository without its ending, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** The text of each file, by its path. */
export type Sources = ReadonlyMap<string, string>;

const STATEMENT =
  /^\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]*?\sfrom\s+)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gm;

export function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(STATEMENT)].map((match) => {
    const name = match[2] ?? match[3] ?? '';
    const target = name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name;
    return { target, typeOnly: match[1] !== undefined };
  });
}

export const inside = (target: string, ...places: readonly string[]): boolean =>
  places.some((place) => target === place || target.startsWith(`${place}/`));

/** Whether it is a path of this repository, and not a package. */
export const isOurs = (target: string): boolean =>
  inside(target, 'src', 'workflows', 'activities', 'test', 'bench');

/** The room of a file, with or without its ending. @throws Error for a file that is in none. */
export function roomOf(file: string): string {
  const plain = file.replace(/\.ts$/, '');
  const found = Object.keys(ROOMS).find((name) => inside(plain, ...(ROOMS[name]?.paths ?? [])));
  if (found === undefined) throw new Error(`${file} is in no room: add it to test/rooms/rooms.ts`);
  return found;
}

/** The places that an entry of a room's `may` means: those of a room, or itself. */
export const placesOf = (entry: string): readonly string[] => ROOMS[entry]?.paths ?? [entry];

export function ownSources(): Sources {
  const files = ['src', 'workflows', 'activities'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  return new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
}
