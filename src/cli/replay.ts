import { DefaultLogger, Runtime } from '@temporalio/worker';
import { Command } from 'commander';
import { builtBundle } from '../temporal/bundle';
import { type Replayed, replayActivations } from '../temporal/replay';
import { wholeNumber } from './number-option';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { withClient } from './session';

const EXAMPLES = `
It reads the histories of the activations that are alive, and touches none. Exit code ${EXIT.rowsFailed} says that some
could not go on with this version: do not deploy it (docs/deploying.md).

Examples:
  vin replay                        before a new version of the worker is deployed
  vin replay --limit 1000 -o json   only the newest`;

interface Options {
  readonly limit?: number;
  readonly output: Format;
}

/** `vin replay`: the gate before a new version is deployed. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('Check that this version can take over the activations that are alive.')
    .option('--limit <number>', 'at most so many, the newest first', wholeNumber(1))
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(runReplay);
}

async function runReplay({ limit, output }: Options): Promise<void> {
  // What fails is in the answer; the library would say it too, with all its circumstances.
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF' } },
  });
  const onReplayed = (replayed: number): void => {
    if (replayed % 1_000 === 0) say(`${replayed} replayed`);
  };
  const { workflowBundle } = builtBundle();
  const answer = await withClient((client) => replayActivations(client, workflowBundle, limit, onReplayed));
  printAnswer(output, answer, inWords);
  if (answer.failed.length > 0) process.exitCode = EXIT.rowsFailed;
}

function inWords({ replayed, failed }: Replayed): string {
  const lines = failed.map(({ workflowId, problem }) => `${workflowId}: ${problem}`);
  const verdict =
    failed.length === 0
      ? `${replayed} activations replayed: this version can take them over.`
      : `${failed.length} of ${replayed} activations could not go on with this version.`;
  return [...lines, verdict].join('\n');
}
