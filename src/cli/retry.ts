import { userInfo } from 'node:os';
import { Command } from 'commander';
import { type Format, outputOption, printAnswer } from './output';
import { readSurroundings, readVin, withActivations } from './session';

export function retryCommand(): Command {
  return new Command('retry')
    .description(
      'Look at the provider now, and submit again if the clearance has ended. Wakes a parked vehicle.',
    )
    .argument('<vin>', 'the vehicle identification number')
    .option('--by <name>', 'who asks, for the record', userInfo().username)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  vin retry WVWZZZ1KZAW000001        (the driver has turned privacy mode off)`,
    )
    .action(async (text: string, { by, output }: { by: string; output: Format }) => {
      const vin = readVin(text, readSurroundings().sandbox);
      const reply = await withActivations((activations) => activations.retry(vin, { by }));
      printAnswer(output, { vin, ...reply }, () => `${vin} (${reply.status}): ${reply.next}`);
    });
}
