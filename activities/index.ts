import type { Rules } from '../src/domain/rules';
import { VinError } from '../src/errors';
import type { Notifier } from '../src/notify/notifier';
import type { ClearanceProvider, FirstData, WithdrawAnswer } from '../src/providers/provider';
import type { Notice } from '../workflows/notice';
import type { Observation, SubmitResult, Vehicle } from '../workflows/state';
import { observationOf, submitOnce } from './clearance';
import { failureOf } from './failures';

export interface ActivityDependencies {
  /** The providers that this worker speaks to, by name. */
  readonly providers: Readonly<Record<string, ClearanceProvider>>;
  /** The rules for one brand, from this worker's catalogue. Throws a VinError for a brand it does not know. */
  readonly rulesOf: (brand: string) => Rules;
  /** Tells people outside. */
  readonly notifier: Pick<Notifier, 'send'>;
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
  /** Asks whether data of an approved vehicle flows. */
  checkFirstData(vehicle: VehicleAtProvider): Promise<FirstData>;
  /** Tells people outside. Every attempt carries the notice's own id, so that a receiver can act once. */
  notify(notice: Notice): Promise<void>;
}

export function createActivities({ providers, rulesOf, notifier }: ActivityDependencies): Activities {
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
    checkFirstData: ({ provider, vin }) => translated(() => providerOf(provider).firstData(vin)),
    notify: (notice) => translated(() => notifier.send(notice)),
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
