import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import type { Activations } from '../activations/activations';
import { amendOptions, inWords } from '../activations/differences';
import type { Started } from '../activations/starts';
import { VinError } from '../base/errors';
import { applicationKey } from '../domain/application';
import type { Plate } from '../domain/plate';
import { missingTags, rulesFor } from '../domain/rules';
import { parseOdometer } from '../fleet-list/odometer';
import { type AskingMode, eligibilityOption } from './eligibility-option';
import { fleetOption } from './name-option';
import { sayWhereNoWorker } from './no-worker';
import { EXIT, type Format, outputOption, printAnswer, say } from './output';
import {
  checkedVin,
  isSandboxApplication,
  ownApplication,
  placeReader,
  readCatalogue,
  readVin,
  withActivations,
} from './session';
import { collectTag } from './tag-option';

interface Options {
  readonly brand: string;
  readonly fleet?: string;
  readonly externalId?: string;
  readonly tag: Record<string, string>;
  readonly odometer?: string;
  readonly plate?: string;
  readonly country?: string;
  readonly subdivision?: string;
  readonly checkEligibility?: AskingMode;
  readonly again?: boolean;
  readonly application?: string;
  readonly output: Format;
}

export function activateCommand(): Command {
  return new Command('activate')
    .description('Start the activation of one vehicle. Starting it again while it is alive changes nothing.')
    .argument('<vin>', 'the vehicle identification number')
    .requiredOption('-b, --brand <brand>', 'the brand, for example mercedes-benz')
    .option('-f, --fleet <fleet>', 'the fleet that the vehicle belongs to', fleetOption)
    .option('--external-id <text>', 'your own reference to the vehicle, to find it by', fleetOption)
    .option('-t, --tag <key=value>', 'a tag for the provider; may be repeated', collectTag, {})
    .option('--odometer <value>', "only for the sandbox's first virtual VIN, for example 2050km")
    .option('--plate <plate>', 'its plate, whose parking is started as well, for example NO-AA12345')
    .option('--country <code>', 'the country of the plate, where it is written without one, for example NO')
    .option('--subdivision <code>', 'the subdivision of the country, where plates have one')
    .option(
      '--again',
      'where the vehicle is leaving: start it once it has left; and where it has left with a certificate',
    )
    .addOption(eligibilityOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  vin activate WBA8E9G50GNT00001 --brand bmw --fleet acme
  vin activate WBA8E9G50GNT00001 --brand bmw --plate NO-AA12345
  vin activate WVWZZZ1KZAW000001 --brand volkswagen --tag "vw-group-customer-name=ACME Leasing"`,
    )
    .action(activate);
}

async function activate(text: string, options: Options): Promise<void> {
  goToItsPlace(options);
  checkedVin(text, true);
  const rules = rulesFor(readCatalogue(), options.brand, { speed: 1, fleet: options.fleet });
  const missing = missingTags(rules, options.tag);
  if (missing.length > 0) throw tagMissing(text, rules.brand.name, missing);
  const odometer = options.odometer ? parseOdometer(options.odometer) : undefined;
  if (options.odometer && !odometer) {
    throw new VinError(
      'ODOMETER_INVALID',
      `"${options.odometer}" is not an odometer.`,
      'Write for example 2050km.',
    );
  }
  const plate = plateIn(options);
  const start = async (activations: Activations, client: Client) => {
    const vin = readVin(text, await isSandboxApplication(client));
    if (!options.again) await requireNotLeft(vin, activations, client);
    const vehicle = {
      vin,
      brand: rules.brand.id,
      tags: options.tag,
      ...(options.fleet && { fleet: options.fleet }),
      ...(options.externalId && { externalId: options.externalId }),
      ...(odometer && { odometer }),
      ...(options.checkEligibility && { checkEligibility: options.checkEligibility }),
    };
    const started = await activations.activate(vehicle, { again: options.again === true });
    await sayWhereNoWorker(client);
    const parking = plate && (await parkingOf({ ...vehicle, plate }, started, client));
    return { vin, brand: rules.brand.id, ...started, ...(parking && { parking }) };
  };
  const answer = await withActivations(start, { starting: true });
  const { differs, ...rest } = answer;
  printAnswer(options.output, { ...rest, ...(differs.length > 0 && { differs }) }, () =>
    answer.parking ? `${said(answer)}\n${parkingSaid(answer.parking)}` : said(answer),
  );
  if (answer.outcome === 'leaving') process.exitCode = EXIT.failed;
}

/** @throws VinError `PLATE_INVALID` before anything is started. */
function plateIn({ plate, country, subdivision = '' }: Options): Plate | null {
  if (plate === undefined) {
    if (country === undefined && subdivision === '') return null;
    throw new VinError('PLATE_INVALID', 'A country is named, and no plate', 'Add --plate.');
  }
  const { readGivenPlate } = require('../domain/given-plate') as typeof import('../domain/given-plate');
  const check = readGivenPlate({ plate, country, subdivision });
  if (check.ok) return check.plate;
  throw new VinError('PLATE_INVALID', `The plate ${JSON.stringify(plate)} ${check.problem}`, check.remedy);
}

interface ParkingAnswer {
  readonly plate: string;
  readonly outcome: string;
}

/** Null: the vehicle is leaving, so that nothing begins. */
async function parkingOf(
  vehicle: {
    readonly vin: string;
    readonly plate: Plate;
    readonly fleet?: string;
    readonly externalId?: string;
  },
  { outcome }: Started,
  client: Client,
): Promise<ParkingAnswer | null> {
  const { alsoPark } = require('./start-parking') as typeof import('./start-parking');
  const { plateText } = require('../domain/plate') as typeof import('../domain/plate');
  const parking = await alsoPark(outcome, client, vehicle);
  return parking && { plate: plateText(vehicle.plate), outcome: parking };
}

function parkingSaid({ plate, outcome }: ParkingAnswer): string {
  switch (outcome) {
    case 'started':
      return `${plate}: parking started`;
    case 'starts-again':
      return `${plate}: its parking is leaving, and starts again once it has left`;
    default:
      return `${plate}: its parking was there, nothing changed`;
  }
}

/** Where no application is named, the fleet or the brand may have a place of its own. @throws VinError `CONFIG_INVALID`. */
function goToItsPlace({ application, fleet = '', brand }: Options): void {
  if (application !== undefined || !process.env['VIN_PLACES']) return;
  const place = placeReader()({ application: '', fleet, brand });
  if (typeof place === 'string') {
    throw new VinError('CONFIG_INVALID', `VIN_PLACES ${place}.`, 'Correct it, or say --application.');
  }
  if (!place || applicationKey(place) === applicationKey(ownApplication())) return;
  process.env['VIN_APPLICATION'] = applicationKey(place);
  say(`note: by VIN_PLACES it goes to ${applicationKey(place)}`);
}

function said({
  vin,
  brand,
  outcome,
  differs,
}: Started & { readonly vin: string; readonly brand: string }): string {
  switch (outcome) {
    case 'started':
      return `${vin}: activation started`;
    case 'starts-again':
      return `${vin}: it is leaving, and starts again once it has left`;
    case 'leaving':
      return `${vin}: not started, because it is leaving. To start it once it has left: vin activate ${vin} --brand ${brand} --again. To take the leaving back, as long as the provider was not asked to end the access: vin stay ${vin}`;
    default:
      return differs.length === 0
        ? `${vin}: already active, nothing changed`
        : `${vin}: already active, nothing changed: ${inWords(differs)}. To change it: vin amend ${vin} ${amendOptions(differs)}`;
  }
}

/** @throws VinError `VEHICLE_HAS_LEFT`, `CERTIFICATES_NOT_ANSWERED`. */
async function requireNotLeft(vin: string, activations: Activations, client: Client): Promise<void> {
  const { Certificates } =
    require('../activations/certificates') as typeof import('../activations/certificates');
  const { hasLeft, LeftVehicles } = require('../activations/left') as typeof import('../activations/left');
  const left = new LeftVehicles(new Certificates(client), activations);
  await left.ask([vin]);
  const leaving = await left.of(vin);
  if (leaving) throw hasLeft(vin, leaving);
}

function tagMissing(vin: string, brand: string, missing: readonly string[]): VinError {
  return new VinError(
    'TAG_MISSING',
    `${vin}: ${brand} needs the tag ${missing.join(', ')}.`,
    `Add --tag "${missing[0]}=…", or set the tag in defaultTags of your catalogue file, for all fleets or for this one.`,
    { vin },
  );
}
