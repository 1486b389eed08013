import { userInfo } from 'node:os';
import { Command } from 'commander';
import { type Format, outputOption, printAnswer } from './output';
import { readSurroundings, readVin, withActivations } from './session';

interface Options {
  readonly reason?: string;
  readonly by: string;
  readonly output: Format;
}

export function defleetCommand(): Command {
  return new Command('defleet')
    .description("End a vehicle's access: its clearance is cancelled or revoked, as the brand allows.")
    .argument('<vin>', 'the vehicle identification number')
    .option('--reason <text>', 'why, for the record, for example sold')
    .option('--by <name>', 'who asks, for the record', userInfo().username)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Asking again, or after the end, changes nothing and is no error.

Examples:
  vin defleet WBA8E9G50GNT00001 --reason sold`,
    )
    .action(async (text: string, { reason, by, output }: Options) => {
      const vin = readVin(text, readSurroundings().sandbox);
      const request = { by, ...(reason && { reason }) };
      const reply = await withActivations((activations) => activations.defleet(vin, request));
      printAnswer(output, { vin, ...reply }, () => `${vin} (${reply.status}): ${reply.next}`);
    });
}
