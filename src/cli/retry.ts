import type { Command } from 'commander';
import { messageCommand } from './message-command';

export function retryCommand(): Command {
  return messageCommand('retry', {
    description:
      'The owner has acted: look at the provider now, and submit again if the clearance has ended.',
    examples: `  vin retry WVWZZZ1KZAW000001        (the driver has turned privacy mode off)
  vin retry --reason client-configuration --dry-run`,
  });
}
