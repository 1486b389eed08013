import type { Command } from 'commander';
import { messageCommand } from './message-command';

export function suspendCommand(): Command {
  return messageCommand('suspend', {
    description:
      'Pause the access to a vehicle that stays in the fleet, where the provider can. Its data stops; vin resume asks for it again.',
    examples: `  vin suspend WBA8E9G50GNT00001
  vin suspend --file parked.csv --dry-run`,
  });
}
