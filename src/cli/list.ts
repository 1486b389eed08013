import { Command, Option } from 'commander';
import { COLUMN_LIST } from '../../workflows/contract/columns';
import type { ActivationRow } from '../activations/reports';
import type { ActivationFilter } from '../activations/search';
import { type Application, applicationKey } from '../domain/application';
import { brandOf } from '../domain/rules';
import { CLEARANCE_STATUSES } from '../domain/status';
import { applicationOption } from './application-option';
import { fleetOption } from './name-option';
import { sayWhereNoWorker } from './no-worker';
import { type Format, outputOption, printAnswer, say } from './output';
import { readCatalogue, withActivations } from './session';
import { tableOf } from './table';
import { inSeconds } from './times';

export function listCommand(): Command {
  const command = new Command('list')
    .description('List activations, newest first.')
    .option('--application <name>', 'only those of this provider:application', applicationOption)
    .option('-f, --fleet <fleet>', 'only those of this fleet', fleetOption)
    .option('--external-id <text>', 'only that with this reference of yours', fleetOption)
    .option('-b, --brand <brand>', 'only those of this brand, written as in a list')
    .addOption(
      new Option('-s, --status <status>', 'only those with this clearance status').choices(
        CLEARANCE_STATUSES,
      ),
    )
    .option('-a, --all', 'also those that have ended')
    .addHelpText(
      'after',
      `
Examples:
  vin list --status pending
  vin list --owner driver
  vin list --all --fleet acme -o json`,
    )
    .action(async ({ output, application, ...filter }: Options) =>
      list({ ...filter, ...application }, output),
    );
  for (const { key, type, says } of OTHERS) {
    const flag = `--${words(key, '-')}`;
    command.option(type === 'Bool' ? flag : `${flag} <word>`, `only those with this: ${says}`);
  }
  return command.addOption(outputOption());
}

/** Columns with options of their own, in the order in which a filter is said. */
const OWN = ['provider', 'application', 'fleet', 'externalId', 'brand', 'status'];
/** Every other column that can be searched. */
const OTHERS = COLUMN_LIST.filter(({ key, filter }) => filter && !OWN.includes(key));

function words(key: string, between: string): string {
  return key.replace(/[A-Z]/g, (letter) => `${between}${letter.toLowerCase()}`);
}

interface Options extends Omit<ActivationFilter, keyof Application> {
  readonly application?: Application;
  readonly output: Format;
}

async function list({ brand, ...others }: ActivationFilter, output: Format): Promise<void> {
  const filter = { ...others, ...(brand !== undefined && { brand: brandOf(await readCatalogue(), brand) }) };
  const rows = await withActivations(async (activations, client) => {
    const found = await activations.list(filter);
    const ended = found.length > 0 || filter.all ? 0 : await activations.countEnded(filter);
    if (ended > 0) say(`note: ${ended} that ${ended === 1 ? 'has' : 'have'} ended: add --all`);
    if (found.some(hasNotBegun)) await sayWhereNoWorker(client);
    return found;
  });
  printAnswer(output, rows, (found) => asTable(found, filter));
}

/** As it is stored before a worker has had it for the first time. */
function hasNotBegun({ execution, status }: ActivationRow): boolean {
  return execution === 'RUNNING' && status === 'absent';
}

function asTable(rows: readonly ActivationRow[], filter: ActivationFilter): string {
  if (rows.length === 0) return nothingWith(filter);
  // Said where it tells something.
  const isOne = new Set(rows.map(applicationKey)).size === 1;
  return tableOf(
    ['VIN', ...(isOne ? [] : ['Application']), 'Brand', 'Fleet', 'Status', 'Since', 'Whose turn', 'Reason'],
    rows.map(({ vin, brand, fleet, status, since, startedAt, owner, reason, ...app }) => [
      vin,
      ...(isOne ? [] : [applicationKey(app)]),
      brand,
      fleet ?? '',
      status,
      inSeconds(since ?? startedAt),
      owner ?? '',
      reason ?? '',
    ]),
  );
}

/** Says what was looked for, as it was understood. */
function nothingWith({ all: _, provider, application, ...filter }: ActivationFilter): string {
  const app = provider && application ? applicationKey({ provider, application }) : undefined;
  const given: Readonly<Record<string, string | boolean | undefined>> = { ...filter, application: app };
  const filters = [...OWN, ...OTHERS.map(({ key }) => key)].flatMap((key) => {
    const value = given[key];
    return value === undefined ? [] : [value === true ? words(key, ' ') : `${words(key, ' ')} ${value}`];
  });
  const what = filters.length > 0 ? ` with ${filters.join(', ')}` : '';
  return `No activations${what}.`;
}
