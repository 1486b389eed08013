import type { Client } from '@temporalio/client';
import { VinError } from '../base/errors';
import type { Plate } from '../domain/plate';
import type { ListedVehicle } from '../fleet-list/fleet-list';
import { type Beginning, type LeftBefore, ONCE_MORE, type Start } from '../fleet-list/import-rows';
import type { ParkingDesk } from '../parkings/beside';

/**
 * Starts the parking of a row's plate beside its data. The same row again starts nothing twice.
 *
 * @param startData what starts the data of a row.
 */
export function withParking(client: Client, startData: Start): Start {
  return async (vehicle) => {
    const { plate, onlyParking, ...data } = vehicle;
    if (!plate) return onlyParking ? { outcome: 'already-active' } : startData(data);
    if (onlyParking) return alone({ ...vehicle, plate }, client);
    return withPlate(await startData(data), { ...vehicle, plate }, client);
  };
}

/** What a plate is refused for is said of its row: the server is there, and the next row may go well. */
async function alone(
  vehicle: ListedVehicle & { readonly plate: Plate },
  client: Client,
): Promise<Beginning | LeftBefore> {
  try {
    const named = { ...vehicle, vin: vehicle.vin === '' ? null : vehicle.vin };
    return { outcome: (await beside().park(named, deskAt(client))).outcome };
  } catch (error) {
    if (!(error instanceof VinError)) throw error;
    const problem = `its parking was not started: ${error.message}`;
    return { outcome: 'failed', problem, remedy: error.next };
  }
}

/** The data is started whatever comes of the parking: what is wrong with that is said of the row. */
async function withPlate(
  data: Beginning | LeftBefore,
  vehicle: ListedVehicle & { readonly plate: Plate },
  client: Client,
): Promise<Beginning | LeftBefore> {
  const { halfStarted, parkBeside } = beside();
  const parked = await parkBeside(data.outcome, vehicle, () => deskAt(client));
  if (parked?.outcome !== 'refused') return data;
  const { error } = parked;
  const remedy = error instanceof VinError ? error.next : ONCE_MORE;
  return { outcome: 'failed', problem: halfStarted(data.outcome, error), remedy };
}

/** Where the data of a vehicle was started: its parking. @throws VinError which says that the data is started all the same. */
export async function alsoPark(
  data: Beginning['outcome'],
  client: Client,
  vehicle: Pick<ListedVehicle, 'vin' | 'fleet' | 'externalId'> & { readonly plate: Plate },
): Promise<Beginning['outcome'] | null> {
  const { halfStarted, parkBeside } = beside();
  const parked = await parkBeside(data, vehicle, () => deskAt(client));
  if (parked?.outcome !== 'refused') return parked?.outcome ?? null;
  const { error } = parked;
  if (!(error instanceof VinError)) throw error;
  const { vin } = vehicle;
  throw new VinError(error.code, `${vin}: ${halfStarted(data, error)}`, error.next, { cause: error, vin });
}

// Loaded when there is a plate: lists without one start sooner.
function beside(): typeof import('../parkings/beside') {
  return require('../parkings/beside') as typeof import('../parkings/beside');
}

function deskAt(client: Client): ParkingDesk {
  const { Parkings } = require('../parkings/parkings') as typeof import('../parkings/parkings');
  const { parkingProvider, readParkingPolicy } =
    require('../config/parkings') as typeof import('../config/parkings');
  return {
    parkings: new Parkings(client, parkingProvider(process.env)),
    policy: readParkingPolicy(process.env),
  };
}
