import { userInfo } from 'node:os';
import { Command, type Option } from 'commander';
import type { Activations, Reply } from '../temporal/activations';
import { type Format, outputOption, printAnswer } from './output';
import { readSurroundings, readVin, withActivations } from './session';

export interface MessageOptions {
  readonly by: string;
  readonly output: Format;
}

/** The parts that every command has which sends a message to one activation. */
export function messageCommand<Options extends MessageOptions>(
  name: string,
  description: string,
  examples: string,
  send: (activations: Activations, vin: string, options: Options) => Promise<Reply>,
  options: readonly Option[] = [],
): Command {
  const command = new Command(name)
    .description(description)
    .argument('<vin>', 'the vehicle identification number')
    .option('--by <name>', 'who asks, for the record', userInfo().username);
  for (const option of options) command.addOption(option);
  return command
    .addOption(outputOption())
    .addHelpText('after', `\nExamples:\n${examples}`)
    .action(async (text: string, given: Options) => {
      const vin = readVin(text, readSurroundings().sandbox);
      const reply = await withActivations((activations) => send(activations, vin, given));
      printAnswer(given.output, { vin, ...reply }, () => `${vin} (${reply.status}): ${reply.next}`);
    });
}
