import { Command } from 'commander';
import type { Unstuck } from '../replay/unstick';
import { EXIT, type Format, outputOption, printAnswer } from './output';
import { ownApplication, readKnownVin, withClient } from './session';

interface Options {
  readonly dryRun?: boolean;
  readonly output: Format;
}

/** `vin unstick`: the way out for an activation whose history cannot be replayed. */
export function unstickCommand(): Command {
  return new Command('unstick')
    .description(
      'Let an activation go on whose history cannot be replayed: set it back to before that point.',
    )
    .argument('<vin>', 'the vehicle identification number')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
For an activation that vin replay names, and that no version of the worker can go on with (docs/stuck.md). Messages of
later are given to it again (exit code ${EXIT.failed} says that one could not be). What was done at the provider stays done. One that is not stuck is left alone.

Examples:
  vin unstick WBA8E9G50GNT00001 --dry-run
  vin unstick WBA8E9G50GNT00001`,
    )
    .action(async (text: string, { dryRun = false, output }: Options) => {
      const vin = readKnownVin(text);
      const { builtBundle } = require('../temporal/bundle') as typeof import('../temporal/bundle');
      const { withQuietRuntime } = require('../replay/replay') as typeof import('../replay/replay');
      const { unstick } = require('../replay/unstick') as typeof import('../replay/unstick');
      const { workflowBundle } = builtBundle();
      const answer = await withQuietRuntime(() =>
        withClient((client) => unstick(client, vin, workflowBundle, { app: ownApplication(), dryRun })),
      );
      printAnswer(output, answer, inWords);
      if (answer.notGiven.length > 0) process.exitCode = EXIT.failed;
    });
}

function inWords({ vin, point, newRunId, givenAgain, notGiven }: Unstuck): string {
  if (!point) return `${vin}: not stuck, this version can go on with it. Nothing was changed.`;
  const { eventId, badEventId, messages } = point;
  const lines = [
    `${vin}: stuck at the workflow task of event ${badEventId}.`,
    newRunId
      ? `  Set back to event ${eventId}; it goes on in run ${newRunId} when a worker runs.`
      : `  It would be set back to event ${eventId}. Nothing was changed.`,
  ];
  if (!newRunId && messages.length > 0) {
    lines.push(`  It would be given again: ${messages.map(({ name }) => name).join(', ')}.`);
  }
  if (givenAgain.length > 0) lines.push(`  It was given again: ${givenAgain.join(', ')}.`);
  for (const { name, problem } of notGiven) lines.push(`  NOT given again: ${name} (${problem})`);
  const next = !newRunId
    ? `vin unstick ${vin}`
    : notGiven.length > 0
      ? `Send what it was not given: vin ${notGiven[0]?.name} ${vin}`
      : `Look with vin status ${vin}, a minute later.`;
  return [...lines, `  next: ${next}`].join('\n');
}
