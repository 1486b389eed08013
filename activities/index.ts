import type { Rules } from '../src/domain/rules';
import { VinError } from '../src/errors';
import type { ClearanceProvider, WithdrawAnswer } from '../src/providers/provider';
import type { Observation, SubmitResult, Vehicle } from '../workflows/state';
import { observationOf, submitOnce } from './clearance';
import { failureOf } from './failures';

export interface ActivityDependencies {
  /** The providers that this worker speaks to, by name. */
  readonly providers: Readonly<Record<string, ClearanceProvider>>;
  /** The rules for one brand, from this worker's catalogue. Throws a VinError for a brand it does not know. */
  readonly rulesOf: (brand: string) => Rules;
}

export interface VehicleAtProvider {
  readonly provider: string;
  readonly vin: string;
}

/** The side effects of an activation. Each makes one attempt; Temporal is the only retry layer. */
export interface Activities {
  readRules(of: { readonly provider: string; readonly brand: string }): Promise<Rules>;
  /** Reads first, and sends the VIN only where the provider holds no open clearance of it. */
  submitClearance(vehicle: Vehicle): Promise<SubmitResult>;
  /** Null when the provider knows no such VIN. */
  readClearance(vehicle: VehicleAtProvider): Promise<Observation | null>;
  withdrawClearance(vehicle: VehicleAtProvider): Promise<WithdrawAnswer>;
}

export function createActivities({ providers, rulesOf }: ActivityDependencies): Activities {
  const providerOf = (name: string): ClearanceProvider => {
    const provider = providers[name];
    if (provider) return provider;
    const known = Object.keys(providers).join(', ');
    throw new VinError('PROVIDER_UNKNOWN', `There is no provider "${name}"`, `Use one of: ${known}.`);
  };
  return {
    readRules: ({ provider, brand }) =>
      translated(async () => {
        providerOf(provider);
        return rulesOf(brand);
      }),
    submitClearance: (vehicle) => translated(() => submitOnce(providerOf(vehicle.provider), vehicle)),
    readClearance: ({ provider, vin }) =>
      translated(async () => {
        const [clearance] = await providerOf(provider).list({ vins: [vin] });
        return clearance ? observationOf(clearance) : null;
      }),
    withdrawClearance: ({ provider, vin }) => translated(() => providerOf(provider).withdraw(vin)),
  };
}

/** Runs an attempt and turns its error into Temporal's. */
async function translated<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw failureOf(error);
  }
}
