import type { ParkingPolicy } from '../../workflows/contract/parking';
import { type Plate, plateText } from '../domain/plate';
import type { AddReply, NewParking, Parkings } from './parkings';

/** What comes of a parking that is started with the data of its vehicle, in the words of starts. */
export const BESIDE_OUTCOMES = ['started', 'already-active', 'starts-again'] as const;

/** The parking of a plate, as it was started. */
export interface Parked {
  readonly plate: string;
  readonly outcome: (typeof BESIDE_OUTCOMES)[number];
}

/** What was not started, and why. The data of its vehicle is started whatever comes of it. */
export interface NotParked {
  readonly plate: string;
  readonly outcome: 'refused';
  readonly error: unknown;
}

/** Where parkings are started. */
export interface ParkingDesk {
  readonly parkings: Pick<Parkings, 'add'>;
  readonly policy: ParkingPolicy;
  /** Who asks; null: nobody is known. */
  readonly by?: string | null;
}

export type PlatedVehicle = NewParking & { readonly plate: Plate };

/** Starts the parking of a plate. The same again starts nothing twice. */
export async function park(
  { plate, vin, fleet, externalId }: PlatedVehicle,
  { parkings, policy, by = null }: ParkingDesk,
): Promise<Parked> {
  const { outcome } = await parkings.add({ plate, vin, fleet, externalId }, policy, { by });
  return { plate: plateText(plate), outcome: WORDS[outcome] };
}

const WORDS: Readonly<Record<AddReply['outcome'], Parked['outcome']>> = {
  added: 'started',
  already: 'already-active',
  named: 'already-active',
  again: 'starts-again',
  transferred: 'starts-again',
};

/**
 * The second half of one order: the data was asked for, now its parking. One that fails takes nothing back: what was started is told,
 * and the same order again starts only what is missing.
 *
 * @param data what came of the data.
 * @param desk read within: what is wrong with its settings is told beside the data as well.
 * @returns null: the vehicle leaves, or has left, so no parking begins.
 */
export async function parkBeside(
  data: string,
  vehicle: PlatedVehicle,
  desk: () => ParkingDesk,
): Promise<Parked | NotParked | null> {
  if (data !== 'started' && data !== 'already-active') return null;
  try {
    return await park(vehicle, desk());
  } catch (error) {
    return { plate: plateText(vehicle.plate), outcome: 'refused', error };
  }
}

/** In a sentence: what of a vehicle was started, and what not. */
export function halfStarted(data: string, error: unknown): string {
  return `its data is ${data}, and its parking was not started: ${(error as Error).message}`;
}
