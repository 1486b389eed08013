import { type Clearance, type ClearanceRequest, changedAt } from '../src/domain/clearance';
import type { ClearanceProvider } from '../src/providers/provider';
import { ProviderError } from '../src/providers/provider-error';
import type { Observation, SubmitResult, Vehicle } from '../workflows/state';

/** Statuses in which a second submission would make, or race with, a second clearance. */
const OPEN: readonly Clearance['status'][] = ['pending', 'approved', 'revoking', 'canceling', 'unknown'];

/**
 * Submits a VIN so that there is never a second clearance of it: the provider documents no idempotency
 * key, so every attempt reads before it sends. An attempt whose reply was lost is settled by the next one.
 */
export async function submitOnce(provider: ClearanceProvider, vehicle: Vehicle): Promise<SubmitResult> {
  const [earlier] = await provider.list({ vins: [vehicle.vin] });
  if (earlier && OPEN.includes(earlier.status)) {
    return { outcome: 'found', clearance: observationOf(earlier) };
  }
  const [answer] = await provider.submit([requestOf(vehicle)]);
  switch (answer?.outcome) {
    case 'accepted': {
      const earlierChange = earlier ? changedAt(earlier) : null;
      return { outcome: 'accepted', status: answer.status, earlierChange };
    }
    case 'refused':
      return { outcome: 'refused', description: answer.description };
    default:
      throw new ProviderError(
        'PROVIDER_BAD_REPLY',
        `The provider's reply has no row for ${vehicle.vin}`,
        'The clearance is read before it is sent again.',
        { vin: vehicle.vin },
      );
  }
}

function requestOf({ vin, brand, tags, odometer }: Vehicle): ClearanceRequest {
  return { vin, brand, tags, ...(odometer && { odometer }) };
}

/** What the workflow keeps of a provider's record. */
export function observationOf(clearance: Clearance): Observation {
  return {
    status: clearance.status,
    reason: clearance.reason,
    changedAt: changedAt(clearance),
    createdAt: clearance.changelog[0]?.at ?? null,
  };
}
