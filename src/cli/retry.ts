import type { Command } from 'commander';
import { messageCommand } from './message-command';

export function retryCommand(): Command {
  return messageCommand(
    'retry',
    'The owner has acted: look at the provider now, and submit again if the clearance has ended.',
    '  vin retry WVWZZZ1KZAW000001        (the driver has turned privacy mode off)',
    (activations, vin, { by }) => activations.retry(vin, { by }),
  );
}
