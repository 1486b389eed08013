import { Command } from 'commander';
import { outputOption } from './output';

const EXAMPLES = `
Examples:
  vin certificate create-key certificate-key.pem
  vin certificate show WBA8E9G50GNT00001
  vin certificate export WBA8E9G50GNT00001 --to ./for-the-buyer
  vin certificate export --to ./all
  vin certificate erase WBA8E9G50GNT00001
  vin certificate verify 00000012.buyer.vin-certificate.jws --key public.pem --vin WBA8E9G50GNT00001
  vin certificate check-chain ./all --key public.pem

verify and check-chain need no server, no settings and no network. Exit code 0: good; 1: not, and the answer says which check failed
(docs/certificates.md).`;

/** Loaded when a command runs. */
const runs = () => require('./certificate-runs') as typeof import('./certificate-runs');
const checks = () => require('./certificate-checks') as typeof import('./certificate-checks');

/** `vin certificate`: the certificates of vehicles that have left. */
export function certificateCommand(): Command {
  const command = new Command('certificate')
    .description('Show, export and verify the certificates of vehicles that have left.')
    .addHelpText('after', EXAMPLES);
  for (const subcommand of [createKey(), show(), exportFiles(), erase(), verify(), checkChain()]) {
    subcommand.addOption(outputOption()).addHelpText('after', EXAMPLES).exitOverride();
    command.addCommand(subcommand);
  }
  return command;
}

function createKey(): Command {
  return new Command('create-key')
    .description(
      'Make a key that signs certificates: a private file for the worker, and a public one for everybody.',
    )
    .argument(
      '[file]',
      'where to write the private key; the public one stands beside it',
      'certificate-key.pem',
    )
    .action((file: string, options) => runs().createKey(file, options));
}

function show(): Command {
  return new Command('show')
    .description('Show the certificates of a vehicle, newest first.')
    .argument('<vin>', 'the vehicle identification number')
    .action((vin: string, options) => runs().showCertificates(vin, options));
}

function exportFiles(): Command {
  return new Command('export')
    .description(
      'Write certificates into a folder: for each both signed files and a page that verifies itself, and the public keys.',
    )
    .argument('[vin...]', 'of these vehicles only; of all without it')
    .requiredOption('--to <folder>', 'where to write them')
    .action((vins: string[], options) => runs().exportCertificates(vins, options));
}

function erase(): Command {
  return new Command('erase')
    .description(
      'Erase all that names a vehicle where certificates are kept. What stays of each certificate keeps the chain whole.',
    )
    .argument('<vin>', 'the vehicle identification number')
    .option('--yes', 'do not ask first')
    .action((vin: string, options) => runs().eraseCertificates(vin, options));
}

function verify(): Command {
  return new Command('verify')
    .description('Verify one signed file with the public key of the one who issued it.')
    .argument('<file>', 'a certificate or statement (.jws)')
    .requiredOption('-k, --key <file>', 'public key: PEM, JWK or a list of them; may be repeated', collect)
    .option('--vin <vin>', 'the vehicle that it should be about')
    .option('--full <file>', 'the first file, where this is the copy for the buyer')
    .action((file: string, options) => checks().verify(file, options));
}

function checkChain(): Command {
  return new Command('check-chain')
    .description(
      'Check a folder of certificates: that each is good, none is missing, and none was exchanged.',
    )
    .argument('<folder>', 'a folder as export writes it, or the store itself')
    .option('-k, --key <file>', 'public key, may be repeated (default: jwks.json in the folder)', collect)
    .option('--from <number>', 'the number that the folder begins with (default: 1)')
    .action((folder: string, options) => checks().chain(folder, options));
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
