import type { ClearanceClaim } from '../../workflows/messages';

/** What a verified webhook says, and of which vehicle. */
export interface VehicleClaim extends ClearanceClaim {
  readonly vin: string;
}

/** Where the gateway hands claims over. */
export interface ClaimSink {
  /**
   * Delivers a claim. Once it has returned `delivered`, the claim is durable.
   *
   * @throws when the claim may be lost: the provider must send it again.
   */
  deliver(claim: VehicleClaim): Promise<'delivered' | 'unknown-vin'>;
}
