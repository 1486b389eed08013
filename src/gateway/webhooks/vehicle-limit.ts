import { VinError } from '../../base/errors';
import { plateText } from '../../domain/plate';
import {
  type ClaimDelivery,
  type Delivery,
  type NotificationDelivery,
  type VehicleClaim,
  vehicleKey,
} from './claim-delivery';
import { ExpiringMap } from './expiring-map';

/** Claims that one vehicle may have in a minute. Its whole life has about ten. */
const CLAIMS_A_MINUTE = 60;

const MINUTE = 60_000;
const VEHICLES = 100_000;

/** Too many claims of one vehicle. `retryAfter` says when the next one is taken. */
class FloodError extends VinError {
  override readonly name = 'FloodError';

  constructor(override readonly retryAfter: number) {
    super(
      'WEBHOOK_FLOOD',
      'There are too many webhooks of one vehicle.',
      'Look who sends them; a vehicle has about ten in its whole life.',
    );
  }
}

interface VehicleLimit {
  readonly atMost?: number;
  readonly now?: () => number;
}

/**
 * Lets no vehicle have more claims than this in a minute. Every signal costs its activation about a millisecond
 * of one workflow task, and a task has seconds: some thousands at once would hold it up.
 *
 * @throws FloodError from the claim on that is too many, until the minute has passed.
 */
export function limitPerVehicle(sink: ClaimDelivery, limit: VehicleLimit = {}): ClaimDelivery {
  // A claim without a time can be sent again by whoever has seen it: those with one have room of their own.
  const keyOf = (claim: VehicleClaim): string =>
    `${vehicleKey(claim)} ${claim.providerTime == null ? 'timeless' : 'timed'}`;
  return limitPer(keyOf, sink, limit);
}

/** The same for notifications of parking, by their plates. */
export function limitPerPlate(sink: NotificationDelivery, limit: VehicleLimit = {}): NotificationDelivery {
  return limitPer(({ provider, plate }) => `${provider}:${plateText(plate)}`, sink, limit);
}

function limitPer<C>(
  keyOf: (claim: C) => string,
  sink: Delivery<C>,
  { atMost = CLAIMS_A_MINUTE, now }: VehicleLimit,
): Delivery<C> {
  const minutes = new ExpiringMap<{ claims: number }>({
    keepFor: MINUTE,
    atMost: VEHICLES,
    ...(now && { now }),
  });
  return {
    async deliver(claim) {
      const vehicle = keyOf(claim);
      const minute = minutes.get(vehicle) ?? { claims: 0 };
      if (minute.claims === 0) minutes.set(vehicle, minute);
      if (minute.claims >= atMost) throw new FloodError(minutes.remaining(vehicle));
      minute.claims += 1;
      return sink.deliver(claim);
    },
  };
}
