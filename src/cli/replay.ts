import { Command } from 'commander';
import type { ACTIVATION } from '../../workflows/contract/messages';
import type { FailedReplay, Replayed } from '../replay/replay';
import { wholeNumber } from './number-option';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { withClient } from './session';

const EXAMPLES = `
It reads the histories of the activations that are alive, and touches none. Exit code ${EXIT.rowsFailed} says that some
could not go on with this version: do not deploy it (docs/deploying.md). Where no other version can go on with it
either, the activation is stuck: see vin unstick, and docs/stuck.md.

With --all it reads what has ended as well, each run of it, and the newest sweeps.

Examples:
  vin replay                        # before a new version of the worker is deployed
  vin replay --limit 1000 -o json   # only the newest
  vin replay --all                  # after something went wrong: every history that Temporal still has`;

interface Options {
  readonly all?: boolean;
  readonly limit?: number;
  readonly output: Format;
}

/** `vin replay`: the gate before a new version is deployed. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('Check that this version can take over the activations that are alive.')
    .option('--all', 'also what has ended, and the newest sweeps')
    .option('--limit <number>', 'at most so many, the newest first', wholeNumber(1))
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(runReplay);
}

async function runReplay({ all, limit, output }: Options): Promise<void> {
  const { builtBundle } = require('../temporal/bundle') as typeof import('../temporal/bundle');
  const { replayActivations, withQuietRuntime } =
    require('../replay/replay') as typeof import('../replay/replay');
  const onReplayed = (replayed: number): void => {
    if (replayed % 1_000 === 0) say(`${replayed} replayed`);
  };
  const { workflowBundle } = builtBundle();
  const options = { ...(all && { all }), ...(limit !== undefined && { limit }), onReplayed };
  const answer = await withQuietRuntime(() =>
    withClient((client) => replayActivations(client, workflowBundle, options)),
  );
  printAnswer(output, answer, inWords);
  if (answer.failed.length > 0) process.exitCode = EXIT.rowsFailed;
}

function inWords({ replayed, failed }: Replayed): string {
  const lines = failed.map(
    (one) => `${one.workflowId} (run ${one.runId}): ${one.problem}\n  next: ${nextOf(one)}`,
  );
  const verdict =
    failed.length === 0
      ? `${replayed} histories replayed: this version can take them over.`
      : `${failed.length} of ${replayed} histories cannot be replayed with this version.`;
  return [...lines, verdict].join('\n');
}

/** What to do about one of them. */
function nextOf({ workflowId, isAlive }: FailedReplay): string {
  if (!isAlive) return 'Nothing for its vehicle: it has ended. Keep its history for a report of the fault.';
  const prefix: typeof ACTIVATION = 'activation';
  const vin = workflowId.startsWith(`${prefix}:`) ? workflowId.split(':').at(-1) : undefined;
  if (vin === undefined) return 'Terminate it in Temporal: the next one starts again.';
  return `Do not deploy this version. Where the version that runs fails as well: vin unstick ${vin} (docs/stuck.md).`;
}
