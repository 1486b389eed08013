import { plainVin } from '../domain/vin';
import type { BadRow, GoodRow, ListedVehicle, Row } from './fleet-list';
import { inParallel } from './in-parallel';

/** What became of one row. `problem` and `remedy` are empty where there is nothing to say. */
export interface Verdict {
  readonly line: number;
  /** What the row has in its column `vin`. */
  readonly vin: string;
  /** `ready`: it would be started. `ended`: it has been started before, and that activation has ended. */
  readonly outcome: 'ready' | 'started' | 'already-active' | 'ended' | 'failed';
  readonly problem: string;
  readonly remedy: string;
}

/** Starts a vehicle's activation; starting it twice must be harmless. */
export type Start = (vehicle: ListedVehicle) => Promise<Outcome>;
type Outcome = 'ready' | 'started' | 'already-active' | 'ended';

/**
 * Takes each row to its verdict, so many at the same time. The verdicts have the order of the rows.
 *
 * @param start null in a dry run: then each good row is ready, at once.
 */
export async function importRows(
  rows: readonly Row[],
  start: Start | null,
  concurrency = 32,
): Promise<Verdict[]> {
  if (start === null) return rows.map((row) => (row.ok ? startedAs('ready', row) : refused(row)));
  return inParallel(rows, concurrency, async (row) => (row.ok ? importRow(row, start) : refused(row)));
}

async function importRow(row: GoodRow, start: Start): Promise<Verdict> {
  try {
    return startedAs(await start(row.vehicle), row);
  } catch (error) {
    const problem = `Temporal did not start it: ${(error as Error).message}`;
    const remedy = 'Import the list again; nothing starts twice.';
    return { line: row.line, vin: row.vehicle.vin, outcome: 'failed', problem, remedy };
  }
}

function startedAs(outcome: Outcome, { line, vehicle: { vin }, warnings }: GoodRow): Verdict {
  if (outcome === 'ended') return { line, vin, outcome, ...ENDED };
  const problem = warnings.map((warning) => `warning: ${warning}`).join('; ');
  return { line, vin, outcome, problem, remedy: '' };
}

function refused(row: BadRow): Verdict {
  const { line, vin, remedy } = row;
  return { line, vin, outcome: 'failed', problem: problemOf(row), remedy };
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
