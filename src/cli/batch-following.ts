import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { BATCH_BOUNDS, type BatchRow } from '../../workflows/contract/batch';
import type { Batches, BatchReport } from '../activations/batches';
import { stopRequested } from './ending';
import { answerOf, type GroupVerdict, printGroup, sayAfterGroup, standingOf } from './group-words';
import { ImportProgress } from './import-progress';
import { sayWhereNoWorker } from './no-worker';
import { EXIT, type GroupFormat, quoted, say } from './output';

/** Between two looks, in milliseconds: the first pause and the longest. */
const PAUSE = { first: 100, longest: 1_000 } as const;
/** Milliseconds without a first verdict after which the command ends: the batch is kept. */
const UNHEARD = 60_000;

/** How a batch is followed. */
export interface Following {
  readonly client: Client;
  readonly batches: Batches;
  readonly output: GroupFormat;
  /** Where vehicles stand in a list. */
  readonly lines?: ReadonlyMap<string, number>;
}

/** Follows a batch until each of its vehicles has a verdict, prints them, and sets the exit code. A signal leaves it running. */
export async function followBatch(begun: BatchReport, following: Following): Promise<void> {
  const id = quoted(begun.id);
  const left = new AbortController();
  void stopRequested().then((signal) => {
    process.exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    left.abort();
  });
  say(`note: batch ${begun.id}: vin batch ${id} shows it also later`);
  const report = await lastReport(begun, following, left.signal);
  if (isOpen(report)) {
    say(`The batch goes on. Look with vin batch ${id}, end it with vin batch stop ${id}`);
    process.exitCode ??= EXIT.pending;
    // A program that reads the answer finds one.
    if (following.output === 'json' || following.output === 'jsonl')
      printGroup(standingOf(report), following.output);
    return;
  }
  await printBatch(report, following);
  const { problems, queued, todo } = report.counts;
  process.exitCode ??= problems > 0 || todo > 0 ? EXIT.rowsFailed : queued > 0 ? EXIT.pending : EXIT.ok;
}

/** Looks until each vehicle has a verdict, nobody is there to work, nothing comes for long, or the signal says stop. */
async function lastReport(
  begun: BatchReport,
  { client, batches }: Following,
  signal: AbortSignal,
): Promise<BatchReport> {
  // One of few vehicles may be done by now.
  const first = isOpen(begun) ? await batches.report(begun.id).catch(() => begun) : begun;
  if (!isOpen(first) || (await sayWhereNoWorker(client))) return first;
  const progress = new ImportProgress(process.stderr, 0);
  const end = Date.now() + UNHEARD;
  let report = first;
  for (let pause: number = PAUSE.first; isOpen(report) && !signal.aborted; ) {
    const isUnheard = report.counts.todo === begun.counts.todo;
    if (isUnheard && Date.now() > end) break;
    await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 1.5, PAUSE.longest);
    report = await batches.report(begun.id);
    progress.show(report.counts.vehicles - report.counts.todo, 0);
  }
  progress.end();
  return report;
}

/** Whether vehicles wait for their first verdict. Those that are queued are asked again later, and not waited for. */
function isOpen({ status, counts }: BatchReport): boolean {
  return status === 'running' && counts.todo > 0;
}

/** Prints what came of each vehicle. @throws VinError `WORKER_MISSING`. */
export async function printBatch(report: BatchReport, { batches, output, lines }: Following): Promise<void> {
  const rows: BatchRow[] = [];
  while (rows.length < report.counts.vehicles) {
    const more = await batches.rows(report.id, rows.length, BATCH_BOUNDS.rows);
    if (more.length === 0) break;
    rows.push(...more);
  }
  const results = rows.map((row): GroupVerdict => ({ line: lines?.get(row.vin) ?? null, ...row }));
  const answer = answerOf(report.kind, results, report);
  printGroup(answer, output);
  sayAfterGroup(answer);
}
