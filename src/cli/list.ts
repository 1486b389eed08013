import Table from 'cli-table3';
import { Command } from 'commander';
import type { ActivationRow } from '../temporal/reports';
import type { ActivationFilter } from '../temporal/search';
import { fleetOption } from './name-option';
import { type Format, outputOption, printAnswer } from './output';
import { withActivations } from './session';

export function listCommand(): Command {
  return new Command('list')
    .description('List activations, newest first.')
    .option('-f, --fleet <fleet>', 'only those of this fleet', fleetOption)
    .option('-b, --brand <brand>', 'only those of this brand')
    .option('-s, --status <status>', 'only those with this clearance status, for example pending')
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
  const table = new Table({
    head: ['VIN', 'Brand', 'Fleet', 'Status', 'Reason', 'Attention', 'Started'],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    const attention = row.needsAttention ? 'yes' : '';
    table.push([row.vin, row.brand, row.fleet ?? '', row.status, row.reason ?? '', attention, row.startedAt]);
  }
  return table.toString();
}
