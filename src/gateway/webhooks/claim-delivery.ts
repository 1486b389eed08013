import type { ClearanceClaim } from '../../../workflows/contract/messages';
import { type Application, applicationKey } from '../../domain/application';

/** What a verified webhook says, and of which vehicle. */
export interface VehicleClaim extends ClearanceClaim, Application {
  readonly vin: string;
}

/** Tells vehicles apart: the same VIN may have a clearance at several applications. */
export function vehicleKey(claim: VehicleClaim): string {
  return `${applicationKey(claim)}:${claim.vin}`;
}

/**
 * What became of a claim: it is durable; it had been made durable before; or no activation is there for it.
 */
export type ClaimOutcome = 'delivered' | 'duplicate' | 'unknown-vin';

/** Where the gateway hands claims over. */
export interface ClaimDelivery {
  /**
   * Delivers a claim. Once it has returned `delivered` or `duplicate`, the claim is durable.
   *
   * @throws when the claim may be lost: the provider must send it again. A VinError may say when (`retryAfter`).
   */
  deliver(claim: VehicleClaim): Promise<ClaimOutcome>;
  /** Whether a claim was handed over before, or is being handed over: to deliver it costs nothing. @default never */
  isRepeat?(claim: VehicleClaim): boolean;
}
