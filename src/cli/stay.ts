import type { Command } from 'commander';
import { messageCommand } from './message-command';

export function stayCommand(): Command {
  return messageCommand('stay', {
    description:
      'Take back that a vehicle leaves. Refused once the provider was asked to end its access: then activate it with --again.',
    examples: `  vin stay WBA8E9G50GNT00001
  vin stay --fleet acme --status pending --dry-run`,
    send: (...message) => {
      const { stayAnywhere } = require('../defleetings/leave') as typeof import('../defleetings/leave');
      return stayAnywhere(...message);
    },
  });
}
