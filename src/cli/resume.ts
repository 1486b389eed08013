import type { Command } from 'commander';
import { messageCommand } from './message-command';

export function resumeCommand(): Command {
  return messageCommand('resume', {
    description: 'Go on with a parked vehicle once its cause is mended.',
    examples: `  vin resume WVWZZZ1KZAW000001
  vin resume --in-trouble --yes`,
  });
}
