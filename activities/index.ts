import { activityInfo } from '@temporalio/activity';
import type { EligibilityVerdict } from '../src/domain/eligibility';
import type { Rules } from '../src/domain/rules';
import { VinError } from '../src/errors';
import type { Notifier } from '../src/notify/notifier';
import { withPause } from '../src/providers/pause';
import type { ClearanceProvider, FirstData, WithdrawAnswer } from '../src/providers/provider';
import type { Turns } from '../src/providers/turns';
import type { Notice } from '../workflows/notice';
import type { Observation, SubmitResult, Vehicle } from '../workflows/state';
import { type Batching, createCalls } from './calls';
import { failureOf } from './failures';

export interface ActivityDependencies {
  /** The providers that this worker speaks to, by name. */
  readonly providers: Readonly<Record<string, ClearanceProvider>>;
  /** The rules for one brand, from this worker's catalogue. Throws a VinError for a brand it does not know. */
  readonly rulesOf: (brand: string) => Rules;
  /** Tells people outside. */
  readonly notifier: Pick<Notifier, 'send'>;
  /** Whose turn it is, for the calls that travel together. Default: no budget. */
  readonly turns?: Turns;
  readonly batching?: Batching;
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
  /** Asks whether a vehicle could be cleared, before it is submitted. */
  checkEligibility(vehicle: VehicleAtProvider & { readonly brand: string }): Promise<EligibilityVerdict>;
  /** Tells people outside. Every attempt carries the notice's own id, so that a receiver can act once. */
  notify(notice: Notice): Promise<void>;
  /** The turn of one call at an endpoint: its task queue hands out as many as the budget has (workflows/permit.ts). */
  grant(): Promise<void>;
}

export function createActivities(dependencies: ActivityDependencies): Activities {
  const { rulesOf, notifier, turns, batching } = dependencies;
  const providers = mapValues(dependencies.providers, withPause);
  const calls = mapValues(providers, (provider) => createCalls(provider, turns, batching));
  const providerOf = (name: string): ClearanceProvider => {
    const provider = providers[name];
    if (provider) return provider;
    const known = Object.keys(providers).join(', ');
    throw new VinError('PROVIDER_UNKNOWN', `There is no provider "${name}"`, `Use one of: ${known}.`);
  };
  const callsOf = (name: string): (typeof calls)[string] => {
    providerOf(name);
    return calls[name] as (typeof calls)[string];
  };
  return {
    readRules: ({ provider, brand }) =>
      translated(async () => {
        providerOf(provider);
        return rulesOf(brand);
      }),
    submitClearance: (vehicle) => translated(() => callsOf(vehicle.provider).submit(vehicle, sendBy())),
    readClearance: ({ provider, vin }) => translated(() => callsOf(provider).read(vin, sendBy())),
    withdrawClearance: ({ provider, vin }) => translated(() => providerOf(provider).withdraw(vin)),
    checkFirstData: ({ provider, vin }) => translated(() => providerOf(provider).firstData(vin)),
    checkEligibility: ({ provider, vin, brand }) =>
      translated(async () => (await providerOf(provider).eligibility({ vin, brand })).verdict),
    notify: (notice) => translated(() => notifier.send(notice)),
    grant: async () => undefined,
  };
}

/**
 * Until when a call that waits for company and for its turn may leave. A local activity holds up its worker's
 * workflow task, so it has little patience; each leaves its attempt enough time for the calls themselves.
 */
function sendBy(): number {
  return Date.now() + (activityInfo().isLocal ? 5_000 : 20_000);
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, change: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Runs an attempt and turns its error into Temporal's. */
async function translated<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw failureOf(error);
  }
}
