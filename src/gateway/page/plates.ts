import { plateText, readPlate } from '../../domain/plate';
import type { OpenParking } from '../../snapshot/parkings';
import { evenly } from '../api/evenly';
import { allOf } from '../api/token-applications';
import type { ShownParking } from './parkings';
import type { Visit } from './plugin';

/** The parkings of a vehicle, or the one of a plate, each with its history where a worker answers. */
export async function parkingsOf(
  { api, token, use, signal }: Visit,
  rows: readonly OpenParking[],
  called: string,
): Promise<ShownParking[]> {
  const { parking } = api;
  const own = rows.filter(({ vin, plate }) => vin === called || plate === called).slice(0, MOST_PARKINGS);
  return Promise.all(
    own.map(async (row) => {
      const check = readPlate(row.plate);
      if (!parking || !check.ok) return { row, history: [] };
      const ours = parking.parkings.forFleets(token.fleets, allOf(token, api.app));
      const ask = () => ours.report(check.plate);
      const report = await use.lookInTurn(() => evenly(token, ask), signal).catch(() => null);
      return { row, history: report?.history ?? [] };
    }),
  );
}

/** Of one vehicle: its plate, and those before it that still leave. */
const MOST_PARKINGS = 5;

/** Where the vehicle of a plate is, or the plate where nobody has said whose it is; null: it is not here. */
export function addressOfPlate(rows: readonly OpenParking[], text: string): string | null {
  const check = readPlate(text);
  const row = check.ok && rows.find(({ plate }) => plate === plateText(check.plate));
  return row ? `/vehicle/${encodeURIComponent(row.vin ?? row.plate)}` : null;
}
