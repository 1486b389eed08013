import type { Command } from 'commander';
import { messageCommand } from './message-command';

export function dataSeenCommand(): Command {
  return messageCommand('data-seen', {
    description:
      'Whoever reads the data by other ways, such as a stream, says that it flows. Say it when the first data comes, and then once a week at most: each time is an event in the history of the vehicle.',
    examples: `  vin data-seen WVWZZZ1KZAW000001
  vin data-seen --file seen-today.csv --yes`,
  });
}
