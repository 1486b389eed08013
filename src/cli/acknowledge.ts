import { type Command, Option } from 'commander';
import { type MessageOptions, messageCommand } from './message-command';

interface Options extends MessageOptions {
  readonly until: string;
}

export function acknowledgeCommand(): Command {
  return messageCommand<Options>(
    'acknowledge',
    'Stop the reminders about a vehicle until a date, or for a while.',
    '  vin acknowledge WVWZZZ1KZAW000001 --until 3d\n  vin acknowledge WVWZZZ1KZAW000001 --until 2026-12-24',
    (activations, vin, { by, until }) => activations.acknowledge(vin, { by, until }),
    [new Option('--until <time>', 'a date (ISO 8601) or a duration such as 3d').makeOptionMandatory()],
  );
}
