import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import Table from 'cli-table3';
import type { Measured } from './bench';
import { type Case, type Figure, isMissed, type Line } from './figure';
import { rounded } from './pairs';

const ROOT = resolve(__dirname, '..');
const PAGE = resolve(ROOT, 'docs/benchmarks.md');
/** What was measured last of each case: the page is made from it, and the next run is compared with it. */
const KEPT = resolve(ROOT, 'docs/benchmarks.json');

/** One case as it was measured last. */
interface Kept {
  readonly name: string;
  readonly date: string;
  readonly commit: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** What got worse since the run before, in words. */
  readonly worse: readonly string[];
}

/** What all cases may take, one after the other, in seconds. */
const FULL_RUN = 20 * 60;
const WHY_LONG =
  'the lines name some 28,000 activations that are really started, and twice ten days of 10,000 vehicles on a virtual clock. The cores ' +
  'are busy all the time; fewer vehicles would be other figures.';

/** Whether all cases together took longer than a full run may. */
export function isTooLong(cases: readonly { readonly seconds: number }[]): boolean {
  return secondsOf(cases) > FULL_RUN;
}

function secondsOf(cases: readonly { readonly seconds: number }[]): number {
  return cases.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Below this part of a change is noise. */
const NOISE = 0.1;

export function tableOf(measured: readonly Measured[]): string {
  const table = new Table({
    head: ['figure', 'ours', 'baseline', 'value', 'line', ''],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [46, 24, 24, 20, 10, 6],
  });
  for (const { figures } of measured) for (const figure of figures) table.push(cellsOf(figure));
  return table.toString();
}

/** Writes docs/benchmarks.md: the cases that were measured now, and the others as they were measured last. */
export function writeReport(measured: readonly Measured[], cases: readonly Case[]): void {
  const earlier: readonly Kept[] = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : [];
  const kept = cases.flatMap(({ name }) => {
    const before = earlier.find((one) => one.name === name);
    const now = measured.find(({ of }) => of.name === name);
    return now ? [keptOf(now, before)] : (before ?? []);
  });
  writeFileSync(KEPT, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(PAGE, pageOf(kept, cases));
}

function keptOf({ of, figures, seconds }: Measured, before: Kept | undefined): Kept {
  const worse = figures.flatMap((figure) => {
    const was = before?.figures.find(({ id }) => id === figure.id)?.value;
    return was !== undefined && isWorse(figure, was)
      ? [`${figure.what}: ${rounded(figure.value)}, was ${rounded(was)}`]
      : [];
  });
  const date = new Date().toISOString().slice(0, 10);
  return { name: of.name, date, commit: commit(), seconds: Math.round(seconds), figures, worse };
}

function pageOf(kept: readonly Kept[], cases: readonly Case[]): string {
  const tooLong = isTooLong(kept);
  const missed = [
    ...kept.flatMap(({ figures }) => figures.filter(isMissed)).map(({ what }) => what),
    ...(tooLong ? ['minutes of a full run'] : []),
  ];
  const minutes = `All cases one after the other take ${rounded(secondsOf(kept) / 60)} minutes (line: at most ${FULL_RUN / 60}).`;
  const worse = kept.flatMap((one) => one.worse);
  return `# Benchmarks

Written by \`npm run bench\`. Every figure is a count, or a ratio to its own baseline, measured in turn with it in the same run on the
same server: what one machine does in a second says little about another. The smallest and largest value of the
pairs stand in brackets. Figures without a line are for information.

${facts()
  .map(([name, value]) => `- ${name}: ${value}`)
  .join('\n')}

${missed.length === 0 ? 'Every figure reaches its line.' : `MISS:\n\n${missed.map((what) => `- ${what}`).join('\n')}`}

${tooLong ? `${minutes} MISS: ${WHY_LONG}` : minutes}

${worse.length === 0 ? 'Nothing got worse by more than a tenth since it was measured before.' : `Worse than when it was measured before:\n\n${worse.map((words) => `- ${words}`).join('\n')}`}

${cases
  .flatMap((of) => kept.filter(({ name }) => name === of.name).map((one) => sectionOf(of, one)))
  .join('\n\n')}
`;
}

function sectionOf(of: Case, { figures, seconds, date, commit }: Kept): string {
  const rows = figures.map((figure) => `| ${cellsOf(figure).join(' | ')} |`);
  return [
    `## ${of.title}`,
    '',
    of.how,
    '',
    '| figure | ours | baseline | value | line | |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    ...figures.flatMap((figure) =>
      isMissed(figure) && figure.why ? [`MISS, ${figure.what}: ${figure.why}`, ''] : [],
    ),
    `\`npm run bench -- --only ${of.name}\`: ${date}, commit ${commit}, ${seconds} s.`,
  ].join('\n');
}

function cellsOf(figure: Figure): string[] {
  const { what, ours, baseline, value, spread, line } = figure;
  const range = spread ? ` (${spread.map(rounded).join(' to ')})` : '';
  const verdict = line ? (isMissed(figure) ? 'MISS' : 'OK') : '';
  return [what, ours, baseline, `${rounded(value)}${range}`, wordsOf(line), verdict];
}

function wordsOf(line: Line | null): string {
  if (!line) return '';
  return 'atLeast' in line ? `>= ${rounded(line.atLeast)}` : `<= ${rounded(line.atMost)}`;
}

function isWorse({ value, better }: Figure, was: number): boolean {
  return better === 'more' ? value < was * (1 - NOISE) : value > was * (1 + NOISE);
}

/** What the figures depend on. Never the name of the machine. */
function facts(): [string, string][] {
  const [cpu] = cpus();
  const { dependencies } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return [
    ['Processor', `${cpu?.model ?? 'unknown'}, ${cpus().length} cores`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['Node', process.version],
    ['Temporal SDK', dependencies['@temporalio/worker'] ?? 'unknown'],
    [
      'Temporal server',
      'the development server that `vin server` starts, in memory where nothing else is said',
    ],
  ];
}

/** What was measured: the last commit, and whether there were changes since. */
function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'workflows', 'activities', 'bench') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${changed ? ', with changes' : ''}`;
}
