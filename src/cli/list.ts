import { Command, Option } from 'commander';
import { CLEARANCE_STATUSES } from '../domain/status';
import type { ActivationRow } from '../temporal/reports';
import type { ActivationFilter } from '../temporal/search';
import { fleetOption } from './name-option';
import { type Format, outputOption, printAnswer } from './output';
import { withActivations } from './session';
import { tableOf } from './table';

export function listCommand(): Command {
  return new Command('list')
    .description('List activations, newest first.')
    .option('-f, --fleet <fleet>', 'only those of this fleet', fleetOption)
    .option('-b, --brand <brand>', 'only those of this brand')
    .addOption(
      new Option('-s, --status <status>', 'only those with this clearance status').choices(
        CLEARANCE_STATUSES,
      ),
    )
    .option('-a, --all', 'also those that have ended')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  vin list --status pending
  vin list --all --fleet acme -o json`,
    )
    .action(async ({ output, ...filter }: ActivationFilter & { output: Format }) => {
      const rows = await withActivations((activations) => activations.list(filter));
      printAnswer(output, rows, asTable);
    });
}

function asTable(rows: readonly ActivationRow[]): string {
  if (rows.length === 0) return 'No activations.';
  return tableOf(
    ['VIN', 'Brand', 'Fleet', 'Status', 'Reason', 'Attention', 'Started'],
    rows.map(({ vin, brand, fleet, status, reason, needsAttention, startedAt }) => [
      vin,
      brand,
      fleet ?? '',
      status,
      reason ?? '',
      needsAttention ? 'yes' : '',
      startedAt,
    ]),
  );
}
