import { closeSync, createReadStream, writeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { VinError } from '../base/errors';
import { openPrivate } from '../base/private-files';
import { systemWords } from '../base/system-words';
import { isHeld } from '../domain/status';
import { joinCells } from '../fleet-list/cells';
import type { ClearanceLister } from '../providers/provider';
import type { SweptActivations } from './activations-at-provider';
import { SEARCHED, TOGETHER } from './comparison';

export interface UnmanagedList {
  readonly file: string;
  readonly count: number;
  /** Rows of which the provider names no brand: somebody has to fill it in. */
  readonly withoutBrand: number;
}

export interface UnmanagedOptions {
  readonly source: ClearanceLister;
  readonly activations: Pick<SweptActivations, 'all' | 'of'>;
  readonly path: string;
  /** Of those of which the provider names none. */
  readonly brand?: string;
  /** What is written as the application of each: an import then has it where it is, whatever is meant there. @default none */
  readonly application?: string;
  readonly signal?: AbortSignal;
}

/** One open row of the provider, as it waits on the disk. */
type Kept = readonly [
  place: number,
  vin: string,
  brand: string | null,
  tags: Readonly<Record<string, string>>,
];

/** Written at a time, in characters. */
const CHUNK = 65_536;

/**
 * Writes every vehicle that the provider holds an open clearance of, and that no activation runs for, as a list for
 * `vin import`: with its brand and its tags. The provider's list goes through the disk, so that of a long one only the
 * VINs with an open clearance are in memory.
 *
 * @throws ProviderError when the list cannot be read to its end, VinError `RESULT_NOT_WRITABLE`.
 */
export async function writeUnmanaged(options: UnmanagedOptions): Promise<UnmanagedList> {
  const { path, activations, brand = '', application } = options;
  const [rows, half] = [`${path}.rows`, `${path}.part`];
  try {
    const places = await keepOpenRows(options, rows);
    // Searched after the list was read: who has begun meanwhile is not taken for unmanaged.
    for await (const { vin } of activations.all()) places.delete(vin);
    await dropRunning(places, activations);
    const tags = await tagsOf(rows, places);
    const withoutBrand = await writeList(rows, half, places, { tags, brand, application });
    await rename(half, path);
    return { file: path, count: places.size, withoutBrand };
  } finally {
    await Promise.all([rows, half].map((file) => rm(file, { force: true })));
  }
}

/** Makes sure that a list can be written there. @throws VinError `RESULT_NOT_WRITABLE`. */
export async function requireWritable(path: string): Promise<void> {
  const half = `${path}.part`;
  new Output(half, path).close();
  await rm(half, { force: true });
}

/** Keeps the open rows on the disk. @returns the place of each VIN's newest one. */
async function keepOpenRows(
  { source, path, signal }: UnmanagedOptions,
  file: string,
): Promise<Map<string, number>> {
  const newest = new Map<string, { readonly place: number; readonly at: number }>();
  const out = new Output(file, path);
  let place = 0;
  try {
    await source.scan(
      (row) => {
        const clearance = row.read()?.clearance;
        if (!clearance || !isHeld(clearance.status)) return;
        place += 1;
        const { vin, brand, tags, changelog } = clearance;
        const at = changelog.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
        if (at >= (newest.get(vin)?.at ?? Number.NEGATIVE_INFINITY)) newest.set(vin, { place, at });
        out.write(`${JSON.stringify([place, vin, brand, tags] satisfies Kept)}\n`);
      },
      signal ? { signal } : {},
    );
  } finally {
    out.close();
  }
  return new Map([...newest].map(([vin, one]) => [vin, one.place]));
}

/** A search for all may have missed one that just began, or is between two runs: of a few, each is asked for again. */
async function dropRunning(
  places: Map<string, number>,
  activations: Pick<SweptActivations, 'of'>,
): Promise<void> {
  if (places.size > SEARCHED) return;
  const vins = [...places.keys()];
  for (let from = 0; from < vins.length; from += TOGETHER) {
    for (const vin of (await activations.of(vins.slice(from, from + TOGETHER))).keys()) places.delete(vin);
  }
}

/** The keys of all their tags, in the order of the alphabet. */
async function tagsOf(rows: string, places: ReadonlyMap<string, number>): Promise<string[]> {
  const keys = new Set<string>();
  for await (const [, , , tags] of kept(rows, places)) for (const key of Object.keys(tags)) keys.add(key);
  return [...keys].sort();
}

async function writeList(
  rows: string,
  path: string,
  places: ReadonlyMap<string, number>,
  {
    tags,
    brand: usual,
    application,
  }: {
    readonly tags: readonly string[];
    readonly brand: string;
    readonly application: string | undefined;
  },
): Promise<number> {
  const out = new Output(path, path);
  let withoutBrand = 0;
  try {
    const place = application === undefined ? [] : [application];
    const headings = ['vin', 'brand', ...place.map(() => 'application')];
    out.write(joinCells([...headings, ...tags.map((key) => `tag:${onOneLine(key)}`)], ','));
    for await (const [, vin, brand, values] of kept(rows, places)) {
      const named = brand || usual;
      if (named === '') withoutBrand += 1;
      const cells = [vin, named, ...place, ...tags.map((key) => values[key] ?? '')];
      out.write(joinCells(cells.map(onOneLine), ','));
    }
  } finally {
    out.close();
  }
  return withoutBrand;
}

/** The rows that count. */
async function* kept(file: string, places: ReadonlyMap<string, number>): AsyncGenerator<Kept> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const row = JSON.parse(line) as Kept;
    if (places.get(row[1]) === row[0]) yield row;
  }
}

/** A list has one vehicle a line. */
function onOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** A file that is written while rows come, without keeping them: it names vehicles, so nobody else may read it. */
class Output {
  private readonly file: number;
  private waiting = '';

  constructor(
    path: string,
    private readonly shown: string,
  ) {
    this.file = this.attempt(() => openPrivate(path, 'w'));
  }

  write(text: string): void {
    this.waiting += text;
    if (this.waiting.length > CHUNK) this.flush();
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.file);
    }
  }

  private flush(): void {
    const text = this.waiting;
    this.waiting = '';
    const bytes = Buffer.from(text);
    this.attempt(() => {
      for (let from = 0; from < bytes.length; ) from += writeSync(this.file, bytes, from);
    });
  }

  private attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new VinError(
        'RESULT_NOT_WRITABLE',
        `The list cannot be written to ${this.shown} (${systemWords(error)}).`,
        'Name another file with --unmanaged, then ask again.',
      );
    }
  }
}
