import { Command } from 'commander';
import type { DoctorOptions } from './doctor';
import { outputOption } from './output';

const EXAMPLES = `
Looks at all that has to work, with the variables of a worker and a gateway, changes nothing, and says for each problem what
to do: Temporal, its namespace, columns and clock, who polls which task queue, each provider (VIN_APPLICATIONS) with its
token, a signed message through the gateway, the receivers of notices, the key of certificates, the tokens of the API.
No vehicle is asked for, and no notice is sent.

Exit codes: 0 without a problem; else by the first problem: 4 credentials, 6 Temporal or a provider is away, 1 another one.

Examples:
  vin doctor
  vin doctor --gateway-url https://vin.example.com   # the address that the provider's webhooks go to
  vin doctor -o json | jq '.findings[] | select(.state == "problem")'`;

/** `vin doctor`: what does not work, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Look whether all parts work together, and say what to do where they do not.')
    .option(
      '--gateway-url <url>',
      'where the gateway is reached (default: this machine, at VIN_GATEWAY_PORT)',
    )
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorOptions) =>
      (require('./doctor') as typeof import('./doctor')).runDoctor(options),
    );
}
