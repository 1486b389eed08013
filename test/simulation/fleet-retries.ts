import { type Activities, createActivities } from '../../activities';
import type { Attempt } from '../../activities/attempt';
import type { Activations } from '../../src/activations/activations';
import { createBatchSender } from '../../src/activations/batch-sender';
import { createRateLimiter } from '../../src/calls/rate-limiter';
import { withRetryAfterGate } from '../../src/calls/retry-after-gate';
import { withTroubleGate } from '../../src/calls/trouble-gate';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { allowed } from '../../src/config/budgets';
import type { Endpoint } from '../../src/domain/endpoint';
import { rulesFor } from '../../src/domain/rules';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { BATCH_BOUNDS } from '../../workflows/contract/batch';
import { APP, APP_KEY } from '../support/application';
import { Clock, HOUR, MINUTE, SECOND, settlePromises } from './clock';
import { FleetProvider } from './month/fleet-provider';
import { Random } from './random';
import { VirtualTemporal } from './temporal/virtual-temporal';
import type { VirtualWorkflow } from './temporal/virtual-workflow';
import { inVirtualTime } from './virtual-time';

const START = Date.UTC(2026, 2, 1);
const BRAND = 'mercedes-benz';
/** Of all vehicles at once: what was set up at the provider was wrong. */
const REJECTION = 'invalid client configuration';
const RETRIED_AT = START + 3 * HOUR;
const END = RETRIED_AT + 2 * HOUR;

export interface RetriesOptions {
  /** So many vehicles are retried by one batch. */
  readonly retried: number;
  /** So many others are started meanwhile, one every five seconds. */
  readonly joining: number;
  /** Vehicles a minute. @default the pace of a batch of retries */
  readonly pace?: number;
}

/** What a batch of retries came to. */
export interface Retries {
  /** The most calls of an endpoint within a minute, from the batch on. */
  readonly most: Readonly<Record<'list' | 'submit', number>>;
  /** All calls from the batch on. */
  readonly calls: number;
  /** Of the vehicles that are retried, so many were submitted again; and how long that took, in milliseconds. */
  readonly submitted: number;
  readonly took: number;
  /** From the start of each other vehicle until the provider had it, in milliseconds. */
  readonly waits: readonly number[];
}

/**
 * A fleet that was rejected all at once is retried by one batch, while others are started: the real sender of batches, shell,
 * lifecycle, activities, client and line for slots, in virtual time. Played are Temporal, which hands out the slots of the usual
 * budgets, and the provider.
 *
 * @throws Error where not all were parked before.
 */
export function retryTogether(options: RetriesOptions): Promise<Retries> {
  const clock = new Clock(START);
  return inVirtualTime(clock, new Random(1), () => liveIn(options, clock), true);
}

async function liveIn({ retried, joining, pace }: RetriesOptions, clock: Clock): Promise<Retries> {
  Object.assign(globalThis, timersOf(clock));
  const provider = new FleetProvider(clock, []);
  const failures: string[] = [];
  const witness = {
    complain: (what: string) => void failures.push(what),
    attempted: () => {},
    taskDone: () => {},
  };
  const activitiesOf = activitiesAt(clock, provider);
  const temporal = new VirtualTemporal({ clock, witness }, (_, attempt) => activitiesOf(attempt));
  const fleet = new Map<string, VirtualWorkflow>();
  const start = (vin: string): void => {
    fleet.set(vin, temporal.start({ ...APP, vin, brand: BRAND, fleet: 'Fleet' }));
  };
  provider.onChange = (vin, status, reason) => {
    const claim = { status, reason, deliveryId: null, providerTime: null };
    clock.after(10 * SECOND, () => void fleet.get(vin)?.signal('clearanceChanged', claim));
  };
  const vins = vinsOf('A', retried);
  for (const [number, vin] of vins.entries()) clock.at(START + number * 100, () => start(vin));
  clock.at(START + HOUR, () => {
    for (const vin of vins) provider.become(vin, { status: 'rejected', reason: REJECTION, data: 'flowing' });
  });
  await clock.run(RETRIED_AT, () => false);
  const parked = [...fleet.values()].filter(({ state }) => state?.parked?.kind === 'parked').length;
  if (parked < retried) throw new Error(`${parked} of ${retried} vehicles wait for a person`);

  const others = vinsOf('B', joining);
  for (const [number, vin] of others.entries()) clock.at(RETRIED_AT + number * 5 * SECOND, () => start(vin));
  clock.at(RETRIED_AT, () => {
    void sendAll(clock, vins, fleet, pace);
    return settlePromises();
  });
  await clock.run(END, () => false);
  temporal.close();
  await clock.stop();
  if (failures.length > 0) throw new Error(failures[0]);

  const calls = provider.calls.filter(({ at }) => at >= RETRIED_AT);
  const timesOf = (what: string): number[] =>
    calls.flatMap((call) => (call.what.startsWith(what) ? [call.at] : []));
  const again = vins.flatMap((vin) => provider.changesOf(vin).find(({ at }) => at >= RETRIED_AT)?.at ?? []);
  return {
    most: { list: mostWithin(timesOf('GET'), MINUTE), submit: mostWithin(timesOf('POST'), MINUTE) },
    calls: calls.length,
    submitted: again.length,
    took: Math.max(0, ...again) - RETRIED_AT,
    waits: others.map((vin) => (provider.changesOf(vin)[0]?.at ?? END) - (fleet.get(vin)?.startedAt ?? 0)),
  };
}

/** As the workflow does it (workflows/batch): page after page, with the pauses that the sender asks for. */
async function sendAll(
  clock: Clock,
  vins: readonly string[],
  fleet: ReadonlyMap<string, VirtualWorkflow>,
  pace: number | undefined,
): Promise<void> {
  const activations = { forFleets: () => activations } as unknown as Activations;
  const sender = createBatchSender(() => activations, {
    ...(pace !== undefined && { pace: { retry: pace } }),
    sends: {
      retry: async (_, vin, message) => {
        fleet.get(vin)?.signal('retry', message);
        return {
          outcome: 'taken',
          id: message.id ?? vin,
          status: 'rejected',
          next: 'It is tried again.',
          countsUntil: null,
        };
      },
    },
  });
  const order = { ...APP, id: 'retries', kind: 'retry', request: {}, by: 'ops', fleets: '*' } as const;
  const attempt = { attempt: 1, done: [], signal: new AbortController().signal, onVerdict: () => undefined };
  for (let left = vins; left.length > 0; ) {
    const { verdicts, pause } = await sender.send(
      { ...order, vins: left.slice(0, BATCH_BOUNDS.page) },
      attempt,
    );
    left = left.slice(verdicts.length);
    if (pause > 0) await clock.wait(pause);
  }
}

function activitiesAt(clock: Clock, provider: FleetProvider): (attempt: () => Attempt) => Activities {
  const client = createHighMobility({
    baseUrl: 'http://provider.invalid',
    clientId: 'simulation',
    clientSecret: 'simulation-secret',
    transport: provider.transport,
  });
  const slots = createRateLimiter(slotsOf(clock));
  const watched = withTroubleGate(client, slots);
  const { provider: gated, limiter } = withRetryAfterGate(watched.provider, watched.limiter);
  const rules = rulesFor(loadCatalogue(), BRAND, { speed: 1, sweepInterval: 15 * MINUTE });
  const after = (milliseconds: number, run: () => void): void =>
    clock.after(milliseconds, () => {
      run();
      return settlePromises();
    });
  return (attempt) =>
    createActivities({
      providers: { [APP_KEY]: gated },
      rulesOf: () => rules,
      notifier: { send: async () => undefined },
      limiterOf: () => limiter,
      batching: { size: 100, window: 2 * SECOND, after },
      attempt,
    });
}

/** As a task queue with the rate that the server is told hands them out: one after the other. */
function slotsOf(clock: Clock): (endpoint: Endpoint) => Promise<void> {
  const rates = allowed(highMobility.budgets, 1);
  const next = new Map<Endpoint, number>();
  return (endpoint) => {
    const at = Math.max(clock.now, next.get(endpoint) ?? 0);
    next.set(endpoint, at + MINUTE / (rates[endpoint] ?? 1));
    return clock.wait(at - clock.now);
  };
}

/** Timers of virtual time: what waits for a slot gives up in time. */
function timersOf(clock: Clock): object {
  type Timer = { run: (() => void) | null };
  return {
    setTimeout: (run: () => void, milliseconds = 0): Timer => {
      const timer: Timer = { run };
      clock.after(milliseconds, () => {
        timer.run?.();
        return settlePromises();
      });
      return timer;
    },
    clearTimeout: (timer?: Timer): void => {
      if (timer) timer.run = null;
    },
  };
}

function vinsOf(letter: string, count: number): string[] {
  return Array.from(
    { length: count },
    (_, number) => `WDDZZZ1K${letter}AW${String(number).padStart(6, '0')}`,
  );
}

function mostWithin(times: readonly number[], window: number): number {
  let from = 0;
  return times.reduce((most, at, index) => {
    while ((times[from] as number) <= at - window) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}
