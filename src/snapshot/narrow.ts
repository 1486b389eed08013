import type { ActivationFilter } from '../activations/search';
import type { Kind, Snapshot } from './snapshot';

/** What of a snapshot is looked at; values of columns, all of which must be so. */
export type Narrowing = Pick<ActivationFilter, 'provider' | 'application' | 'fleet' | 'brand' | 'owner'>;

/** A part of a snapshot. A vehicle that leaves has no brand and no owner of its own: it is in no part that names one. */
export function narrowed<S extends Pick<Snapshot, Kind>>(snapshot: S, by: Narrowing): S {
  const wanted = Object.entries(by).filter(([, value]) => value !== undefined);
  if (wanted.length === 0) return snapshot;
  const { provider, application, fleet, brand, owner } = by;
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
  };
}
