import type { ActivationFilter } from '../activations/search';
import { turnOf } from './parking-turns';
import type { Kind, Snapshot } from './snapshot';

/** What of a snapshot is looked at; values of columns, all of which must be so. */
export type Narrowing = Pick<ActivationFilter, 'provider' | 'application' | 'fleet' | 'brand' | 'owner'>;

/** A part of a snapshot. A vehicle that leaves has no brand and no owner of its own: it is in no part that names one. A parking has no brand. */
export function narrowed<S extends Pick<Snapshot, Kind> & { readonly at?: number }>(
  snapshot: S,
  by: Narrowing,
): S {
  const wanted = Object.entries(by).filter(([, value]) => value !== undefined);
  if (wanted.length === 0) return snapshot;
  const { provider, application, fleet, brand, owner } = by;
  /** A parking is that of a provider, whatever credentials there are. */
  const isAsked = (own: string, credential: string | undefined = application): boolean =>
    (provider ?? own) === own &&
    (application === undefined || (provider === own && credential === application));
  return {
    ...snapshot,
    activations: snapshot.activations.filter((row) =>
      wanted.every(([key, value]) => row[key as keyof Narrowing] === value),
    ),
    defleetings: snapshot.defleetings.filter(
      (row) =>
        brand === undefined &&
        owner === undefined &&
        (fleet === undefined || row.fleet === fleet) &&
        ((provider ?? application) === undefined ||
          row.parts.some(
            (part) =>
              (provider ?? part.provider) === part.provider &&
              (application ?? part.application) === part.application,
          )),
    ),
    parkings: snapshot.parkings.filter(
      (row) =>
        brand === undefined &&
        (fleet === undefined || row.fleet === fleet) &&
        (owner === undefined || turnOf(row, snapshot.at ?? Date.now())?.owner === owner) &&
        isAsked(row.provider),
    ),
    credentials: snapshot.credentials.filter(
      (row) =>
        brand === undefined &&
        fleet === undefined &&
        (owner === undefined || owner === 'operations') &&
        isAsked(row.application.split(':')[0] ?? '', row.application.split(':')[1]),
    ),
  };
}
