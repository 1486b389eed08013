import { constants } from 'node:fs';
import { access, type FileHandle, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { VinError } from '../errors';
import { createPrivate } from '../private-files';
import { systemWords } from '../system-words';
import { joinCells } from './cells';
import type { Verdict } from './import-rows';

const COLUMNS = ['line', 'vin', 'outcome', 'problem', 'remedy'] as const;

/** Where the result of a list goes if nobody says otherwise: `fleets/acme.csv` has `fleets/acme.result.csv`. */
export function resultPathFor(list: string): string {
  const { dir, name } = parse(list);
  return join(dir, `${name}.result.csv`);
}

/**
 * The verdicts of an import as CSV, in the order of the list. They are written some hundred at a time, each time
 * whole lines: what a killed run leaves can be read. Keep it like the list: it names vehicles.
 */
export class ResultFile {
  private file: FileHandle | undefined;
  private delimiter = ',';

  constructor(
    readonly path: string,
    private readonly list: string,
  ) {}

  /**
   * Begins the file anew, with the delimiter of the list. Opening it again changes nothing.
   *
   * @throws VinError `RESULT_NOT_WRITABLE`.
   */
  async open(delimiter: string): Promise<void> {
    if (this.file) return;
    this.delimiter = delimiter;
    await this.check();
    await this.attempt(async () => {
      this.file = await createPrivate(this.path);
      await this.file.writeFile(joinCells(COLUMNS, delimiter));
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
    const lines = verdicts.map(({ line, vin, outcome, problem, remedy }) =>
      joinCells([line, vin, outcome, problem, remedy], this.delimiter),
    );
    await this.attempt(async () => this.file?.writeFile(lines.join('')));
  }

  async close(): Promise<void> {
    await this.file?.close();
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

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}
