import { createAutopay } from '../../src/providers/autopay/client';
import type { Level } from '../../src/providers/parking';
import { createParkingSweeper, type ParkingSweeper } from '../../src/sweep/parking-sweeper';
import {
  type AutopaySimulator,
  type AutopaySimulatorOptions,
  startAutopaySimulator,
} from '../../src/trial/simulator/autopay/simulator';
import type { ParkingChanges } from '../../workflows/contract/parking-sweep';
import { MemoryParkings } from './memory-parkings';

export const MINUTE = 60_000;
export const DAY = 86_400_000;
const CREDENTIALS = [
  { clientId: 'north', clientSecret: 'the-secret-of-north', operator: 'operator-1', level: 'enterprise' },
  { clientId: 'south', clientSecret: 'the-secret-of-south', operator: 'operator-2', level: 'enterprise' },
] as const;

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

export interface World {
  readonly simulator: AutopaySimulator;
  readonly parkings: MemoryParkings;
  readonly sweeper: ParkingSweeper;
  /** Sweeps as a schedule does: each goes on from the last one that went well. */
  sweep(): Promise<ParkingChanges>;
  readonly last: () => ParkingChanges | undefined;
}

/** A provider of parking, what lives of its plates, and who sweeps; closed after each test. */
export async function start(
  plates: readonly string[],
  options: Partial<AutopaySimulatorOptions> & { levels?: readonly Level[] } = {},
): Promise<World> {
  const { levels = ['medium', 'medium'], ...rest } = options;
  const simulator = await startAutopaySimulator({
    credentials: CREDENTIALS,
    seed: 1,
    tokensADay: 1_000,
    ...rest,
  });
  open.push(simulator);
  const parkings = new MemoryParkings(plates, () => simulator.clock.now());
  const lines = CREDENTIALS.map(({ clientId, clientSecret }, index) => {
    const client = createAutopay({ baseUrl: simulator.url, authUrl: simulator.url, clientId, clientSecret });
    open.unshift(client);
    return { app: { provider: 'autopay', application: clientId }, level: levels[index] ?? 'small', client };
  });
  const sweeper = createParkingSweeper({ provider: 'autopay', lines, parkings });
  let last: ParkingChanges | undefined;
  const sweep = async (): Promise<ParkingChanges> => {
    last = await sweeper.changes({ begun: simulator.clock.now(), read: last?.read ?? {} });
    return last;
  };
  return { simulator, parkings, sweeper, sweep, last: () => last };
}

export const registration = (plate: string) => {
  const [country_code = '', license_plate_number = ''] = plate.split('-');
  return { country_code, license_plate_number };
};
export const ids = (stays: readonly { readonly id: string }[]) => stays.map(({ id }) => id).sort();
