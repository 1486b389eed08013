import Table from 'cli-table3';
import colours from 'picocolors';
import { visible } from '../../base/visible';
import { formatDuration } from '../../domain/duration';
import { isAsExpected, type Trial, vinOf } from './trial';

const DAY = 86_400_000;

export interface Scene {
  readonly trials: readonly Trial[];
  /** Simulated milliseconds since the list was imported, and until the last row should have ended. */
  readonly elapsed: number;
  readonly expected: number;
  readonly ui: string | null;
}

/** The table and the progress bar, as the terminal shows them. */
export function draw({ trials, elapsed, expected, ui }: Scene, columns = 120): string {
  const done = trials.filter(isAsExpected).length;
  const share = Math.min(1, elapsed / Math.max(1, expected));
  const width = 30;
  const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░');
  const day = Math.floor(elapsed / DAY);
  return [
    tableOf(trials, columns),
    `${bar} day ${day} of ${Math.ceil(expected / DAY)} · ${done} of ${trials.length} rows where they should end`,
    ...(ui ? [colours.dim(`Temporal UI: ${ui}`)] : []),
  ].join('\n');
}

function tableOf(trials: readonly Trial[], columns: number): string {
  const room = Math.max(20, columns - 82);
  const table = new Table({
    head: ['', 'VIN', 'Brand', 'Status', 'Whose turn', 'What is known'],
    colWidths: [3, 19, 15, 12, 18, room],
    style: { head: [], border: ['gray'], compact: true },
  });
  for (const trial of trials) {
    const { row, report } = trial;
    const mark = isAsExpected(trial) ? colours.green('✓') : colours.yellow('·');
    const brand = row.ok ? row.vehicle.brand : '';
    const status = row.ok ? (report?.status ?? 'starting') : 'refused';
    table.push([
      mark,
      visible(vinOf(trial)),
      visible(brand),
      colourOf(status),
      turnOf(trial),
      visible(newsOf(trial)),
    ]);
  }
  return table.toString();
}

function turnOf({ row, report }: Trial): string {
  if (!row.ok) return 'fleet-manager';
  return report?.owner ?? '';
}

function newsOf({ row, report }: Trial): string {
  if (!row.ok) return `line ${row.line}: ${row.problem}`;
  if (!report) return '';
  if (report.trouble) return report.trouble.message;
  if (report.step === 'withdrawing') return `leaving: ${report.waitingFor ?? 'in a moment'}`;
  if (report.reason) return report.reason;
  if (report.waitingFor) return `waits for ${report.waitingFor}`;
  const last = report.history.at(-1);
  if (report.status === 'pending' || !last) return '';
  return last.note ?? `told by ${last.source}`;
}

function colourOf(status: string): string {
  if (status === 'approved') return colours.green(status);
  if (status === 'rejected' || status === 'refused' || status === 'error') return colours.red(status);
  return status === 'pending' ? colours.yellow(status) : status;
}

/** The summary at the end: what should have become of each row, and what has. */
export function summarise(trials: readonly Trial[], elapsed: number): string {
  const wrong = trials.filter((trial) => !isAsExpected(trial));
  const counts = new Map<string, number>();
  for (const { row, report } of trials) {
    const status = row.ok ? (report?.status ?? 'absent') : 'refused';
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const tally = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  const verdict =
    wrong.length === 0
      ? colours.green(`Every one of the ${trials.length} rows ended where its row says it should.`)
      : colours.red(`${wrong.length} of ${trials.length} rows did not end where they should:`);
  const lines = wrong.map((trial) => {
    const { row, report } = trial;
    const found = row.ok ? `${report?.status ?? 'absent'} (${report?.step ?? 'not started'})` : row.problem;
    return visible(`  line ${row.line} ${vinOf(trial)}: should be ${row.expect ?? 'settled'}, is ${found}`);
  });
  return [`After ${formatDuration(elapsed)}: ${tally}.`, verdict, ...lines].join('\n');
}

/** Draws over what was drawn before where there is a terminal; else prints a line for each change. */
export class Screen {
  private height = 0;
  private readonly told = new Map<Trial, string>();

  constructor(private readonly out: NodeJS.WriteStream) {}

  show(scene: Scene): void {
    if (this.out.isTTY) this.redraw(scene);
    else this.tell(scene);
  }

  private redraw(scene: Scene): void {
    const text = draw(scene, this.out.columns);
    const back = this.height > 0 ? `\u001b[${this.height}A\u001b[0J` : '';
    this.out.write(`${back}${text}\n`);
    this.height = text.split('\n').length;
  }

  private tell({ trials, elapsed }: Scene): void {
    for (const trial of trials) {
      const { report, row } = trial;
      const status = row.ok ? (report?.status ?? 'starting') : 'refused';
      const news = `${status} ${report?.reason} ${report?.step}`;
      if (this.told.get(trial) === news) continue;
      this.told.set(trial, news);
      const line = visible(`${vinOf(trial).padEnd(18)} ${status.padEnd(10)} ${newsOf(trial)}`).trimEnd();
      this.out.write(`day ${String(Math.floor(elapsed / DAY)).padStart(2)}  ${line}\n`);
    }
  }
}
