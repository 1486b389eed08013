import { type Command, Option } from 'commander';
import { type MessageOptions, messageCommand } from './message-command';

interface Options extends MessageOptions {
  readonly reason?: string;
}

export function defleetCommand(): Command {
  return messageCommand<Options>(
    'defleet',
    "End a vehicle's access: its clearance is cancelled or revoked, as the brand allows. Asking again, or after the end, changes nothing and is no error.",
    '  vin defleet WBA8E9G50GNT00001 --reason sold',
    (activations, vin, { by, reason }) => activations.defleet(vin, { by, ...(reason && { reason }) }),
    [new Option('--reason <text>', 'why, for the record, for example sold')],
  );
}
