import { Command, Option } from 'commander';
import { LIMITS } from '../../workflows/lifecycle/limits';
import type { DefleetingFilter, DefleetingRow } from '../defleetings/defleeting-rows';
import type { DefleetingMessageReply, Defleetings } from '../defleetings/defleetings';
import { dayOption, durationOption, textOption } from './message-options';
import { fleetOption } from './name-option';
import { wholeNumber } from './number-option';
import { EXIT, type Format, outputOption, printAnswer } from './output';
import { readKnownVin, withClient } from './session';
import { tableOf } from './table';
import { inSeconds } from './times';

const EXAMPLES = `
Examples:
  vin defleet list
  vin defleet list --overdue --fleet acme -o json
  vin defleet show WBA8E9G50GNT00001
  vin defleet move WBA8E9G50GNT00001 --event-date 2027-07-31
  vin defleet take-back WBA8E9G50GNT00001`;

/** What is asked of defleetings that are under way, below `vin defleet`. */
export function addDefleetings(command: Command): Command {
  for (const part of [listCommand(), showCommand(), moveCommand(), takeBackCommand()]) {
    part.addOption(outputOption()).addHelpText('after', EXAMPLES).exitOverride();
    command.addCommand(part);
  }
  return command.enablePositionalOptions();
}

function withDefleetings<T>(work: (defleetings: Defleetings) => Promise<T>): Promise<T> {
  const { Defleetings: Connected } =
    require('../defleetings/defleetings') as typeof import('../defleetings/defleetings');
  return withClient((client) => work(new Connected(client)));
}

interface ListOptions extends DefleetingFilter {
  readonly limit?: number;
  readonly output: Format;
}

function listCommand(): Command {
  return new Command('list')
    .description('List the vehicles that leave, also those that are scheduled, newest first.')
    .option('-a, --all', 'also those that have left')
    .option('--overdue', 'only those whose deadline is over')
    .addOption(new Option('-f, --fleet <fleet>', 'only those of this fleet').argParser(fleetOption))
    .option('--limit <number>', 'the most rows', wholeNumber(1))
    .action(async ({ output, limit, ...filter }: ListOptions) => {
      const rows = await withDefleetings((defleetings) => defleetings.list(filter, limit));
      printAnswer(output, rows, tableOfRows);
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('Show how far a vehicle is that leaves, and what is open.')
    .argument('<vin>', 'vehicle identification number')
    .action(async (text: string, { output }: { readonly output: Format }) => {
      const vin = readKnownVin(text);
      const report = await withDefleetings((defleetings) => defleetings.report(vin));
      const { detailsLines } = require('../defleetings/words') as typeof import('../defleetings/words');
      printAnswer(output, report, detailsLines);
    });
}

interface MoveOptions {
  readonly eventDate?: string;
  readonly deadline?: number;
  readonly id?: string;
  readonly output: Format;
}

function moveCommand(): Command {
  return withId(new Command('move'))
    .description('Move a vehicle that is scheduled to leave to another day or deadline, until it begins.')
    .argument('<vin>', 'vehicle identification number')
    .addOption(
      new Option('--event-date <day>', 'the day on which it leaves, as 2026-12-01').argParser(dayOption),
    )
    .addOption(
      new Option(
        '--deadline <duration>',
        'how long after the end of that day all access must have ended',
      ).argParser(durationOption),
    )
    .action(async (text: string, { eventDate, deadline, id, output }: MoveOptions, command: Command) => {
      if (eventDate === undefined && deadline === undefined) {
        command.error('error: say what is to be moved: --event-date or --deadline.', { exitCode: 2 });
      }
      const vin = readKnownVin(text);
      const dates = {
        ...(eventDate !== undefined && { eventDate }),
        ...(deadline !== undefined && { deadline }),
      };
      const answer = await withDefleetings((defleetings) =>
        defleetings.move(vin, dates, { ...(id && { id }) }),
      );
      tell(output, vin, answer);
    });
}

function takeBackCommand(): Command {
  return withId(new Command('take-back'))
    .description('Take back that a vehicle leaves, as long as that is possible.')
    .argument('<vin>', 'vehicle identification number')
    .action(async (text: string, { id, output }: { readonly id?: string; readonly output: Format }) => {
      const vin = readKnownVin(text);
      const answer = await withDefleetings((defleetings) => defleetings.takeBack(vin, { ...(id && { id }) }));
      tell(output, vin, answer);
    });
}

function tell(output: Format, vin: string, answer: DefleetingMessageReply): void {
  printAnswer(output, { vin, ...answer }, ({ next }) => `${vin}: ${next}`);
  if (answer.outcome === 'queued') process.exitCode = EXIT.pending;
}

function withId(command: Command): Command {
  return command.addOption(
    new Option('--id <text>', 'asked again with the same id it is the same message').argParser(
      textOption(LIMITS.id),
    ),
  );
}

function tableOfRows(rows: readonly DefleetingRow[]): string {
  if (rows.length === 0) return 'No vehicle leaves.';
  return tableOf(
    ['VIN', 'Fleet', 'Why', 'On', 'Step', 'Deadline', 'Open', 'Certificate'],
    rows.map(
      ({ vin, fleet, reason, note, eventDate, step, outcome, deadlineAt, overdue, parts, certificate }) => [
        vin,
        fleet ?? '',
        note ?? reason,
        eventDate ?? '',
        outcome ?? step,
        deadlineAt ? `${inSeconds(deadlineAt)}${overdue ? ' (over)' : ''}` : '',
        parts
          .filter(({ state }) => state !== 'gone')
          .map(
            ({ provider, application, status }) => `${provider}:${application}${status ? ` ${status}` : ''}`,
          )
          .join(', '),
        certificate?.number ?? '',
      ],
    ),
  );
}
