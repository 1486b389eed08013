import { constants } from 'node:fs';
import { access, type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { VinError } from '../base/errors';
import { createPrivate } from '../base/private-files';
import { systemWords } from '../base/system-words';
import { numberBeside } from '../domain/given-plate';
import { type Plate, plateText } from '../domain/plate';
import { cellOf, joinCells } from './cells';
import type { ListedVehicle } from './fleet-list';
import type { Verdict } from './import-rows';
import { remembered } from './values';

const COLUMNS = ['line', 'vin', 'outcome', 'problem', 'remedy'] as const;

/**
 * Where the result of a list goes if nobody says otherwise: `fleets/acme.csv` has `fleets/acme.result.csv`. That of a dry run
 * goes elsewhere: it must not take the place of what an import has done.
 */
export function resultPathFor(list: string, isDryRun = false): string {
  const { dir, name } = parse(list);
  return join(dir, `${name}.${isDryRun ? 'dry-run' : 'result'}.csv`);
}

const TAG = 'tag:';

/** Spreadsheet programs take a file without it for one of their own encoding. */
const MARK = '\uFEFF';
const MARK_BYTES = Buffer.byteLength(MARK);
const CHUNK = 64 * 1024;

/**
 * The verdicts of an import as CSV, in the order of the list. They are written some hundred at a time, each time
 * whole lines: what a killed run leaves can be read. Keep it like the list: it names vehicles.
 */
export class ResultFile {
  private file: FileHandle | undefined;
  private delimiter = ',';
  private cellsOf: readonly CellReader[] = [];
  private isMarked = false;

  constructor(
    readonly path: string,
    private readonly list: string,
  ) {}

  /**
   * Begins the file again, with the delimiter of the list. Opening it again changes nothing.
   *
   * @param columns those of the list, so that rows can be corrected and imported from here.
   * @throws VinError `RESULT_NOT_WRITABLE`.
   */
  async open(delimiter: string, columns: readonly string[]): Promise<void> {
    if (this.file) return;
    this.delimiter = delimiter;
    this.cellsOf = columns.map((column) => readerOf(column, columns));
    await this.check();
    await this.attempt(async () => {
      this.file = await createPrivate(this.path);
      await this.put(joinCells([...COLUMNS, ...columns], delimiter));
    });
  }

  /** Looks whether it can be written, and changes nothing. @throws VinError `RESULT_NOT_WRITABLE`. */
  async check(): Promise<void> {
    if (await isSameFile(this.path, this.list)) throw this.notWritable('it is the list itself');
    await this.attempt(async () => {
      const facts = await stat(this.path).catch(() => null);
      if (facts?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      await access(facts ? this.path : dirname(this.path), constants.W_OK);
    });
  }

  /** @throws VinError `RESULT_NOT_WRITABLE`. */
  async write(verdicts: readonly Verdict[]): Promise<void> {
    const { delimiter } = this;
    let lines = '';
    for (const verdict of verdicts) {
      const { line, vin, outcome, problem, remedy } = verdict;
      lines += `${line}${delimiter}${cellOf(vin)}${delimiter}${outcome}`;
      lines += `${delimiter}${cellOf(problem)}${delimiter}${cellOf(remedy)}`;
      for (const read of this.cellsOf) lines += delimiter + read(verdict);
      lines += '\n';
    }
    await this.attempt(async () => this.put(lines));
  }

  async close(): Promise<void> {
    await this.file?.close();
  }

  private async put(text: string): Promise<void> {
    if (!this.isMarked && /[\u0080-\uFFFF]/.test(text)) await this.mark();
    await this.file?.writeFile(text);
  }

  /** Puts the mark before what has been written so far, which was ASCII. A pipe or a device stays without. */
  private async mark(): Promise<void> {
    this.isMarked = true;
    const { file } = this;
    const stats = await file?.stat();
    if (!file || !stats?.isFile()) return;
    const inside = await open(this.path, 'r+');
    try {
      const buffer = Buffer.alloc(CHUNK);
      for (let end = stats.size; end > 0; end -= Math.min(end, CHUNK)) {
        const begin = Math.max(0, end - CHUNK);
        await inside.read(buffer, 0, end - begin, begin);
        await inside.write(buffer, 0, end - begin, begin + MARK_BYTES);
      }
      await inside.write(MARK, 0);
    } finally {
      await inside.close();
    }
    await file.close();
    this.file = await open(this.path, 'a');
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw this.notWritable(systemWords(error));
    }
  }

  private notWritable(why: string): VinError {
    return new VinError(
      'RESULT_NOT_WRITABLE',
      `The result cannot be written to ${this.path} (${why}).`,
      'Name another file with --result, then import the list again: nothing starts twice.',
    );
  }
}

/** What a row has in a column of the list, as a list has it. */
type CellReader = (verdict: Verdict) => string;

/** Made once for each column: a list has many rows. */
function readerOf(column: string, columns: readonly string[]): CellReader {
  const read = vehicleReaderOf(column, columns);
  const asCell = column === 'brand' || column === 'fleet' ? remembered(cellOf) : cellOf;
  return ({ vehicle, written }) => asCell(vehicle ? read(vehicle) : (written?.[column] ?? ''));
}

function vehicleReaderOf(column: string, columns: readonly string[]): (vehicle: ListedVehicle) => string {
  if (column === 'brand') return ({ brand }) => brand;
  if (column === 'fleet') return ({ fleet = '' }) => fleet;
  if (column === 'external_id') return ({ externalId = '' }) => externalId;
  if (column === 'application') return ({ application = '' }) => application;
  if (column === 'plate') {
    return ({ plate }) => (plate ? plateCell(plate, columns) : '');
  }
  if (column === 'country') return ({ plate }) => plate?.country ?? '';
  if (column === 'subdivision') return ({ plate }) => plate?.subdivision ?? '';
  if (column === 'odometer') {
    return ({ odometer }) => (odometer ? `${odometer.value}${odometer.unit === 'miles' ? 'mi' : 'km'}` : '');
  }
  const key = column.slice(TAG.length);
  return ({ tags }) => (Object.hasOwn(tags, key) ? (tags[key] ?? '') : '');
}

/** So that it is read as the same plate again, beside its country and its subdivision or without them. */
function plateCell(plate: Plate, columns: readonly string[]): string {
  const number = columns.includes('subdivision') ? numberBeside(plate) : plate.number;
  return columns.includes('country') ? number : plateText({ ...plate, number });
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}
