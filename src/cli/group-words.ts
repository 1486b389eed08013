import { BATCH_OUTCOMES, type BatchRow } from '../../workflows/contract/batch';
import type { BatchMember, BatchReport } from '../activations/batches';
import type { Foreseen } from '../activations/foresee';
import type { ActivationRow } from '../activations/reports';
import type { VinError } from '../base/errors';
import { sentences } from '../base/sentences';
import { joinCells } from '../fleet-list/cells';
import { type GroupFormat, printAnswer, quoted, say } from './output';
import { tableOf } from './table';

/** One vehicle of a group. */
export interface GroupMember extends BatchMember {
  /** Where it stands in a list. */
  readonly line?: number;
  /** Its row, where a search has found it. */
  readonly row?: ActivationRow;
  /** What its own provider says against its form, where another takes it. */
  readonly refusal?: VinError;
}

/** What can come of a message to one vehicle of a group; `would-be-…` only in a dry run. */
export type GroupOutcome = BatchRow['outcome'] | Foreseen['outcome'];
const OUTCOMES: readonly GroupOutcome[] = ['would-be-taken', 'would-be-refused', ...BATCH_OUTCOMES, 'todo'];

export type GroupVerdict = Omit<BatchRow, 'outcome'> & {
  readonly line: number | null;
  readonly outcome: GroupOutcome;
};

/** What a command says of a group. */
export interface GroupAnswer {
  readonly message: string;
  readonly dryRun: boolean;
  /** The id of the batch; null in a dry run. */
  readonly id: string | null;
  /** How the batch stands; null in a dry run. */
  readonly status: BatchReport['status'] | null;
  readonly rows: number;
  /** So many of each outcome that there is. */
  readonly counts: Readonly<Partial<Record<GroupOutcome, number>>>;
  /** Those that somebody has to look at, whatever their outcome. */
  readonly failed: number;
  readonly results: readonly GroupVerdict[];
}

/** @param batch how the batch stands; null in a dry run. */
export function answerOf(
  message: string,
  results: readonly GroupVerdict[],
  batch: { readonly id: string | null; readonly status: BatchReport['status'] } | null,
): GroupAnswer {
  const counts: Partial<Record<GroupOutcome, number>> = {};
  for (const outcome of OUTCOMES) {
    const count = results.filter((verdict) => verdict.outcome === outcome).length;
    if (count > 0) counts[outcome] = count;
  }
  const failed = results.filter(({ problem }) => problem !== null).length;
  const { id = null, status = null } = batch ?? {};
  return { message, dryRun: batch === null, id, status, rows: results.length, counts, failed, results };
}

/** How a batch stands whose vehicles are not told one by one: by what the server keeps. */
export function standingOf({ id, kind, status, counts }: BatchReport): GroupAnswer {
  const { vehicles, problems, ...each } = counts;
  const some = Object.fromEntries(Object.entries(each).filter(([, count]) => count > 0));
  return {
    message: kind,
    dryRun: false,
    id,
    status,
    rows: vehicles,
    counts: some,
    failed: problems,
    results: [],
  };
}

const COLUMNS = ['vin', 'outcome', 'status', 'next', 'problem', 'remedy', 'code'] as const;

export function printGroup(answer: GroupAnswer, format: GroupFormat): void {
  if (format === 'csv') {
    const rows = answer.results.map((row) =>
      joinCells(
        COLUMNS.map((name) => row[name] ?? ''),
        ',',
      ),
    );
    process.stdout.write([joinCells(COLUMNS, ','), ...rows].join(''));
    say(summaryOf(answer));
    return;
  }
  printAnswer(format, answer, asTable);
}

function asTable(answer: GroupAnswer): string {
  const summary = summaryOf(answer);
  if (answer.results.length === 0) return summary;
  const rows = answer.results.map((row) => [row.vin, row.outcome, row.status ?? '', inWords(row)]);
  return `${tableOf(['VIN', 'Outcome', 'Status', 'What happens'], rows)}\n${summary}`;
}

function inWords({ next, problem, remedy }: GroupVerdict): string {
  return next ?? sentences(problem ?? '', remedy ?? '');
}

function summaryOf({ message, dryRun, counts, rows, status }: GroupAnswer): string {
  const parts = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome.replaceAll('-', ' ')}`);
  const how = dryRun ? ' (dry run, nothing was sent)' : status === 'done' ? '' : ` (${status})`;
  return `${message}${how}: ${rows === 0 ? 'no vehicles' : parts.join(', ')}`;
}

/** Says on stderr how to learn what becomes of those that are not done. */
export function sayAfterGroup({ dryRun, id, status, counts }: GroupAnswer): void {
  if (dryRun || id === null) return;
  if (status === 'running') {
    say(`next: the batch goes on. Look with vin batch ${quoted(id)}`);
  } else if (counts.todo || counts.queued || counts['not-known']) {
    say(
      'next: send the message to the same vehicles again, with another --id: who has taken it already only takes it once more. A worker is started with vin worker.',
    );
  }
}
