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
export type Start = (vehicle: ListedVehicle) => Promise<Beginning | LeftBefore>;
/** It was not started, as it has left before; in words. */
export interface LeftBefore {
  /** `failed`: a part of it was started, and the rest was not. */
  readonly outcome: 'ended' | 'failed';
  readonly problem: string;
  readonly remedy: string;
}
type Outcome = 'ready' | Beginning['outcome'];

/** What comes of a start. */
export interface Beginning {
  /** `leaving`: it was not started. `starts-again`: it is leaving, and starts once it has left. */
  readonly outcome: 'started' | 'already-active' | 'ended' | 'leaving' | 'starts-again';
  /** What the activation that is there has otherwise than the row, as a sentence, and how to change it. */
  readonly differs?: { readonly problem: string; readonly remedy: string };
}

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
    if ('problem' in came) return { line: row.line, vin: row.vehicle.vin, ...came, vehicle: row.vehicle };
    return startedAs(came.outcome, row, came.differs);
  } catch (error) {
    const problem = `Temporal did not start it: ${(error as Error).message}`;
    const { line, vehicle } = row;
    return { line, vin: vehicle.vin, outcome: 'failed', problem, remedy: ONCE_MORE, vehicle };
  }
}

function startedAs(
  outcome: Outcome,
  { line, vehicle, warnings }: GoodRow,
  differs?: Beginning['differs'],
): Verdict {
  const { vin } = vehicle;
  if (outcome === 'ended') return { line, vin, outcome, ...ENDED, vehicle };
  if (outcome === 'leaving') return { line, vin, outcome, ...LEAVING, vehicle };
  if (warnings.length === 0 && !differs) return { line, vin, outcome, problem: '', remedy: '', vehicle };
  const said = differs ? [...warnings, differs.problem] : warnings;
  const problem = said.map((warning) => `warning: ${warning}`).join('; ');
  return { line, vin, outcome, problem, remedy: differs?.remedy ?? '', vehicle };
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

/** What to do where Temporal has failed. */
export const ONCE_MORE = 'Import the list again; nothing starts twice.';

const LEAVING = {
  problem: 'it is leaving, and was not started',
  remedy:
    'Leave it, or start it once it has left with: vin import --again. vin stay takes the leaving back, as long as the provider was not asked to end the access.',
} as const;

const ENDED = {
  problem: 'its activation has ended before',
  remedy: 'Leave it, or start it once more with: vin activate (or the whole list with: vin import --again).',
} as const;
