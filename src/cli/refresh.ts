import { type Command, Option } from 'commander';
import { type MessageOptions, messageCommand } from './message-command';

interface Options extends MessageOptions {
  readonly allRunning?: boolean;
}

export function refreshCommand(): Command {
  return messageCommand<Options>('refresh', {
    description:
      'Have the rules read anew: what has changed in the catalogue or in the configuration of the workers counts from now on. Restart the workers first.',
    examples: `  vin refresh WVWZZZ1KZAW000001
  vin refresh --reason unknown --dry-run  (somebody has added the reason to the catalogue)
  vin refresh --fleet acme --yes
  vin refresh --all-running --yes`,
    options: [new Option('--all-running', 'every vehicle whose activation runs')],
    isEveryone: ({ allRunning = false }) => allRunning,
  });
}
