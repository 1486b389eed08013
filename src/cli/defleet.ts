import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { DEPARTURES } from '../../workflows/contract/defleetings';
import { LIMITS } from '../../workflows/lifecycle/limits';
import type { Leave } from '../defleetings/leave';
import { plainName } from '../domain/name';
import { addDefleetings } from './defleetings';
import { type MessageOptions, messageCommand } from './message-command';
import { dayOption, durationOption } from './message-options';
import { nameOption } from './name-option';

interface Options extends MessageOptions {
  readonly reason?: string;
  readonly eventDate?: string;
  /** Milliseconds. */
  readonly deadline?: number;
  readonly onBehalfOf?: string;
}

export function defleetCommand(): Command {
  const command = messageCommand<Options>('defleet', {
    description:
      'A vehicle leaves: end its access in every application, watch until it is gone, and certify it. With --application its access ends only there, without a certificate. Asking again, or after the end, changes nothing and is no error.',
    examples: `  vin defleet WBA8E9G50GNT00001 --reason sold
  vin defleet WBA8E9G50GNT00001 --reason lease-ended --event-date 2027-06-30 --deadline 48h
  vin defleet list --overdue
  vin list --reason privacy-mode -o csv | vin defleet - --reason returned --yes
  vin defleet WBA8E9G50GNT00001 --id return-4711 --valid-for 1d
  vin defleet WBA8E9G50GNT00001 --application PROVIDER:acme   # only there; without it the vehicle leaves everywhere`,
    options: [
      new Option(
        '--reason <text>',
        `why: ${DEPARTURES.join(', ')}; other words are kept, and count as other`,
      ).argParser(nameOption(LIMITS.name)),
      new Option(
        '--event-date <day>',
        'the day on which it leaves, as 2026-12-01 (default: today); one to come is waited for',
      ).argParser(dayOption),
      new Option(
        '--deadline <duration>',
        "how long after the end of that day all access must have ended (default: the worker's VIN_DEFLEET_DEADLINE)",
      ).argParser(durationOption),
      new Option('--on-behalf-of <text>', 'for whom it is asked, for the certificate').argParser(
        nameOption(LIMITS.name),
      ),
    ],
    problem: ({ application, eventDate, deadline, onBehalfOf }) =>
      application !== undefined && [eventDate, deadline, onBehalfOf].some((option) => option !== undefined)
        ? '--event-date, --deadline and --on-behalf-of are for a vehicle that leaves everywhere: leave --application out, or them.'
        : null,
    note: ({ application }) =>
      application === undefined
        ? null
        : `only at ${application}; without --application the vehicle leaves everywhere`,
    request: (options) => ({
      ...(options.reason !== undefined && { reason: options.reason }),
      // The option only: VIN_APPLICATION says whose answer is shown, and not that the others are to stay.
      ...(options.application === undefined && { leave: leaveOf(options) }),
    }),
    send: (...message) => {
      const { leave } = require('../defleetings/leave') as typeof import('../defleetings/leave');
      return leave(...message);
    },
  });
  return addDefleetings(command);
}

function leaveOf({ eventDate, deadline, onBehalfOf, by }: Options): Leave {
  return {
    eventDate: eventDate ?? null,
    deadline: deadline ?? null,
    onBehalfOf: onBehalfOf ?? null,
    role: roleOf(by),
    channel: 'cli',
  };
}

/** What the certificate says of who asks: never the name of whoever sits at this machine. */
function roleOf(by: string): string {
  return by === plainName(userInfo().username).slice(0, LIMITS.name) ? 'operator' : by;
}
