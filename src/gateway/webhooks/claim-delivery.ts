import type { ClearanceClaim } from '../../../workflows/contract/messages';
import type { Notified } from '../../../workflows/contract/parking';
import { type Application, applicationKey } from '../../domain/application';
import type { Plate } from '../../domain/plate';

/** What a verified webhook says, and of which vehicle. */
export interface VehicleClaim extends ClearanceClaim, Application {
  readonly vin: string;
}

/** Tells vehicles apart: the same VIN may have a clearance at several applications. */
export function vehicleKey(claim: VehicleClaim): string {
  return `${applicationKey(claim)}:${claim.vin}`;
}

/** What became of a claim: it is durable; it had been made durable before; or nobody here looks after the vehicle. */
export type ClaimOutcome = 'delivered' | 'duplicate' | 'unknown-vehicle';

/** Where the gateway hands over what webhooks say. */
export interface Delivery<C> {
  /**
   * Delivers a claim. Once it has returned `delivered` or `duplicate`, the claim is durable.
   *
   * @throws when the claim may be lost: the provider must send it again. A VinError may say when (`retryAfter`).
   */
  deliver(claim: C): Promise<ClaimOutcome>;
  /** Whether a claim was handed over before, or is being handed over: to deliver it costs nothing. @default never */
  isRepeat?(claim: C): boolean;
}

/** Where claims of clearances go. */
export type ClaimDelivery = Delivery<VehicleClaim>;

/** A notification of a provider of parking, and with which credential it came. */
export interface NotifiedClaim extends Notified, Application {
  readonly plate: Plate;
}

/** Where notifications of stays go. */
export type NotificationDelivery = Delivery<NotifiedClaim>;
