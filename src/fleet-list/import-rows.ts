import type { Activations } from '../temporal/activations';
import type { Row } from './fleet-list';

/** Starts under way at the same time. */
const CONCURRENCY = 16;

/** What became of one row. */
export type Verdict =
  | {
      readonly line: number;
      readonly vin: string;
      readonly outcome: 'started' | 'already-active';
      warnings: readonly string[];
    }
  | {
      readonly line: number;
      readonly value: string;
      readonly outcome: 'failed';
      readonly problem: string;
      readonly remedy: string;
    };

export interface ImportAnswer {
  readonly started: number;
  readonly alreadyActive: number;
  readonly failed: number;
  readonly rows: readonly Verdict[];
}

/** Starts an activation for each good row, a few at a time. */
export async function importRows(rows: AsyncIterable<Row>, activations: Activations): Promise<ImportAnswer> {
  const verdicts: Verdict[] = [];
  const iterator = rows[Symbol.asyncIterator]();
  const work = async (): Promise<void> => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      verdicts.push(await importRow(next.value, activations));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  verdicts.sort((a, b) => a.line - b.line);
  const count = (outcome: Verdict['outcome']): number =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return {
    started: count('started'),
    alreadyActive: count('already-active'),
    failed: count('failed'),
    rows: verdicts,
  };
}

async function importRow(row: Row, activations: Activations): Promise<Verdict> {
  const { line } = row;
  if (!row.ok) return { line, value: row.value, outcome: 'failed', problem: row.problem, remedy: row.remedy };
  const { vin } = row.vehicle;
  try {
    return { line, vin, outcome: await activations.start(row.vehicle), warnings: row.warnings };
  } catch (error) {
    const problem = `Temporal did not start it: ${(error as Error).message}`;
    return {
      line,
      value: vin,
      outcome: 'failed',
      problem,
      remedy: 'Import the list again; nothing starts twice.',
    };
  }
}
