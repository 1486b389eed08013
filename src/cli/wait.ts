import { Command, Option } from 'commander';
import { parseDuration } from '../domain/duration';
import { GOALS, type Goal } from '../snapshot/goals';
import type { Waited } from '../snapshot/wait-for-all';
import { fitted } from './fitted';
import { durationOption } from './message-options';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { ownApplication, readKnownVin, withClient } from './session';
import { usageError } from './usage-error';

/** The version of what `-o json` prints. */
const VERSION = 1;

interface Options {
  readonly file?: string;
  readonly for: Goal;
  readonly timeout: number;
  readonly output: Format;
}

export function waitCommand(): Command {
  return new Command('wait')
    .description('Wait until vehicles are approved, or have reached another goal.')
    .argument('[vins...]', 'vehicle identification numbers')
    .option('--file <list>', 'a list with a column vin; - for stdin')
    .addOption(
      new Option('--for <goal>', 'a status, data (it flows), or ended').choices(GOALS).default('approved'),
    )
    .addOption(
      new Option('--timeout <duration>', 'how long, for example 30m or 10d')
        .argParser(durationOption)
        .default(parseDuration('10d'), '10d'),
    )
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
It ends with 0 where all have reached it, with ${EXIT.failed} where one cannot any more or is not known, and with ${EXIT.pending} where the time is over.
A round is one search for each hundred vehicles, first after a second and then every 20 seconds.

Examples:
  vin wait WBA8E9G50GNT00001 --for approved --timeout 10d
  vin wait --file fleet.csv --for data --timeout 30d
  vin wait WBA8E9G50GNT00001 --for ended -o json`,
    )
    .action(async (texts: string[], { file, for: goal, timeout, output }: Options) => {
      const vins = await vinsIn(texts, file);
      const waited = await withClient((client) => {
        const { waitForAll } =
          require('../snapshot/wait-for-all') as typeof import('../snapshot/wait-for-all');
        const { pagesOf } =
          require('../snapshot/read-snapshot') as typeof import('../snapshot/read-snapshot');
        return waitForAll(pagesOf(client), ownApplication(), vins, goal, {
          until: Date.now() + timeout,
          onProblem: (error) =>
            say(`note: it could not be asked, and is asked again: ${(error as Error).message}`),
          onNews: ({ vin, outcome }) => vins.length > 1 && say(`${vin}: ${outcome}`),
        });
      });
      const answer = waitedFor(waited, goal);
      printAnswer(output, answer, waitedAsText);
      process.exitCode = answer.exitCode;
    });
}

async function vinsIn(texts: readonly string[], file: string | undefined): Promise<string[]> {
  if (texts.length > 0 === (file !== undefined)) {
    throw usageError(
      'Name vehicles in one way: VINs, or --file',
      'vin wait --help shows the options and examples.',
    );
  }
  if (file === undefined) return [...new Set(texts.map(readKnownVin))];
  const { readVinList } = require('../fleet-list/vin-list') as typeof import('../fleet-list/vin-list');
  const rows = await readVinList(file === '-' ? process.stdin : file);
  return [...new Set(rows.map(({ text }) => readKnownVin(text)))];
}

/** What `vin wait` answers. */
export function waitedFor(waited: readonly Waited[], goal: Goal) {
  const outcomes = waited.map(({ outcome }) => outcome);
  const isLost = outcomes.some((outcome) => outcome === 'missed' || outcome === 'unknown');
  return {
    version: VERSION,
    for: goal,
    exitCode: isLost ? EXIT.failed : outcomes.includes('pending') ? EXIT.pending : EXIT.ok,
    vehicles: waited.map(({ vin, outcome, row }) => ({
      vin,
      outcome,
      status: row?.status ?? null,
      reason: row?.reason ?? null,
      owner: row?.owner ?? null,
      action: row?.action ?? null,
    })),
  };
}

/** For people. */
export function waitedAsText({ vehicles, for: goal }: ReturnType<typeof waitedFor>): string {
  const reached = vehicles.filter(({ outcome }) => outcome === 'reached').length;
  const table = fitted(
    ['VIN', 'Outcome', 'Status', 'Whose turn', 'Reason'],
    vehicles.map(({ vin, outcome, status, owner, reason }) => [
      vin,
      outcome,
      status ?? '',
      owner ?? '',
      reason ?? '',
    ]),
    { width: null },
  );
  return `${reached} of ${vehicles.length} ${goal}\n\n${table}`;
}
