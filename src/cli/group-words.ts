import { sentences } from '../base/sentences';
import { joinCells } from '../fleet-list/cells';
import type { GroupTally, GroupVerdict } from './group-sending';
import { type GroupFormat, printAnswer, quoted, say } from './output';
import { tableOf } from './table';

/** What a command says of a group. */
export interface GroupAnswer extends GroupTally {
  readonly message: string;
  readonly dryRun: boolean;
  /** The id of the messages: sent again with it they are the same. Null in a dry run. */
  readonly id: string | null;
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
  const { results, ...others } = answer;
  const told = { ...others, results: results.map(({ isFailure: _is, ...row }) => row) };
  printAnswer(format, told, () => asTable(answer));
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

function summaryOf({ message, dryRun, counts, rows }: GroupAnswer): string {
  const parts = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome.replaceAll('-', ' ')}`);
  const what = `${message}${dryRun ? ' (dry run, nothing was sent)' : ''}`;
  return `${what}: ${rows === 0 ? 'no vehicles' : parts.join(', ')}`;
}

/** Says on stderr how to learn what became of those that are not done. */
export function sayAfterGroup({ message, dryRun, id, counts }: GroupAnswer): void {
  const open = (counts.queued ?? 0) + (counts['not-known'] ?? 0) + (counts['not-begun'] ?? 0);
  if (dryRun || open === 0) return;
  const worker = counts.queued ? ' A worker is started with vin worker.' : '';
  say(
    `next: send vin ${message} to the same vehicles again, with --id ${quoted(id ?? '')}: who has it already has it once.${worker}`,
  );
}
