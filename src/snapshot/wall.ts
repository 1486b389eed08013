import type { Fleets } from '../activations/search';
import { applicationKey } from '../domain/application';
import type { Snapshot } from './snapshot';

/**
 * The wall between fleets and applications: what is not of these is not there. What is of a vehicle and of
 * no application, a defleeting or a parking, is not there either where the vehicle lives at other applications alone.
 *
 * @param application its key.
 */
export function seenBy(snapshot: Snapshot, application: string, fleets: Fleets): Snapshot {
  const isOurs = ({ fleet }: { readonly fleet: string | null }): boolean =>
    fleets === '*' || (fleet !== null && fleets.includes(fleet));
  const here = snapshot.activations.filter((row) => applicationKey(row) === application);
  const hereVins = new Set(here.map(({ vin }) => vin));
  const vins = new Set(snapshot.activations.map(({ vin }) => vin));
  const isHere = (vin: string | null): boolean => vin === null || hereVins.has(vin) || !vins.has(vin);
  return {
    ...snapshot,
    activations: here.filter(isOurs),
    defleetings: snapshot.defleetings.filter((row) => isOurs(row) && isHere(row.vin)),
    parkings: snapshot.parkings.filter((row) => isOurs(row) && isHere(row.vin)),
    // A credential is that of the whole installation.
    credentials: fleets === '*' ? snapshot.credentials : [],
  };
}
