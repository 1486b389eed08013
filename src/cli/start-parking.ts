import type { Client } from '@temporalio/client';
import { VinError } from '../base/errors';
import type { Plate } from '../domain/plate';
import type { ListedVehicle } from '../fleet-list/fleet-list';
import type { Beginning, LeftBefore, Start } from '../fleet-list/import-rows';

/**
 * Starts the parking of a row's plate beside its data. The same row again starts nothing twice.
 *
 * @param startData what starts the data of a row.
 */
export function withParking(client: Client, startData: Start): Start {
  return async (vehicle) => {
    const { plate, onlyParking, ...data } = vehicle;
    const began = onlyParking ? null : await startData(data);
    if (!plate || (began && !isToBeParked(began))) return began ?? { outcome: 'already-active' };
    return began === null ? begin(client, vehicle) : beside(began, client, vehicle);
  };
}

/** What has left, or leaves, has no parking that begins. */
function isToBeParked({ outcome }: Beginning | LeftBefore): boolean {
  return outcome === 'started' || outcome === 'already-active';
}

/** Where the data of a vehicle was started: its parking. @throws VinError which says that the data is started all the same. */
export async function alsoPark(
  data: Beginning['outcome'],
  client: Client,
  vehicle: ParkedVehicle & { readonly plate: Plate },
): Promise<Beginning['outcome'] | null> {
  if (!isToBeParked({ outcome: data })) return null;
  try {
    return (await begin(client, vehicle)).outcome;
  } catch (error) {
    if (!(error instanceof VinError)) throw error;
    const problem = `${vehicle.vin}: its data is ${data}, and its parking was not started: ${error.message}`;
    throw new VinError(error.code, problem, error.next, { cause: error, vin: vehicle.vin });
  }
}

type ParkedVehicle = Pick<ListedVehicle, 'vin' | 'plate' | 'fleet' | 'externalId'>;

async function begin(client: Client, { vin, plate, fleet, externalId }: ParkedVehicle): Promise<Beginning> {
  const { Parkings } = require('../parkings/parkings') as typeof import('../parkings/parkings');
  const { parkingProvider, readParkingPolicy } =
    require('../config/parkings') as typeof import('../config/parkings');
  if (!plate) throw new Error('There is no plate');
  const vehicle = { plate, vin, fleet: fleet ?? null, externalId: externalId ?? null };
  const parkings = new Parkings(client, parkingProvider(process.env));
  const { outcome } = await parkings.add(vehicle, readParkingPolicy(process.env));
  return {
    outcome: {
      added: 'started',
      already: 'already-active',
      named: 'already-active',
      again: 'starts-again',
      transferred: 'starts-again',
    }[outcome] as Beginning['outcome'],
  };
}

/** The data is started whatever comes of the parking: what is wrong with that is said of the row. */
async function beside(
  data: Beginning | LeftBefore,
  client: Client,
  vehicle: ListedVehicle,
): Promise<Beginning | LeftBefore> {
  try {
    await begin(client, vehicle);
    return data;
  } catch (error) {
    if (!(error instanceof VinError)) throw error;
    const problem = `its data is ${data.outcome}, and its parking was not started: ${error.message}`;
    return { outcome: 'failed', problem, remedy: error.next };
  }
}
