import { type Clearance, changedAt } from '../src/domain/clearance';
import type { Observation } from '../workflows/state';

/** What the workflow keeps of a provider's record. */
export function observationOf(clearance: Clearance): Observation {
  return {
    status: clearance.status,
    reason: clearance.reason,
    changedAt: changedAt(clearance),
    createdAt: clearance.changelog[0]?.at ?? null,
    brand: clearance.brand,
  };
}
