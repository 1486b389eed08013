import { applicationKey } from '../../domain/application';
import { type ClaimDelivery, type ClaimOutcome, type VehicleClaim, vehicleKey } from './claim-delivery';
import { ExpiringMap, type ExpiringMapLimits } from './expiring-map';

/** A provider that repeats a delivery does so within minutes or hours. */
const DELIVERIES: ExpiringMapLimits = { keepFor: 3_600_000, atMost: 50_000 };
/**
 * Short, because a claim without a time may rightly come again: approved, revoked, approved. For the same
 * reason only the latest claim of a vehicle can be repeated.
 */
const LATEST: ExpiringMapLimits = { keepFor: 60_000, atMost: 50_000 };

/** A claim that was handed over, or is being handed over. */
interface Said {
  readonly content: string;
  readonly outcome: Promise<ClaimOutcome>;
}

/**
 * Hands each claim over once: a delivery that comes again (the same id and content), and a claim that says again
 * what was said last of the vehicle (the same status, reason and provider's time), or said with the same time of the
 * provider before, waits for the first and shares
 * its outcome. Only what became durable is remembered.
 *
 * This saves signals and is not needed for the truth: an activation itself knows its last deliveries by their
 * ids (`workflows/lifecycle/merge.ts`), so a gateway that forgets all this in a restart does no harm. The id alone is not
 * enough here: the provider signs the body, not the id.
 */
export function deduplicate(
  sink: ClaimDelivery,
  limits: { deliveries?: ExpiringMapLimits; latest?: ExpiringMapLimits } = {},
): ClaimDelivery {
  const deliveries = new ExpiringMap<Said>(limits.deliveries ?? DELIVERIES);
  const latest = new ExpiringMap<Said>(limits.latest ?? LATEST);
  /** By their content: with the provider's time nothing is rightly said twice, whatever the id of the delivery is. */
  const timed = new ExpiringMap<Said>(limits.deliveries ?? DELIVERIES);

  async function handOver(claim: VehicleClaim, content: string): Promise<ClaimOutcome> {
    const said: Said = { content, outcome: sink.deliver(claim) };
    const { providerTime } = claim;
    const vehicle = vehicleKey(claim);
    const delivery = deliveryKey(claim);
    latest.set(vehicle, said);
    if (delivery) deliveries.set(delivery, said);
    if (providerTime !== null) timed.set(content, said);
    let isDurable = false;
    try {
      const outcome = await said.outcome;
      isDurable = outcome === 'delivered';
      return outcome;
    } finally {
      if (!isDurable) {
        latest.forget(vehicle, said);
        if (delivery) deliveries.forget(delivery, said);
        timed.forget(content, said);
      }
    }
  }

  function saidBefore(claim: VehicleClaim, content: string): Said | undefined {
    const delivery = deliveryKey(claim);
    const said = [
      latest.get(vehicleKey(claim)),
      delivery ? deliveries.get(delivery) : undefined,
      timed.get(content),
    ];
    return said.find((one) => one?.content === content);
  }

  return {
    isRepeat: (claim) => saidBefore(claim, contentOf(claim)) !== undefined,
    async deliver(claim) {
      const content = contentOf(claim);
      const repeated = saidBefore(claim, content);
      if (!repeated) return handOver(claim, content);
      const outcome = await repeated.outcome;
      return outcome === 'delivered' ? 'duplicate' : outcome;
    },
  };
}

/** Providers number their deliveries each for itself. */
function deliveryKey(claim: VehicleClaim): string | null {
  return claim.deliveryId ? `${applicationKey(claim)}:${claim.deliveryId}` : null;
}

function contentOf(claim: VehicleClaim): string {
  const { status, reason, providerTime } = claim;
  return JSON.stringify([vehicleKey(claim), status, reason, providerTime]);
}
