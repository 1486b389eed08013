import { type Clearance, changedAt } from '../src/domain/clearance';
import type { Observation } from '../workflows/state';

/** What the workflow keeps of a provider's record. */
export function observationOf(clearance: Clearance): Observation {
  const { changelog } = clearance;
  // A reason is written down as an entry as well: the status is older than the last of them.
  const first = changelog.findLastIndex(({ status }) => status !== clearance.status) + 1;
  return {
    status: clearance.status,
    reason: clearance.reason,
    changedAt: changedAt(clearance),
    createdAt: changelog[0]?.at ?? null,
    statusSince: changelog[first]?.at ?? null,
    brand: clearance.brand,
  };
}
