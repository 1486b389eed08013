import type { Command } from 'commander';
import { messageCommand } from './message-command';

export function resumeCommand(): Command {
  return messageCommand(
    'resume',
    'Go on with a parked vehicle once its cause is mended.',
    '  vin resume WVWZZZ1KZAW000001',
    (activations, vin, { by }) => activations.resume(vin, { by }),
  );
}
