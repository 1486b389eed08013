import { type Command, Option } from 'commander';
import { type MessageOptions, messageCommand } from './message-command';
import { untilOption } from './message-options';

interface Options extends MessageOptions {
  readonly until: string;
}

export function acknowledgeCommand(): Command {
  return messageCommand<Options>('acknowledge', {
    description: 'Stop the reminders about a vehicle until a date, or for a while.',
    examples: `  vin acknowledge WVWZZZ1KZAW000001 --until 3d
  vin acknowledge --owner driver --fleet acme --until 2026-12-24`,
    needs: '--until 3d',
    options: [
      new Option(
        '--until <time>',
        'a duration such as 3d, a day (its beginning in UTC), or a time with its zone (ISO 8601)',
      )
        .argParser(untilOption)
        .makeOptionMandatory(),
    ],
    request: ({ until }) => ({ until }),
  });
}
