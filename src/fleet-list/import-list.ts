import { VinError } from '../base/errors';
import type { ListedVehicle, RowBatch } from './fleet-list';
import { importRows, type Start, type Verdict } from './import-rows';
import type { ResultFile } from './result-file';

/** How many rows came to which outcome. */
export interface Tally {
  rows: number;
  ready: number;
  started: number;
  alreadyActive: number;
  ended: number;
  leaving: number;
  startsAgain: number;
  failed: number;
  warnings: number;
}

export interface ImportOptions {
  readonly batches: AsyncIterable<RowBatch>;
  /** Null in a dry run. */
  readonly start: Start | null;
  /** Told of the vehicles that are started next: what is to be asked of all at once is asked here. */
  readonly prepare?: (vehicles: readonly ListedVehicle[]) => Promise<void>;
  /** Starts under way at the same time. */
  readonly concurrency: number;
  readonly result: Pick<ResultFile, 'open' | 'write'>;
  /** Told of each verdict that has something to say, and after each batch of how far it is. */
  readonly onProblem: (verdict: Verdict) => void;
  /** Told of what a person should know of how the list was read. */
  readonly onNote?: (note: string) => void;
  /** When it aborts no further row is begun. Those under way get their verdicts. */
  readonly stopped?: AbortSignal;
  readonly onProgress: (tally: Readonly<Tally>, bytes: number) => void;
}

/** So many failed starts in a row are no fault of the rows: the server is away. */
const FAILURES_IN_A_ROW = 100;

/**
 * Imports a list batch by batch: starts its good rows, and writes the verdict of each row before the next batch is
 * read. A run that is killed leaves the verdicts of its whole batches; the next run starts nothing twice.
 *
 * @throws VinError `IMPORT_STOPPED` when Temporal takes nothing more; those of the list and of the result file.
 */
export async function importList(options: ImportOptions): Promise<Tally> {
  const { batches, concurrency, result, onProblem, onProgress, stopped } = options;
  const tally: Tally = { ...NOTHING };
  const server = options.start && watched(options.start);
  for await (const { rows, delimiter, columns, bytes, notes } of inSteps(
    batches,
    server ? STEP : Number.POSITIVE_INFINITY,
  )) {
    for (const note of notes) options.onNote?.(note);
    await result.open(delimiter, columns);
    if (server) await options.prepare?.(rows.flatMap((row) => (row.ok ? [row.vehicle] : [])));
    const verdicts = await importRows(rows, server?.start ?? null, concurrency, stopped);
    await result.write(verdicts);
    for (const verdict of verdicts) {
      tally.rows += 1;
      tally[KEYS[verdict.outcome]] += 1;
      if (verdict.problem.startsWith('warning: ')) tally.warnings += 1;
      if (verdict.problem !== '') onProblem(verdict);
    }
    onProgress(tally, bytes);
    if (stopped?.aborted) break;
    server?.check();
  }
  return tally;
}

/** So many rows are started before their verdicts are written. A dry run takes what comes. */
const STEP = 500;

/** A step is as far in the list as its rows are: all of a batch has been read before the first of them. */
async function* inSteps(batches: AsyncIterable<RowBatch>, most: number): AsyncGenerator<RowBatch> {
  let before = 0;
  for await (const batch of batches) {
    const { rows, bytes, notes } = batch;
    if (rows.length <= most) yield batch;
    else {
      for (let at = 0; at < rows.length; at += most) {
        const share = Math.min(1, (at + most) / rows.length);
        const reached = Math.floor(before + (bytes - before) * share);
        yield { ...batch, bytes: reached, notes: at === 0 ? notes : [], rows: rows.slice(at, at + most) };
      }
    }
    before = bytes;
  }
}

const NOTHING: Readonly<Tally> = {
  rows: 0,
  ready: 0,
  started: 0,
  alreadyActive: 0,
  ended: 0,
  leaving: 0,
  startsAgain: 0,
  failed: 0,
  warnings: 0,
};

const KEYS = {
  ready: 'ready',
  started: 'started',
  'already-active': 'alreadyActive',
  ended: 'ended',
  leaving: 'leaving',
  'starts-again': 'startsAgain',
  failed: 'failed',
} as const satisfies Record<Verdict['outcome'], keyof Tally>;

/** Starts no more when too many starts in a row have failed: each of them may take long to fail. */
function watched(start: Start): { start: Start; check(): void } {
  let failures = 0;
  let last = '';
  return {
    start: async (vehicle) => {
      if (failures >= FAILURES_IN_A_ROW) throw new Error(`not tried any more: ${last}`);
      try {
        const outcome = await start(vehicle);
        failures = 0;
        return outcome;
      } catch (error) {
        failures += 1;
        last = (error as Error).message;
        throw error;
      }
    },
    check: () => {
      if (failures < FAILURES_IN_A_ROW) return;
      throw new VinError(
        'IMPORT_STOPPED',
        `${FAILURES_IN_A_ROW} starts in a row failed, the last one with: ${last}`,
        'Make sure that Temporal runs and is reached, then import the list again: nothing starts twice.',
      );
    },
  };
}
