import { Command } from 'commander';

const EXAMPLES = `
Examples:
  source <(vin completion bash)                                  # for this shell
  vin completion bash > ~/.local/share/bash-completion/completions/vin
  vin completion zsh > "\${fpath[1]}/_vin"
  vin completion fish > ~/.config/fish/completions/vin.fish

It completes commands, options and their values: brands, statuses, reasons, owners, and the fleets that Temporal knows, where it
answers within a second.`;

/** `vin completion`: what shells need to complete words after `vin`. */
export function completionCommand(): Command {
  const command = new Command('completion')
    .description('Print the completion for a shell: bash, zsh or fish.')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions();
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    command.addCommand(
      new Command(shell).description(`Print the completion for ${shell}.`).action(() => {
        const { SCRIPTS } = require('./completion-scripts') as typeof import('./completion-scripts');
        process.stdout.write(SCRIPTS[shell]);
      }),
    );
  }
  const words = new Command('words')
    .description('Print the words that may come next: for the scripts above.')
    .argument('[words...]', 'what stands behind vin, the last word unfinished')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (typed: readonly string[]) =>
      (require('./completion') as typeof import('./completion')).printWords(command.parent as Command, typed),
    );
  return command.addCommand(words, { hidden: true });
}
