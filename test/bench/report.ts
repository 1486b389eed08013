import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import Table from 'cli-table3';
import type { Measured } from './bench';
import { type Figure, isMissed, type Line } from './figure';
import { rounded } from './pairs';

const ROOT = resolve(__dirname, '../..');
const PAGE = resolve(ROOT, 'docs/benchmarks.md');
/** The values of the last full run, for the next one to be compared with. */
const VALUES = resolve(ROOT, 'docs/benchmarks.json');

type Earlier = Readonly<Record<string, number>>;

/** Below this part of a change is noise. */
const NOISE = 0.1;

export function readEarlier(): Earlier {
  return existsSync(VALUES) ? (JSON.parse(readFileSync(VALUES, 'utf8')) as Earlier) : {};
}

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

/** Writes docs/benchmarks.md and its values. */
export function writeReport(measured: readonly Measured[], earlier: Earlier): void {
  const figures = measured.flatMap((one) => one.figures);
  writeFileSync(PAGE, pageOf(measured, earlier));
  const values = Object.fromEntries(figures.map(({ id, value }) => [id, Number(value.toPrecision(4))]));
  writeFileSync(VALUES, `${JSON.stringify(values, null, 2)}\n`);
}

function pageOf(measured: readonly Measured[], earlier: Earlier): string {
  const figures = measured.flatMap((one) => one.figures);
  const missed = figures.filter(isMissed);
  const worse = figures.filter((figure) => isWorse(figure, earlier[figure.id]));
  return `# Benchmarks

Written by \`npm run bench\`. Every figure is a count, or a ratio to its own baseline, measured in turn with it in the same run on the
same server: what one machine does in a second says little about another. The smallest and largest value of the
pairs stand in brackets. Figures without a line are for information.

${facts()
  .map(([name, value]) => `- ${name}: ${value}`)
  .join('\n')}

${missed.length === 0 ? 'Every figure reaches its line.' : `MISS: ${missed.map(({ what }) => what).join('; ')}.`}

${worse.length === 0 ? 'Nothing got worse since the last full run by more than a tenth.' : `Worse than in the last full run:\n\n${worse.map((figure) => `- ${figure.what}: ${rounded(figure.value)}, was ${rounded(earlier[figure.id] as number)}`).join('\n')}`}

${measured.map(sectionOf).join('\n\n')}
`;
}

function sectionOf({ of, figures, seconds }: Measured): string {
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
    `\`npm run bench -- --only ${of.name}\`, ${Math.round(seconds)} s.`,
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

function isWorse({ value, better }: Figure, was: number | undefined): boolean {
  if (was === undefined) return false;
  return better === 'more' ? value < was * (1 - NOISE) : value > was * (1 + NOISE);
}

/** What the figures depend on. Never the name of the machine. */
function facts(): [string, string][] {
  const [cpu] = cpus();
  const { dependencies } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'workflows', 'activities', 'test/bench') !== '';
  return [
    ['Date', new Date().toISOString().slice(0, 10)],
    ['Commit', `${git('rev-parse', '--short', 'HEAD')}${changed ? ', with changes' : ''}`],
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
