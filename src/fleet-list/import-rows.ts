import { plainVin } from '../domain/vin';
import { withConcurrency } from './concurrency';
import type { BadRow, GoodRow, ListedVehicle, ListRow } from './fleet-list';

/** What became of one row. `problem` and `remedy` are empty where there is nothing to say. */
export interface Verdict {
  readonly line: number;
  /** What the row has in its column `vin`. */
  readonly vin: string;
  /** `ready`: it would be started. `ended`: it has been started before, and that activation has ended. */
  readonly outcome: Outcome | 'failed';
  readonly problem: string;
  readonly remedy: string;
  /** The vehicle of the row; where the row could not be used, what it has in each column. */
  readonly vehicle?: ListedVehicle;
  readonly written?: Readonly<Record<string, string>>;
}

/** Starts a vehicle's activation; starting it twice must be harmless. */
export type Start = (vehicle: ListedVehicle) => Promise<Outcome | LeftBefore>;
/** It was not started, as it has left before; in words. */
export interface LeftBefore {
  readonly outcome: 'ended';
  readonly problem: string;
  readonly remedy: string;
}
type Outcome = 'ready' | 'started' | 'already-active' | 'ended';

/**
 * Takes each row to its verdict, so many at the same time. The verdicts have the order of the rows.
 *
 * @param start null in a dry run: then each good row is ready, at once.
 * @param stopped when it aborts no further row is begun, and those have no verdict.
 */
export async function importRows(
  rows: readonly ListRow[],
  start: Start | null,
  concurrency = 32,
  stopped?: AbortSignal,
): Promise<Verdict[]> {
  if (start === null) return rows.map((row) => (row.ok ? startedAs('ready', row) : refused(row)));
  const work = async (row: ListRow) => (row.ok ? importRow(row, start) : refused(row));
  const verdicts = await withConcurrency(rows, concurrency, work, stopped);
  return stopped?.aborted ? verdicts.filter((verdict) => verdict !== undefined) : verdicts;
}

async function importRow(row: GoodRow, start: Start): Promise<Verdict> {
  try {
    const came = await start(row.vehicle);
    if (typeof came === 'string') return startedAs(came, row);
    return { line: row.line, vin: row.vehicle.vin, ...came, vehicle: row.vehicle };
  } catch (error) {
    const problem = `Temporal did not start it: ${(error as Error).message}`;
    const remedy = 'Import the list again; nothing starts twice.';
    const { line, vehicle } = row;
    return { line, vin: vehicle.vin, outcome: 'failed', problem, remedy, vehicle };
  }
}

function startedAs(outcome: Outcome, { line, vehicle, warnings }: GoodRow): Verdict {
  const { vin } = vehicle;
  if (outcome === 'ended') return { line, vin, outcome, ...ENDED, vehicle };
  const problem = warnings.map((warning) => `warning: ${warning}`).join('; ');
  return { line, vin, outcome, problem, remedy: '', vehicle };
}

function refused(row: BadRow): Verdict {
  const { line, vin, remedy, written } = row;
  return { line, vin, outcome: 'failed', problem: problemOf(row), remedy, ...(written && { written }) };
}

/** What is wrong with a row, with the value that is: `"bnw" is not a brand that the catalogue knows`. */
export function problemOf({ value, vin, problem }: BadRow): string {
  if (value === '' || value === vin || plainVin(value) === plainVin(vin.replace(/\s+/g, ''))) return problem;
  return `"${value}"${/^(?:is|has|stands) /.test(problem) ? '' : ':'} ${problem}`;
}

const ENDED = {
  problem: 'its activation has ended before',
  remedy: 'Leave it, or start it once more with: vin activate (or the whole list with: vin import --again).',
} as const;
