import type { ListedVehicle, Row } from './fleet-list';
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
export type Start = (vehicle: ListedVehicle) => Promise<'ready' | 'started' | 'already-active' | 'ended'>;

/** Takes each row to its verdict, so many at the same time. The verdicts have the order of the rows. */
export function importRows(rows: readonly Row[], start: Start, concurrency = 32): Promise<Verdict[]> {
  return inParallel(rows, concurrency, (row) => importRow(row, start));
}

async function importRow(row: Row, start: Start): Promise<Verdict> {
  const { line } = row;
  if (!row.ok) {
    const problem = row.value === row.vin ? row.problem : `"${row.value}": ${row.problem}`;
    return { line, vin: row.vin, outcome: 'failed', problem, remedy: row.remedy };
  }
  const { vin } = row.vehicle;
  try {
    const outcome = await start(row.vehicle);
    if (outcome === 'ended') return { line, vin, outcome, ...ENDED };
    const problem = row.warnings.map((warning) => `warning: ${warning}`).join('; ');
    return { line, vin, outcome, problem, remedy: '' };
  } catch (error) {
    const problem = `Temporal did not start it: ${(error as Error).message}`;
    return { line, vin, outcome: 'failed', problem, remedy: 'Import the list again; nothing starts twice.' };
  }
}

const ENDED = {
  problem: 'its activation has ended before',
  remedy: 'Leave it, or start it once more with: vin activate (or the whole list with: vin import --again).',
} as const;
