import type { Client } from '@temporalio/client';
import type { Activations } from '../activations/activations';
import { VinError } from '../base/errors';
import type { Catalogue } from '../catalogue/schema';
import type { PlaceOf } from '../config/places';
import { type Application, applicationFrom, applicationKey } from '../domain/application';
import type { VinCheck } from '../domain/vin';
import type { ElsewhereOptions, FleetListOptions } from '../fleet-list/fleet-list';
import { applicationWords } from './application-option';
import { applications } from './handed-in';
import { say } from './output';

// What takes long to load is loaded when it is needed: `vin help` and a wrong option cost nothing then.

/** Runs one question or order against the activations, and closes the connection after it. */
export async function withActivations<T>(
  work: (activations: Activations, client: Client) => Promise<T>,
  { starting = false }: { readonly starting?: boolean } = {},
): Promise<T> {
  const { Activations } =
    require('../activations/activations') as typeof import('../activations/activations');
  return withClient(async (client) => {
    if (starting) {
      const { prepareNamespace } = require('../temporal/namespace') as typeof import('../temporal/namespace');
      await prepareNamespace(client);
    }
    return work(new Activations(client, ownApplication()), client);
  });
}

/** Runs one piece of work with a connection to Temporal, and closes it after it. */
export async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const { CALL_TIMEOUT, callError, connectClient, readTemporalConfig } =
    require('../temporal/connection') as typeof import('../temporal/connection');
  const config = readTemporalConfig(process.env);
  const { client, close } = await connectClient(config, { callTimeout: CALL_TIMEOUT });
  try {
    return await work(client);
  } catch (error) {
    throw await callError(error, config);
  } finally {
    await close();
  }
}

/** The catalogue of this environment, for the provider of an application. */
export function readCatalogue(app: Application = ownApplication()): Catalogue {
  const { readConfig } = require('../config/config') as typeof import('../config/config');
  const { VIN_CATALOGUE: file } = readConfig(process.env, ['VIN_CATALOGUE']);
  return applications().catalogueOf(app, file);
}

/** The application that is meant here: by `--application`, or by the environment. @throws VinError `CONFIG_INVALID`. */
export function ownApplication(): Application {
  const { applicationSet } =
    require('../config/own-application') as typeof import('../config/own-application');
  // Where it cannot be read, whoever reads all variables says why: to load that takes a fifth of a command's time.
  return applicationSet(process.env) ?? applications().defaultApplication(process.env);
}

/** What checks the rows of a list, by the settings of this environment: for what asks the provider, or nobody. */
export function readSurroundings(): FleetListOptions {
  return surroundingsIn(applications().isSandboxByVariables(ownApplication(), process.env));
}

/** What checks the rows of a list. @param sandbox whether the vehicles are those of a sandbox. */
export function surroundingsIn(sandbox: boolean): FleetListOptions {
  const { checkVehicle } = applications().profileOf(ownApplication());
  return { catalogue: readCatalogue(), sandbox, checkVehicle };
}

/** The providers of parking that are configured here. @throws VinError `CONFIG_INVALID`. */
function parkingProviders(): readonly string[] {
  if (!process.env['VIN_PARKING']?.trim()) return [];
  const { parkingCredentials } = require('../config/parkings') as typeof import('../config/parkings');
  return parkingCredentials(process.env).map(({ app }) => app.provider);
}

/** Where a vehicle goes by what it says of itself, in this environment. */
export function placeReader(): PlaceOf {
  const { readConfig } = require('../config/config') as typeof import('../config/config');
  const { createPlaceOf } = require('../config/places') as typeof import('../config/places');
  const { VIN_PLACES: places } = readConfig(process.env, ['VIN_PLACES']);
  return createPlaceOf(places, { brands: readCatalogue().brands, has: applications().has });
}

/**
 * The same for a list whose rows may belong to other applications: by their column, by their fleet or by their brand
 * (`VIN_PLACES`).
 *
 * @param isSandboxAt whether the vehicles of another application are those of a sandbox.
 */
export function surroundingsOfMany(
  sandbox: boolean,
  isSandboxAt: (app: Application) => boolean,
): FleetListOptions {
  const placeOf = placeReader();
  const own = applicationKey(ownApplication());
  const known = new Map<string, ElsewhereOptions>();
  const elsewhere = (app: Application): ElsewhereOptions => {
    const key = applicationKey(app);
    const options = known.get(key) ?? {
      application: key,
      catalogue: readCatalogue(app),
      sandbox: isSandboxAt(app),
      checkVehicle: applications().profileOf(app).checkVehicle,
    };
    known.set(key, options);
    return options;
  };
  return {
    ...surroundingsIn(sandbox),
    parkings: parkingProviders(),
    placeOf: (row) => {
      const place = placeOf(row);
      if (place === null || typeof place === 'string') return place;
      return applicationKey(place) === own ? null : elsewhere(place);
    },
  };
}

/**
 * Whether the vehicles of an application are those of a sandbox. Its own worker has written down where its provider is; this
 * machine may know nothing of it. Before the first worker the address that is set here counts; where none is, it is not
 * taken for a sandbox.
 */
export async function isSandboxApplication(client: Client): Promise<boolean> {
  const { isSandboxAt, profileOf } = applications();
  const { originOf } = require('../temporal/ownership') as typeof import('../temporal/ownership');
  const app = ownApplication();
  const address = await originOf(client, app);
  return address === null ? isSandboxAt(app, process.env) : profileOf(app).isSandbox(address);
}

/**
 * The VIN of a vehicle to start, in the form to use.
 *
 * @throws VinError `VIN_INVALID`.
 */
export function readVin(text: string, sandbox: boolean): string {
  const { vin, warnings } = checkedVin(text, sandbox);
  for (const warning of warnings) say(`warning: the VIN ${vin} ${warning}`);
  return vin;
}

const OF_SANDBOX =
  "Where it is a test VIN: start the worker of the sandbox first, or set the provider's address to the sandbox.";

/** The same in silence. @throws VinError `VIN_INVALID`. */
export function checkedVin(text: string, sandbox: boolean): VinCheck & { readonly ok: true } {
  const { checkVehicle } = applications().profileOf(ownApplication());
  const check = checkVehicle(text, { sandbox });
  if (check.ok) return check;
  const isOfSandbox = checkVehicle(text, { sandbox: true }).ok;
  const next = isOfSandbox ? `${check.remedy} ${OF_SANDBOX}` : check.remedy;
  throw new VinError('VIN_INVALID', `The VIN ${JSON.stringify(text)} ${check.problem}.`, next);
}

/** What names a vehicle that is asked for. */
export interface KnownVin {
  readonly vin: string;
  /** What its own provider says against the form, where another provider takes it: it counts where nobody knows such a vehicle. */
  readonly refusal?: VinError;
}

/**
 * What names a vehicle that is asked for. Only its form is looked at: an activation of it is there or is not, at whatever
 * provider, and no setting of one is needed for that.
 *
 * @throws VinError `VIN_INVALID` for what no provider takes.
 */
export function checkedKnownVin(text: string): KnownVin {
  try {
    return { vin: checkedVin(text, true).vin };
  } catch (error) {
    for (const { checkVehicle } of applications().profiles()) {
      const check = checkVehicle(text, { sandbox: true });
      if (check.ok) return { vin: check.vin, refusal: error as VinError };
    }
    throw error;
  }
}

/** The same, with what is odd about it told. @throws VinError `VIN_INVALID`. */
export function readKnownVin(text: string): string {
  const { vin, refusal } = checkedKnownVin(text);
  return refusal ? vin : readVin(text, true);
}

/**
 * Asks for a vehicle where it is: at the application that is meant, and where it has none there and none was named, at the
 * only one that has an activation of it which runs.
 *
 * @throws VinError `ACTIVATION_UNKNOWN` with the places where it is, `VIN_INVALID` where it is nowhere and of another form.
 */
export async function whereItIs<T>(
  { vin, refusal }: KnownVin,
  activations: Activations,
  ask: (activations: Activations) => Promise<T>,
): Promise<T> {
  try {
    return await ask(activations);
  } catch (error) {
    if (!(error instanceof VinError && error.code === 'ACTIVATION_UNKNOWN')) throw error;
    const { runningAnywhere } =
      require('../activations/anywhere') as typeof import('../activations/anywhere');
    const own = applicationKey(activations.app);
    const running = await runningAnywhere(activations.client, vin);
    const [place, ...more] = running.filter((row) => applicationKey(row) !== own);
    if (!place) throw refusal ?? error;
    if (more.length === 0 && applicationWords() === '') {
      const { Activations } =
        require('../activations/activations') as typeof import('../activations/activations');
      say(`note: ${vin} is at ${applicationKey(place)}`);
      return ask(new Activations(activations.client, applicationFrom(applicationKey(place))));
    }
    const places = [place, ...more].map(applicationKey).sort();
    throw new VinError(
      'ACTIVATION_UNKNOWN',
      `There is no activation of ${vin} at ${own}`,
      `It is at ${places.join(' and at ')}: ask with --application ${places[0]}`,
      { vin },
    );
  }
}
