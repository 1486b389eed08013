import { VinError } from '../src/base/errors';
import type { RateLimiter } from '../src/calls/rate-limiter';
import { type Application, applicationFrom, applicationOf } from '../src/domain/application';
import type { EligibilityVerdict } from '../src/domain/eligibility';
import type { FirstData } from '../src/domain/first-data';
import { type Rules, settlesBy } from '../src/domain/rules';
import type { ClearanceStatus } from '../src/domain/status';
import type {
  ClearanceProvider,
  EnableAnswer,
  SuspendAnswer,
  WithdrawAnswer,
} from '../src/providers/provider';
import type { Notice } from '../workflows/contract/notice';
import type { Vehicle } from '../workflows/contract/vehicle';
import { decide } from '../workflows/lifecycle/lifecycle';
import type { ActivationState, Observation } from '../workflows/lifecycle/state';
import { lost, type SubmissionTrace, sending } from '../workflows/lifecycle/submission-trace';
import type { SubmitResult } from '../workflows/lifecycle/submit-result';
import { type Attempt, temporalAttempt } from './attempt';
import { type Batching, createCalls } from './calls';
import { failureOf } from './failures';
import { ofApplication } from './of-application';

export interface ActivityDependencies {
  /** The providers that this worker speaks to, by the key of the application (`high-mobility:default`). */
  readonly providers: Readonly<Record<string, ClearanceProvider>>;
  /** The rules for one brand and fleet, from the catalogue of its provider. Throws a VinError for a brand it does not know. */
  readonly rulesOf: (brand: string, app: Application, fleet: string | null) => Rules;
  /** Hands a notice over to who delivers it. */
  readonly notifier: { send(notice: Notice): Promise<void> };
  /** Who gives the slots of an application's calls, for those that travel together. Default: no budget. */
  readonly limiterOf?: (app: Application) => RateLimiter;
  readonly batching?: Batching;
  /** Whether the list of an application's provider can be narrowed to some vehicles. Default: it can. */
  readonly filteredListOf?: (app: Application) => boolean;
  /** Told of a vehicle before it is called for: its calls are counted by its brand. */
  readonly onVehicle?: (vehicle: VehicleAtProvider) => void;
  /** The attempt that begins now. Default: Temporal's. A simulation brings its own. */
  readonly attempt?: () => Attempt;
}

interface VehicleAtProvider extends Application {
  readonly vin: string;
  /** Absent in what was asked before it was told. */
  readonly brand?: string;
}

/** The first step of an activation. */
export interface Beginning {
  readonly rules: Rules;
  /** Null where by the rules a submission does not come first. */
  readonly submission: SubmitResult | null;
  /** What it was given: where an earlier worker was lost, that is recorded with it. */
  readonly trace: SubmissionTrace;
}

/** The side effects of an activation. Each makes one attempt; Temporal is the only retry layer. */
export interface Activities {
  /** Reads the rules for a new activation, and submits its vehicle where the lifecycle's first command is that. */
  beginActivation(state: ActivationState, trace: SubmissionTrace): Promise<Beginning>;
  readRules(of: Application & { readonly brand: string; readonly fleet: string | null }): Promise<Rules>;
  /** Reads first, and sends the VIN only where the provider holds no open clearance of it. */
  submitClearance(vehicle: Vehicle, trace: SubmissionTrace): Promise<SubmitResult>;
  /** Null when the provider knows no such VIN. */
  readClearance(vehicle: VehicleAtProvider): Promise<Observation | null>;
  /** Enables a pending clearance that waits for it. */
  enableClearance(vehicle: VehicleAtProvider): Promise<EnableAnswer>;
  /** Switches an access off that a submission takes up again. */
  suspendClearance(vehicle: VehicleAtProvider): Promise<SuspendAnswer>;
  /** Ends the access. @param vehicle.believed its status, as far as it is known. */
  withdrawClearance(
    vehicle: VehicleAtProvider & { readonly believed?: ClearanceStatus },
  ): Promise<WithdrawAnswer>;
  /** Asks whether data of an approved vehicle flows. */
  checkFirstData(vehicle: VehicleAtProvider): Promise<FirstData>;
  /** Asks whether a vehicle could be cleared, before it is submitted. */
  checkEligibility(vehicle: VehicleAtProvider & { readonly brand: string }): Promise<EligibilityVerdict>;
  /** Hands a notice over to who delivers it: no receiver is waited for. */
  notify(notice: Notice): Promise<void>;
  /** The slot of one call at an endpoint: its task queue hands out as many as the budget has (src/temporal/shared-rate-limiter.ts). */
  grant(): Promise<void>;
}

export function createActivities(dependencies: ActivityDependencies): Activities {
  const { rulesOf, notifier, limiterOf, batching, attempt: attemptOf = temporalAttempt } = dependencies;
  const { filteredListOf = () => true } = dependencies;
  const providers = mapValues(dependencies.providers, (provider, key) => {
    const app = applicationFrom(key);
    return { provider, calls: createCalls(provider, limiterOf?.(app), batching, filteredListOf(app)) };
  });
  const { onVehicle = () => undefined } = dependencies;
  const providerOf = (app: Application): (typeof providers)[string] => ofApplication(providers, app);
  const sendBy = (): number => Date.now() + patienceOf(attemptOf()) + (batching?.window ?? 0);
  /**
   * What the attempt saw before it sent outlives its failure (in its details) and its worker (in its heartbeat). The first
   * heartbeat leaves at once and says the worst; a failure takes the last one along, which says what is so.
   */
  const submit = async (vehicle: Vehicle, given: SubmissionTrace): Promise<SubmitResult> => {
    const attempt = attemptOf();
    let trace = withHeartbeat(given, attempt);
    const writeDown = (known: SubmissionTrace): void => {
      if (!attempt.isLocal) attempt.heartbeat(known);
    };
    writeDown(sending(trace, sendBy()));
    const onSend = (sending: SubmissionTrace): void => {
      trace = sending;
      writeDown(trace);
    };
    return translated(
      () => {
        const { calls } = providerOf(vehicle);
        onVehicle({ ...applicationOf(vehicle), vin: vehicle.vin, brand: vehicle.brand });
        return calls.submit(vehicle, sendBy(), trace, onSend);
      },
      () => {
        writeDown(trace);
        return trace;
      },
    );
  };
  const rulesAt = (app: Application, brand: string, fleet: string | null): Rules => {
    providerOf(app);
    return rulesOf(brand, app, fleet);
  };
  type Line = ReturnType<typeof providerOf>;
  const of = <T>(
    { provider, application, vin, brand }: VehicleAtProvider,
    call: (line: Line, vin: string) => Promise<T>,
  ): Promise<T> =>
    translated(() => {
      const line = providerOf({ provider, application });
      onVehicle({ provider, application, vin, ...(brand !== undefined && { brand }) });
      return call(line, vin);
    });
  return {
    beginActivation: (state, trace) =>
      translated(
        async () => {
          const { vehicle } = state;
          const rules = rulesAt(vehicle, vehicle.brand, vehicle.fleet);
          const first = decide(state, { type: 'started', at: state.startedAt, rules });
          const submits = first.commands.includes('submit');
          // A request of which nobody knows when it was made may have been made a moment ago.
          const sentAt = trace.maySent ? (trace.sentAt ?? Date.now()) : null;
          const known = { ...trace, sentAt };
          const settles = settlesBy(rules);
          const submission = submits ? await submit(first.state.vehicle, { ...known, settles }) : null;
          return { rules, trace: known, submission };
        },
        // Without rules nothing is sent: what is known stays as it was.
        () => trace,
      ),
    readRules: ({ brand, fleet, ...app }) => translated(async () => rulesAt(app, brand, fleet)),
    submitClearance: submit,
    readClearance: (vehicle) => of(vehicle, ({ calls }, vin) => calls.read(vin, sendBy())),
    enableClearance: (vehicle) => of(vehicle, ({ provider }, vin) => enableAt(provider, vin)),
    suspendClearance: (vehicle) => of(vehicle, ({ provider }, vin) => suspendAt(provider, vin)),
    withdrawClearance: (vehicle) =>
      of(vehicle, ({ calls }, vin) =>
        calls.withdraw(
          { vin, ...(vehicle.believed !== undefined && { believed: vehicle.believed }) },
          attemptOf().attempt === 1,
        ),
      ),
    checkFirstData: (vehicle) => of(vehicle, ({ provider }, vin) => provider.firstData(vin)),
    checkEligibility: ({ vin, brand, ...app }) =>
      translated(async () => (await providerOf(app).provider.eligibility({ vin, brand })).verdict),
    notify: (notice) => translated(() => notifier.send(notice)),
    grant: async () => undefined,
  };
}

/** @throws VinError where the provider has no such step: its traits say otherwise than its client. */
async function enableAt(provider: ClearanceProvider, vin: string): Promise<EnableAnswer> {
  if (provider.enable) return provider.enable(vin);
  throw new VinError('UNEXPECTED', `The provider of ${vin} has no step that enables it`, 'Report it.', {
    vin,
  });
}

/** @throws VinError where the provider cannot: its traits say otherwise than its client. */
async function suspendAt(provider: ClearanceProvider, vin: string): Promise<SuspendAnswer> {
  if (provider.suspend) return provider.suspend(vin);
  throw new VinError('UNEXPECTED', `The provider of ${vin} cannot pause an access`, 'Report it.', { vin });
}

/**
 * How long a call that travels with others waits for its slots, once its company is there, in milliseconds. A local
 * activity holds up its worker's workflow task, so it has little patience; each leaves its attempt enough time for the
 * calls themselves.
 */
function patienceOf({ isLocal }: Attempt): number {
  return isLocal ? 5_000 : 20_000;
}

function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  change: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** What the attempt before this one has written down; where it left nothing, it may have been lost after its POST. */
function withHeartbeat(
  given: SubmissionTrace,
  { attempt, isLocal, heartbeatDetails }: Attempt,
): SubmissionTrace {
  if (isLocal || attempt === 1) return given;
  return (heartbeatDetails as SubmissionTrace | undefined) ?? lost(given, attempt - 1);
}

/** Runs an attempt and turns its error into Temporal's. @param told what else the next attempt has to know. */
async function translated<T>(attempt: () => Promise<T>, told?: () => unknown): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw failureOf(error, Math.random, told?.());
  }
}
