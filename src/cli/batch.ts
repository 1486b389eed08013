import { Command } from 'commander';
import type { Batches, BatchReport } from '../activations/batches';
import { plainName } from '../domain/name';
import { wholeNumber } from './number-option';
import { type Format, type GroupFormat, outputOption, printAnswer, rowsOutputOption, say } from './output';
import { withClient } from './session';
import { tableOf } from './table';
import { inSeconds } from './times';

const EXAMPLES = `
Examples:
  vin batch 0f9d5f0e-6a7c-4c5e-9b57-0b6f6f3f8a11           # what came of each vehicle
  vin batch 0f9d5f0e-6a7c-4c5e-9b57-0b6f6f3f8a11 --follow  # until each has a verdict
  vin batch list
  vin batch stop 0f9d5f0e-6a7c-4c5e-9b57-0b6f6f3f8a11

A message to many vehicles is a batch (docs/groups.md). It goes on when nobody looks.`;

/** `vin batch`: batches that were started. */
export function batchCommand(): Command {
  const command = new Command('batch')
    .description('Show, list or stop batches: messages to many vehicles.')
    .addHelpText('after', EXAMPLES);
  for (const [part, isUsual] of [
    [showCommand(), true],
    [listCommand(), false],
    [stopCommand(), false],
  ] as const) {
    command.addCommand(part.exitOverride(), { isDefault: isUsual });
  }
  return command;
}

interface ShowOptions {
  readonly follow?: boolean;
  readonly output: GroupFormat;
}

function showCommand(): Command {
  return new Command('show')
    .description('Show how a batch stands, and what came of each vehicle.')
    .argument('<id>', 'the id of the batch')
    .option('--follow', 'until each vehicle has a verdict')
    .addOption(rowsOutputOption())
    .action((id: string, { follow = false, output }: ShowOptions) =>
      withBatches(async (batches, client) => {
        const { followBatch, printBatch } =
          require('./batch-following') as typeof import('./batch-following');
        const report = await batches.report(id);
        say(inWords(report));
        await (follow ? followBatch : printBatch)(report, { batches, client, output });
      }),
    );
}

function listCommand(): Command {
  return new Command('list')
    .description('List batches, newest first.')
    .option('--running', 'only those that are under way')
    .option('--limit <number>', 'the most rows', wholeNumber(1), 50)
    .addOption(outputOption())
    .action(({ running = false, limit, output }: { running?: boolean; limit: number; output: Format }) =>
      withBatches(async (batches) => printAnswer(output, await batches.list({ running, limit }), asTable)),
    );
}

function stopCommand(): Command {
  return new Command('stop')
    .description('Stop a batch: nothing more is begun. What was taken stays so.')
    .argument('<id>', 'the id of the batch')
    .addOption(outputOption())
    .action((id: string, { output }: { output: Format }) =>
      withBatches(async (batches) => {
        const { userInfo } = require('node:os') as typeof import('node:os');
        printAnswer(output, await batches.stop(id, plainName(userInfo().username)), inWords);
      }),
    );
}

/** Of every application: an id is that of one batch. */
function withBatches<T>(
  work: (batches: Batches, client: Parameters<Parameters<typeof withClient<T>>[0]>[0]) => Promise<T>,
): Promise<T> {
  const { Batches } = require('../activations/batches') as typeof import('../activations/batches');
  return withClient((client) => work(new Batches(client, null), client));
}

function inWords({
  id,
  kind,
  status,
  chosen,
  by,
  startedAt,
  endedAt,
  stoppedBy,
  counts,
}: BatchReport): string {
  const end = endedAt ? `, ended ${inSeconds(endedAt)}` : '';
  const stop = stoppedBy ? `, stopped by ${stoppedBy}` : '';
  const { vehicles, todo, problems } = counts;
  return `batch ${id}: ${kind} for ${vehicles} vehicles (${chosen}), asked by ${by} ${inSeconds(startedAt)}${end}: ${status}${stop}, ${todo} to do, ${problems} with a problem`;
}

function asTable(batches: readonly BatchReport[]): string {
  if (batches.length === 0) return 'No batches.';
  return tableOf(
    ['Id', 'Message', 'Status', 'Vehicles', 'To do', 'Taken', 'Problems', 'Started', 'By', 'Chosen by'],
    batches.map(({ id, kind, status, counts, startedAt, by, chosen }) => [
      id,
      kind,
      status,
      counts.vehicles,
      counts.todo,
      counts.taken,
      counts.problems,
      inSeconds(startedAt),
      by,
      chosen,
    ]),
  );
}
