import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { numberThatIs, portNumber } from './number-option';
import { outputOption } from './output';
import type { SimulatorCommandOptions } from './simulator';
import type { AutopayCommandOptions } from './simulator-autopay';
import type { OtonomoCommandOptions } from './simulator-otonomo';

const readSpeed = numberThatIs('a number greater than 0', (speed) => speed > 0 && Number.isFinite(speed));
const readSeconds = numberThatIs(
  'a whole number from 1 on',
  (seconds) => Number.isInteger(seconds) && seconds >= 1,
);

const EXAMPLES = `
Examples:
  $ vin simulator
  $ vin simulator --speed 86400 --webhook-url http://127.0.0.1:8080/webhooks/high-mobility/default
      a day passes in a second, and changes are announced to the gateway
  $ vin simulator --script examples/fleet.csv
      the columns vin and expect say what becomes of each vehicle, for example
      "approved after 6d: consent assignment missing" or "rejected after 15d: privacy mode is enabled"
  $ vin simulator otonomo --speed 86400 --words v1 --pending-removal allowed --inactive-make Ford
      Otonomo's API with the words of its first edition; it sends no webhooks
  $ vin simulator autopay --level small --notify-url http://127.0.0.1:8080/webhooks/autopay/default
      Autopay's Fleet API, of one credential; stays are begun and ended under /_simulator/uses
  $ vin simulator all --port 4010
      all of them, on the ports 4010, 4011 and 4012
  $ vin simulator --port 4010 -o json
      prints {"url":"http://127.0.0.1:4010"} on stdout as soon as it listens

Credentials come from HIGH_MOBILITY_CLIENT_ID, HIGH_MOBILITY_CLIENT_SECRET (or HIGH_MOBILITY_PRIVATE_KEY_FILE and
HIGH_MOBILITY_PRIVATE_KEY_ID) and HIGH_MOBILITY_WEBHOOK_SECRET;
for those that are not set, demo values are used and shown. The lines that it prints are for the terminals of the worker
and the gateway; VIN_SPEED there is the --speed here. For otonomo: OTONOMO_CLIENT_ID, OTONOMO_CLIENT_SECRET, OTONOMO_SERVICE;
for autopay: AUTOPAY_CLIENT_ID, AUTOPAY_CLIENT_SECRET.`;

/** `vin simulator`: a provider on this machine, until Ctrl-C. */
export function simulatorCommand(): Command {
  return new Command('simulator')
    .description("Run a provider's API on this machine, with a fast clock and vehicles that follow a script.")
    .addArgument(
      new Argument('[provider]', 'whose API')
        .choices(['high-mobility', 'otonomo', 'autopay', 'all'])
        .default('high-mobility'),
    )
    .option('--port <number>', 'port to listen on, 0 for a free one', portNumber, 0)
    .option('--host <address>', 'address to listen on; the admin endpoints ask for no password', '127.0.0.1')
    .option('--speed <factor>', 'how many times as fast as real time the clock runs', readSpeed, 1)
    .option('--webhook-url <url>', 'where changes are announced (High Mobility)', webAddress)
    .addOption(
      new Option('--words <edition>', 'whose words statuses have (Otonomo)')
        .choices(['v1', 'platform', 'v2'])
        .default('v2'),
    )
    .addOption(
      new Option('--pending-removal <manner>', 'whether a pending vehicle can be removed (Otonomo)')
        .choices(['allowed', 'refused'])
        .default('refused'),
    )
    .option('--token-life <seconds>', 'how long a token lives (Otonomo)', readSeconds, 86_400)
    .option(
      '--inactive-make <make>',
      'a make that is not activated yet (Otonomo); again for another',
      (make: string, makes: readonly string[]) => [...makes, make],
      [] as readonly string[],
    )
    .addOption(
      new Option('--level <level>', 'what the agreement allows (Autopay)')
        .choices(['small', 'medium', 'enterprise'])
        .default('enterprise'),
    )
    .option('--notify-url <url>', 'where notifications of stays are sent (Autopay)', webAddress)
    .option('--notify-token <token>', 'the token that goes along with them (Autopay)')
    .option('--script <file>', 'CSV with the columns vin and expect')
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(
      async (provider: string, options: SimulatorCommandOptions & OtonomoSwitches & AutopaySwitches) => {
        if (provider === 'high-mobility') {
          return (require('./simulator') as typeof import('./simulator')).runSimulator(options);
        }
        if (provider === 'autopay') {
          const { runAutopaySimulator } =
            require('./simulator-autopay') as typeof import('./simulator-autopay');
          return runAutopaySimulator(options);
        }
        const { words: edition, inactiveMake: inactiveMakes, webhookUrl: _, ...rest } = options;
        if (provider === 'all') {
          const { runAllSimulators } = require('./simulator-all') as typeof import('./simulator-all');
          return runAllSimulators({ ...options, edition, inactiveMakes });
        }
        const { runOtonomoSimulator } =
          require('./simulator-otonomo') as typeof import('./simulator-otonomo');
        return runOtonomoSimulator({ ...rest, edition, inactiveMakes });
      },
    );
}

type AutopaySwitches = Pick<AutopayCommandOptions, 'level' | 'notifyUrl' | 'notifyToken'>;

type OtonomoSwitches = Required<Pick<OtonomoCommandOptions, 'pendingRemoval' | 'tokenLife'>> & {
  readonly words: NonNullable<OtonomoCommandOptions['edition']>;
  readonly inactiveMake: readonly string[];
};

function webAddress(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new InvalidArgumentError('It must be an http(s) address.');
  }
  return text;
}
