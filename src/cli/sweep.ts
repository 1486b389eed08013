import { Command } from 'commander';
import type { SweepSummary } from '../../workflows/contract/sweep-report';
import { formatDuration } from '../domain/duration';
import { type Format, outputOption, printAnswer, say } from './output';
import { ownApplication, withClient } from './session';
import { untoldInWords } from './untold';

export function sweepCommand(): Command {
  return new Command('sweep')
    .description(
      "Compare the provider's list with what is believed here, now, and tell the activations that do not know.",
    )
    .option('--full', 'compare everything, not only what has changed since the last sweep')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The worker does this by itself, as often as VIN_SWEEP_INTERVAL says, and in full once a day.

Examples:
  vin sweep
  vin sweep --full -o json`,
    )
    .action(async ({ full = false, output }: { full?: boolean; output: Format }) => {
      const { runSweep } = require('../sweep/sweeps') as typeof import('../sweep/sweeps');
      printAnswer(
        output,
        await withClient((client) => runSweep(client, { ...ownApplication(), full, onNews: say })),
        asText,
      );
    });
}

function asText({
  full,
  rows,
  broken,
  changed,
  differences,
  signals,
  untold,
  duration,
}: SweepSummary): string {
  const lines = [
    `${full ? 'Full sweep' : 'Sweep'} in ${formatDuration(duration)}.`,
    `  Rows at the provider    ${rows}${broken > 0 ? ` (${broken} cannot be read; the worker's log says why)` : ''}`,
    `  Vehicles with changes   ${changed}`,
    `  Differences             ${differences}`,
    `  Activations told        ${signals}`,
    ...(untold.count > 0 ? [untoldInWords(untold)] : []),
  ];
  return lines.join('\n');
}
