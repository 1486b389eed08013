import { type Command, Option } from 'commander';
import { LIMITS } from '../../workflows/lifecycle/limits';
import { type MessageOptions, messageCommand } from './message-command';
import { nameOption } from './name-option';

interface Options extends MessageOptions {
  readonly reason?: string;
}

export function defleetCommand(): Command {
  return messageCommand<Options>('defleet', {
    description:
      "End a vehicle's access: its clearance is cancelled or revoked, as the brand allows. Asking again, or after the end, changes nothing and is no error.",
    examples: `  vin defleet WBA8E9G50GNT00001 --reason sold
  vin list --reason privacy-mode -o csv | vin defleet - --reason "end of lease" --yes
  vin defleet WBA8E9G50GNT00001 --id return-4711 --valid-for 1d`,
    options: [
      new Option('--reason <text>', 'why, for the record, for example sold').argParser(
        nameOption(LIMITS.name),
      ),
    ],
    lostIsFine: true,
    send: (activations, vin, envelope, { reason }, how) =>
      activations.defleet(vin, { ...envelope, ...(reason && { reason }) }, how),
  });
}
