import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { readConfig } from '../config';
import { joinCells } from '../fleet-list/cells';
import { checkEligibility, type EligibilityRow } from '../fleet-list/check-eligibility';
import { readBatches } from '../fleet-list/fleet-list';
import { createHighMobility } from '../providers/high-mobility/client';
import { Pace } from '../providers/pace';
import { ImportProgress } from './import-progress';
import { numberThatIs } from './number-option';
import { EXIT, printAnswer, say } from './output';
import { readSurroundings } from './session';

interface Options {
  readonly rate: number;
  readonly output: 'table' | 'json' | 'csv';
}

/** Questions under way at the same time: enough for the rate when an answer takes ten seconds. */
const CONCURRENCY = 10;

const readRate = numberThatIs('a number greater than 0, at most 60000', (rate) => rate > 0 && rate <= 60_000);

export function eligibilityCommand(): Command {
  return new Command('eligibility')
    .description("Ask the carmakers which vehicles of a fleet's list (CSV) can give data. Starts nothing.")
    .argument('<file>', 'a CSV file as for vin import')
    .option('--rate <number>', 'questions a minute, evenly spread', readRate, 60)
    .addOption(
      new Option('-o, --output <format>', 'how to print the answer; csv comes row by row')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .addHelpText(
      'after',
      `
Verdicts: eligible, ineligible, unknown-vin, brand-not-enabled (have the provider activate the brand), not-known (no
answer), not-asked (the provider cannot be asked for this brand), failed (the row cannot be used). "eligible" promises
nothing. Exit code ${EXIT.rowsFailed} says that rows failed or are not known. A question takes a second: use csv for long lists.
Needs HIGH_MOBILITY_BASE_URL, HIGH_MOBILITY_CLIENT_ID and HIGH_MOBILITY_CLIENT_SECRET.

Examples:
  vin eligibility fleet.csv
  vin eligibility fleet.csv -o csv > eligibility.csv`,
    )
    .action(run);
}

async function run(file: string, { rate, output }: Options): Promise<void> {
  const surroundings = readSurroundings();
  const config = readConfig(process.env, [
    'HIGH_MOBILITY_BASE_URL',
    'HIGH_MOBILITY_CLIENT_ID',
    'HIGH_MOBILITY_CLIENT_SECRET',
  ]);
  const provider = createHighMobility({
    baseUrl: config.HIGH_MOBILITY_BASE_URL,
    clientId: config.HIGH_MOBILITY_CLIENT_ID,
    clientSecret: config.HIGH_MOBILITY_CLIENT_SECRET,
  });
  const progress = new ImportProgress(process.stderr, 0);
  const quiet = output === 'csv' && process.stdout.isTTY;
  const rows: EligibilityRow[] = [];
  const counts: Record<string, number> = {};
  let done = 0;
  if (output === 'csv') process.stdout.write(joinCells(CSV_COLUMNS, ','));
  try {
    await checkEligibility({
      batches: readBatches(file, surroundings),
      catalogue: surroundings.catalogue,
      ask: ({ vin, brand }) => provider.eligibility({ vin, brand }),
      pace: new Pace(rate),
      concurrency: CONCURRENCY,
      onNote: (note) => {
        progress.end();
        say(`note: ${note}`);
      },
      onRow: (row) => {
        done += 1;
        counts[row.verdict] = (counts[row.verdict] ?? 0) + 1;
        if (output === 'csv') process.stdout.write(asCsv(row));
        else rows.push(row);
        if (!quiet) progress.show(done, 0);
      },
    });
  } finally {
    progress.end();
    await provider.close();
  }
  rows.sort((a, b) => a.line - b.line);
  if (output !== 'csv')
    printAnswer(output, { rows: done, counts, vehicles: rows }, () => asTable(rows, counts));
  if (counts['failed'] || counts['not-known']) process.exitCode = EXIT.rowsFailed;
}

const CSV_COLUMNS = [
  'line',
  'vin',
  'brand',
  'verdict',
  'data_delivery',
  'connectivity_status',
  'primary_user_assigned',
  'problem',
  'remedy',
];

function asCsv(row: EligibilityRow): string {
  const { line, vin, brand, verdict, dataDelivery, connectivity, primaryUserAssigned, problem, remedy } = row;
  const user = primaryUserAssigned === null ? '' : String(primaryUserAssigned);
  const values = [
    line,
    vin,
    brand,
    verdict,
    dataDelivery.join(' '),
    connectivity ?? '',
    user,
    problem,
    remedy,
  ];
  return joinCells(values, ',');
}

function asTable(rows: readonly EligibilityRow[], counts: Readonly<Record<string, number>>): string {
  const table = new Table({
    head: ['Line', 'VIN', 'Brand', 'Verdict', 'Data', 'Connectivity', 'Problem'],
    style: { head: [], border: [] },
  });
  for (const { line, vin, brand, verdict, dataDelivery, connectivity, problem } of rows) {
    table.push([line, vin, brand, verdict, dataDelivery.join(' '), connectivity ?? '', problem]);
  }
  const tally = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
  return `${table.toString()}\n${tally.join(', ') || 'no rows'}`;
}
