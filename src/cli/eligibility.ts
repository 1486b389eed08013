import { LocalRateLimiter } from '../calls/local-rate-limiter';
import { readCredentials } from '../config/applications';
import { joinCells } from '../fleet-list/cells';
import { checkEligibility, type EligibilityRow } from '../fleet-list/check-eligibility';
import { readBatches } from '../fleet-list/fleet-list';
import { requireReadable } from '../fleet-list/list-file';
import { nobodyReads } from './ending';
import { applications } from './handed-in';
import { ImportProgress } from './import-progress';
import { EXIT, type Format, printAnswer, say } from './output';
import { ownApplication, readSurroundings } from './session';
import { tableOf } from './table';

export interface EligibilityCommandOptions {
  readonly rate: number;
  readonly output: Format | 'csv';
}

/** How long the provider may take to let us in, in milliseconds. */
const CONTACT = 7_000;

/** Questions under way at the same time: enough for the rate when an answer takes ten seconds. */
const CONCURRENCY = 10;

export async function runEligibility(
  file: string,
  { rate, output }: EligibilityCommandOptions,
): Promise<void> {
  await requireReadable(file);
  const surroundings = readSurroundings();
  const app = ownApplication();
  const profile = applications().profileOf(app);
  const provider = profile.connect(readCredentials({ app, profile }, process.env));
  const progress = new ImportProgress(process.stderr, 0);
  const quiet = output === 'csv' && process.stdout.isTTY;
  const rows: EligibilityRow[] = [];
  const counts: Record<string, number> = {};
  let done = 0;
  try {
    await provider.contact(CONTACT);
    if (output === 'csv') process.stdout.write(joinCells(CSV_COLUMNS, ','));
    await checkEligibility({
      batches: whileRead(readBatches(file, surroundings)),
      catalogue: surroundings.catalogue,
      ask: ({ vin, brand }) => provider.eligibility({ vin, brand }),
      limiter: new LocalRateLimiter(rate),
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

/** Each question costs the provider a second: nobody asks on where nobody reads the answers. */
async function* whileRead<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const batch of batches) {
    if (nobodyReads()) return;
    yield batch;
  }
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
  const table = tableOf(
    ['Line', 'VIN', 'Brand', 'Verdict', 'Data', 'Connectivity', 'Problem'],
    rows.map(({ line, vin, brand, verdict, dataDelivery, connectivity, problem }) => [
      line,
      vin,
      brand,
      verdict,
      dataDelivery.join(' '),
      connectivity ?? '',
      problem,
    ]),
  );
  const tally = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
  return `${table}\n${tally.join(', ') || 'no rows'}`;
}
