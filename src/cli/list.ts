import type { Client } from '@temporalio/client';
import { Command, Option } from 'commander';
import type { FilterWords } from '../activations/filter';
import { ORDER_WORDS, type Order } from '../activations/order';
import type { ActivationRow } from '../activations/reports';
import { visible } from '../base/visible';
import type { ParkingRow } from '../parkings/parking-rows';
import { addFilterOptions, type ChosenFilter, filterIn } from './filter-options';
import { columnsOption, LIST_COLUMNS, type ListColumnName, listAsTable } from './list-columns';
import { sayWhereNoWorker } from './no-worker';
import { wholeNumber } from './number-option';
import { type GroupFormat, printAnswer, rowsOutputOption, say } from './output';
import { withActivations } from './session';
import { parkingLine } from './vehicle';
import { widthOf } from './wrapped';

export function listCommand(): Command {
  const command = new Command('list').description('List activations, newest first, and parkings.');
  return addFilterOptions(command)
    .option('-a, --all', 'also those that have ended')
    .addOption(
      new Option('--sort <order>', 'the oldest reason first (age), the next deadline first, or by VIN')
        .choices(ORDER_WORDS)
        .default('newest'),
    )
    .option('--limit <number>', 'the most rows', wholeNumber(1))
    .addOption(
      new Option(
        '--columns <names>',
        `what a table shows, with commas: ${Object.keys(LIST_COLUMNS).join(', ')}`,
      ).argParser(columnsOption),
    )
    .addOption(rowsOutputOption())
    .addHelpText(
      'after',
      `
Examples:
  vin list --status pending --older-than 10d --sort age
  vin list --attention --owner driver
  vin list --overdue --limit 20
  vin list --columns vin,step,owner,action,deadline
  vin list --all --fleet acme -o json
  vin list --owner driver -o csv > drivers.csv`,
    )
    .action(async (options: Options) => list(options));
}

interface Options extends FilterWords {
  readonly all?: boolean;
  readonly sort: Order;
  readonly limit?: number;
  readonly columns?: readonly ListColumnName[];
  readonly output: GroupFormat;
}

async function list({ all = false, sort: order, limit, columns, output, ...words }: Options): Promise<void> {
  const chosen = filterIn(words, 'vin list');
  const filter = { ...chosen.filter, all };
  const { rows, parkings } = await withActivations(async (activations, client) => {
    // One more than is shown tells whether there are more.
    const found = await activations.list(filter, { order, ...(limit !== undefined && { limit: limit + 1 }) });
    const ended = found.length > 0 || all ? 0 : await activations.countEnded(filter);
    if (ended > 0) say(`note: ${ended} that ${ended === 1 ? 'has' : 'have'} ended: add --all`);
    if (found.some(hasNotBegun)) await sayWhereNoWorker(client);
    const isOfParkings = output !== 'csv' && hasParkings(words, columns);
    const parkings = isOfParkings ? await parkingsIn(client, chosen.filter, { all, limit }) : [];
    return { rows: found, parkings };
  });
  const shown = rows.slice(0, limit);
  if (shown.length < rows.length)
    say(`note: there are more than ${limit}: narrow the filter, or raise --limit`);
  if (output === 'csv') process.stdout.write(asCsv(shown));
  else {
    printAnswer(output, [...shown, ...parkings.map((one) => ({ kind: 'parking', ...one }))], () =>
      [
        ...(shown.length > 0 || parkings.length === 0 ? [asTable(shown, chosen, columns)] : []),
        ...parkings.map((one) => visible(parkingLine(one))),
      ].join('\n'),
    );
  }
}

/** What a parking has as well: other filters and columns are those of activations. */
const OF_PARKINGS: ReadonlySet<string> = new Set(['fleet', 'externalId']);

function hasParkings(words: FilterWords, columns: Options['columns']): boolean {
  const given = Object.entries(words).filter(([, value]) => value !== undefined);
  return columns === undefined && given.every(([name]) => OF_PARKINGS.has(name));
}

async function parkingsIn(
  client: Client,
  { fleet, externalId }: ChosenFilter['filter'],
  { all, limit }: { readonly all: boolean; readonly limit: number | undefined },
): Promise<ParkingRow[]> {
  const { Parkings } = require('../parkings/parkings') as typeof import('../parkings/parkings');
  const { parkingProvider } = require('../config/parkings') as typeof import('../config/parkings');
  const parkings = new Parkings(client, parkingProvider(process.env));
  const found = await parkings.list({ all, ...(fleet !== undefined && { fleet }) }, limit);
  return externalId === undefined ? found : found.filter((one) => one.externalId === externalId);
}

/** As it is stored before a worker has had it for the first time. */
function hasNotBegun({ execution, status }: ActivationRow): boolean {
  return execution === 'RUNNING' && status === 'absent';
}

/** Columns of a CSV: what names a vehicle, and how it stands. */
const CSV_COLUMNS = [
  'vin',
  'brand',
  'fleet',
  'externalId',
  'status',
  'reasonKey',
  'reason',
  'reasonSince',
  'owner',
  'action',
  'deadlineAt',
] as const satisfies (keyof ActivationRow)[];

function asCsv(rows: readonly ActivationRow[]): string {
  const { joinCells } = require('../fleet-list/cells') as typeof import('../fleet-list/cells');
  return [CSV_COLUMNS, ...rows.map((row) => CSV_COLUMNS.map((name) => row[name] ?? ''))]
    .map((cells) => joinCells(cells, ','))
    .join('');
}

function asTable(
  rows: readonly ActivationRow[],
  { words }: ChosenFilter,
  columns: readonly ListColumnName[] | undefined,
): string {
  if (rows.length === 0) return `No activations${words && ` with ${words}`}.`;
  // Who reads it from a pipe wants it whole.
  const width = process.stdout.isTTY ? widthOf() : null;
  return listAsTable(rows, { columns, now: Date.now(), width });
}
