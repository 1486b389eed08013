import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import type { Shown } from '../../activities/parking';
import type { Locked, Stay } from '../../workflows/contract/parking';
import { PARKING_MATTERS, type ParkingMatter } from '../../workflows/contract/parking';
import { LIMITS } from '../../workflows/lifecycle/limits';
import { VinError } from '../base/errors';
import { cutTo } from '../domain/cut';
import { plainName, WHO_LENGTH } from '../domain/name';
import { type Plate, plateText, readPlate } from '../domain/plate';
import type { Parkings } from '../parkings/parkings';
import type { Payments } from '../parkings/payments';
import { askFirst, canAsk } from './ask-first';
import { fleetOption, nameOption } from './name-option';
import { wholeNumber } from './number-option';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import { readSpan, type SpanOptions, withSpan } from './parking-span';
import { parkingSweepCommand } from './parking-sweep';
import {
  addedLine,
  detailsOf,
  lockedLines,
  removedLine,
  servicesLines,
  tableOfParkings,
} from './parking-words';
import { readKnownVin, withClient } from './session';

const EXAMPLES = `
Plates are written with their country: NO-AA12345, "no aa 12345", DE-HD-BB-12345.

Examples:
  vin parking add NO-AA12345 --vin WBA8E9G50GNT00001 --fleet acme
  vin parking list --fleet acme
  vin parking show NO-AA12345
  vin parking services NO-AA12345
  vin parking lock NO-AA12345 --from 2026-11-20T08:00:00Z --dry-run
  vin parking decline 7cfb0be0-35eb-4afe-90cc-bb1c091a4231 --yes
  vin parking remove NO-AA12345 --reason sold
  vin parking sweep --full`;

/** `vin parking`: plates at the provider of parking. */
export function parkingCommand(): Command {
  const command = new Command('parking').description(
    'Plates of the fleet at the provider of parking: add, look at, lock payments, remove.',
  );
  const parts = [
    addCommand(),
    listCommand(),
    showCommand(),
    servicesCommand(),
    lockCommand(),
    declineCommand(),
    removeCommand(),
    parkingSweepCommand(),
  ];
  for (const part of parts) {
    part.addOption(outputOption()).addHelpText('after', EXAMPLES).exitOverride();
    command.addCommand(part);
  }
  return command.addHelpText('after', EXAMPLES).enablePositionalOptions();
}

/** Runs one question or order against the parkings, and their payments. */
function withParkings<T>(work: (parkings: Parkings, payments: Payments) => Promise<T>): Promise<T> {
  const { Parkings: Connected } = require('../parkings/parkings') as typeof import('../parkings/parkings');
  const { Payments: Paid } = require('../parkings/payments') as typeof import('../parkings/payments');
  const { parkingProvider } = require('../config/parkings') as typeof import('../config/parkings');
  const provider = parkingProvider(process.env);
  return withClient((client) => work(new Connected(client, provider), new Paid(client, provider)));
}

/** @throws VinError `PLATE_INVALID` */
export function readPlateOf(text: string): Plate {
  const check = readPlate(text);
  if (check.ok) return check.plate;
  throw new VinError('PLATE_INVALID', `The plate ${JSON.stringify(text)} ${check.problem}`, check.remedy);
}

interface By {
  readonly by: string;
  readonly output: Format;
}

function byOption(): Option {
  return new Option('--by <name>', 'who asks')
    .argParser(nameOption(WHO_LENGTH))
    .default(cutTo(plainName(userInfo().username), WHO_LENGTH), 'your user name');
}

interface AddOptions extends By {
  readonly vin?: string;
  readonly fleet?: string;
  readonly externalId?: string;
  readonly transfer?: boolean;
}

function addCommand(): Command {
  return new Command('add')
    .description(
      'Add a plate to the fleet at the provider, and look after it until it leaves. Again, nothing is changed.',
    )
    .argument('<plate>', 'the plate, with its country')
    .addOption(new Option('--vin <vin>', 'the vehicle that has it'))
    .addOption(new Option('-f, --fleet <fleet>', 'its fleet').argParser(fleetOption))
    .addOption(new Option('--external-id <text>', 'your own reference to the vehicle').argParser(fleetOption))
    .option('--transfer', 'the plate has changed hands: it leaves for the one, and begins again for this one')
    .addOption(byOption())
    .action(async (text: string, { vin, fleet, externalId, transfer, by, output }: AddOptions) => {
      const plate = readPlateOf(text);
      const vehicle = { plate, vin: vin === undefined ? null : readKnownVin(vin), fleet, externalId };
      const { parkingProvider, readParkingPolicy } =
        require('../config/parkings') as typeof import('../config/parkings');
      const policy = readParkingPolicy(process.env);
      const provider = parkingProvider(process.env);
      const reply = await withClient(async (client) => {
        const { prepareNamespace } =
          require('../temporal/namespace') as typeof import('../temporal/namespace');
        await prepareNamespace(client);
        const { Parkings: Connected } =
          require('../parkings/parkings') as typeof import('../parkings/parkings');
        return new Connected(client, provider).add(vehicle, policy, { transfer: transfer ?? false, by });
      });
      printAnswer(output, reply, addedLine);
    });
}

interface ListOptions {
  readonly all?: boolean;
  readonly fleet?: string;
  readonly vin?: string;
  readonly matter?: ParkingMatter['matter'];
  readonly limit?: number;
  readonly output: Format;
}

function listCommand(): Command {
  return new Command('list')
    .description('List the plates, newest first.')
    .option('-a, --all', 'also those that have left')
    .addOption(new Option('-f, --fleet <fleet>', 'only those of this fleet').argParser(fleetOption))
    .addOption(new Option('--vin <vin>', 'only that of this vehicle'))
    .addOption(
      new Option('--matter <matter>', 'only those that wait for a person because of this').choices(
        PARKING_MATTERS,
      ),
    )
    .option('--limit <number>', 'the most rows', wholeNumber(1))
    .action(async ({ output, limit, vin, ...filter }: ListOptions) => {
      const wanted = { ...filter, ...(vin !== undefined && { vin: readKnownVin(vin) }) };
      printAnswer(output, await withParkings((parkings) => parkings.list(wanted, limit)), tableOfParkings);
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('Show everything that is known of a plate: stays, tolls, what is locked, its history.')
    .argument('<plate>', 'the plate, with its country')
    .action(async (text: string, { output }: { readonly output: Format }) => {
      const plate = readPlateOf(text);
      const report = await withParkings((parkings) => parkings.report(plate));
      const { shownReport } = require('../parkings/shown') as typeof import('../parkings/shown');
      printAnswer(output, shownReport(report), () => detailsOf(report));
    });
}

function removeCommand(): Command {
  return new Command('remove')
    .description(
      'The plate leaves: lock its payments, take it out of private profiles, remove it, and read back that it is gone.',
    )
    .argument('<plate>', 'the plate, with its country')
    .addOption(new Option('--reason <text>', 'why').argParser(nameOption(LIMITS.name)))
    .addOption(byOption())
    .action(async (text: string, { reason, by, output }: By & { readonly reason?: string }) => {
      const plate = readPlateOf(text);
      const asked = { by, reason: reason ?? null };
      printAnswer(output, await withParkings((parkings) => parkings.remove(plate, asked)), removedLine);
    });
}

function servicesCommand(): Command {
  return withSpan(new Command('services'))
    .description('Ask the provider, with every credential, what is unpaid of a plate; also what goes on.')
    .argument('<plate>', 'the plate, with its country')
    .action(async (text: string, { output, ...span }: SpanOptions) => {
      const plate = readPlateOf(text);
      const shown = await withParkings((_, payments) => payments.services({ plate, ...readSpan(span) }));
      tellServices(output, shown);
    });
}

function tellServices(output: Format, shown: readonly Shown[]): void {
  const { shownServices } = require('../parkings/shown') as typeof import('../parkings/shown');
  printAnswer(output, shownServices(shown), () => servicesLines(shown));
  failWhere(shown);
}

/** What one credential has said was told; what another one did not is no success. */
function failWhere(all: readonly (Shown | Locked)[]): void {
  if (all.some(({ outcome }) => outcome === 'failed')) process.exitCode = EXIT.failed;
}

interface LockOptions extends SpanOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly by: string;
}

function lockCommand(): Command {
  return withSpan(new Command('lock'))
    .description(
      'At a return: lock the payments of a plate that stays in the fleet, so that nobody pays twice. There is no unlock.',
    )
    .argument('<plate>', 'the plate, with its country')
    .option('--dry-run', 'show what would be locked, and lock nothing')
    .option('-y, --yes', 'do not ask first')
    .addOption(byOption())
    .action(async (text: string, { dryRun, yes, by, output, ...span }: LockOptions) => {
      const plate = readPlateOf(text);
      // The same span for what is shown and for what is locked.
      const meant = { plate, ...readSpan({ ...span, to: span.to ?? Date.now() }) };
      await withParkings(async (_, payments) => {
        if (dryRun || !yes) {
          const shown = await payments.services(meant);
          requireLevel(shown);
          if (dryRun) return tellServices(output, shown);
          say(servicesLines(shown));
          if (!(await isMeant(`Lock these payments of ${plateText(plate)} for good? There is no unlock.`)))
            return;
        }
        const locked: readonly Locked[] = await payments.lock(meant, by);
        requireLevel(locked);
        const { shownLocked } = require('../parkings/shown') as typeof import('../parkings/shown');
        printAnswer(output, shownLocked(locked), () => lockedLines(locked));
        failWhere(locked);
      });
    });
}

function declineCommand(): Command {
  return new Command('decline')
    .description(
      'Decline to pay one service: its invoice goes to the owner of the vehicle. It cannot be taken back.',
    )
    .argument('<service>', 'the id of a service that has ended')
    .option('-y, --yes', 'do not ask first')
    .addOption(byOption())
    .action(async (id: string, { yes, by, output }: By & { readonly yes?: boolean }) => {
      if (!yes && !(await isMeant(`Decline to pay ${id}? The owner of the vehicle is invoiced then.`)))
        return;
      const declined = await withParkings((_, payments) => payments.decline(id, by));
      printAnswer(output, declined, ({ application, stay }: { application: string; stay: Stay }) => {
        return `${stay.id} is declined with the credential ${application}.`;
      });
    });
}

/** @returns false where the answer is no. Where nobody can be asked, --yes is needed. */
async function isMeant(question: string): Promise<boolean> {
  if (!canAsk()) {
    say('error: nobody can be asked here: give --yes, or --dry-run to look.');
    process.exitCode = EXIT.usage;
    return false;
  }
  if (await askFirst(question)) return true;
  say('Nothing was changed.');
  process.exitCode = EXIT.failed;
  return false;
}

/** @throws VinError `PARKING_OFF` where no credential has the level. */
function requireLevel(all: readonly (Shown | Locked)[]): void {
  if (all.some(({ outcome }) => outcome !== 'no-level')) return;
  throw new VinError(
    'PARKING_OFF',
    all.map(({ words }) => words).join(' ') || 'There is no credential for parking',
    'Locks need an agreement of level medium or enterprise with the operator; then set the LEVEL of the credential.',
  );
}
