import Table from 'cli-table3';
import { Command } from 'commander';
import type { Drift, SweepSummary, Vehicles } from '../../workflows/sweep-report';
import { VinError } from '../errors';
import { runSweep } from '../temporal/sweeps';
import { type Format, outputOption, printAnswer, say } from './output';
import { withClient } from './session';
import { untoldInWords } from './untold';

/** The kinds of drift: what each is, and what to do about it. */
const KINDS = [
  {
    key: 'unmanaged',
    title: 'At the provider, and without an activation here',
    next: 'If the vehicle is yours: vin activate VIN --brand BRAND, and then vin defleet VIN if it has left. If not, find out who shares the application.',
  },
  {
    key: 'lost',
    title: 'Believed to have a clearance, and unknown to the provider',
    next: "Their activations have been told. Look with vin status VIN, and ask the provider's support what happened.",
  },
  {
    key: 'disagreeing',
    title: 'Believed to be something else than the provider says',
    next: 'Nothing at first: their activations have been told, and look by themselves. What stays here the next day needs a look: vin status VIN.',
  },
] as const satisfies readonly { key: keyof Drift; title: string; next: string }[];

export function driftCommand(): Command {
  return new Command('drift')
    .description(
      'Make a full sweep and report what has drifted apart: the provider on one side, activations on the other.',
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The exit code is 0 whatever is found; "drift" of the JSON has a count for each kind, and up to 1,000 vehicles.

Examples:
  vin drift
  vin drift -o json`,
    )
    .action(async ({ output }: { output: Format }) => {
      const summary = await withClient((client) => runSweep(client, { full: true, onNews: say }));
      printAnswer(output, reportOf(summary), asTables);
    });
}

/** What machines read: the drift, and of what. */
function reportOf({ provider, at, rows, broken, untold, drift }: SweepSummary) {
  if (drift) return { provider, at, rows, broken, untold, drift };
  throw new VinError('SWEEP_FAILED', 'The sweep made no report of the drift', 'Ask again.');
}

function asTables({ rows, untold, drift }: ReturnType<typeof reportOf>): string {
  const parts = KINDS.filter(({ key }) => drift[key].count > 0).map(
    ({ key, title, next }) => `${title}: ${drift[key].count}\n${asTable(drift[key])}\n  next: ${next}`,
  );
  if (untold.count > 0) parts.push(untoldInWords(untold));
  return parts.length > 0 ? parts.join('\n\n') : `No drift, in ${rows} rows at the provider.`;
}

function asTable({ count, first }: Vehicles<{ vin: string; ours?: string; theirs?: string }>): string {
  const table = new Table({
    head: ['VIN', 'Here', 'At the provider'],
    style: { head: [], border: [] },
  });
  for (const { vin, ours = '', theirs = 'absent' } of first)
    table.push([vin, ours || 'no activation', theirs]);
  const more = count - first.length;
  return more > 0 ? `${table}\n  and ${more} more` : table.toString();
}
