import { type Activities, createActivities } from '../../../activities';
import type { Attempt } from '../../../activities/attempt';
import { withRetryAfterGate } from '../../../src/calls/retry-after-gate';
import { withTroubleGate } from '../../../src/calls/trouble-gate';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { applicationKey } from '../../../src/domain/application';
import { type Rules, rulesFor } from '../../../src/domain/rules';
import { createHighMobility } from '../../../src/providers/high-mobility/client';
import type { Notice } from '../../../workflows/contract/notice';
import { attentionOf } from '../../../workflows/lifecycle/attention';
import { Troubles } from '../../../workflows/notices/troubles';
import { APP } from '../../support/application';
import { Clock, DAY, HOUR, SECOND, settlePromises } from '../clock';
import { Random } from '../random';
import { VirtualTemporal, type Witness } from '../temporal/virtual-temporal';
import type { VirtualWorkflow } from '../temporal/virtual-workflow';
import { inVirtualTime } from '../virtual-time';
import { FleetProvider, type Spell } from './fleet-provider';
import { isSomebodysTurn, type Seen, toldAllOf } from './truth';
import { drawFate, type Fate } from './vehicles';

export const START = Date.UTC(2026, 2, 1);
const DAYS = 30;

/** The spells of a month: an outage of three days, and a day on which the application is refused. */
export function spellsOf(seed: number): readonly Spell[] {
  const from = (day: number): number => START + day * DAY + HOUR;
  const how = (['application refused', 'forbidden', 'no token'] as const)[seed % 3] as Spell['how'];
  return [
    { from: from(4), to: from(7), how: 'no answer' },
    { from: from(12), to: from(13), how },
  ];
}

export interface MonthOptions {
  readonly seed: number;
  readonly vehicles: number;
  /** Default: those of the seed. */
  readonly spells?: readonly Spell[];
  /** Days. @default 30 */
  readonly days?: number;
  /** Another fate than that of the seed. */
  readonly fate?: (number: number) => Fate;
  /** In the evening of each day. */
  readonly onDay?: (day: number, at: number, vehicles: readonly Seen[], provider: FleetProvider) => void;
}

export interface Month {
  /** What does not hold: empty when all is well. */
  readonly complaints: readonly string[];
  readonly notices: readonly Notice[];
  readonly provider: FleetProvider;
  readonly vehicles: readonly Seen[];
  readonly spells: readonly Spell[];
}

/** Lives a month of a fleet on the real shell, activities and client, in virtual time. */
export function liveMonth(options: MonthOptions): Promise<Month> {
  const clock = new Clock(START);
  const random = new Random(options.seed);
  return inVirtualTime(clock, random, () => liveIn(options, clock, random));
}

async function liveIn(
  { seed, vehicles: count, spells = spellsOf(seed), days = DAYS, fate, onDay }: MonthOptions,
  clock: Clock,
  random: Random,
): Promise<Month> {
  const complaints: string[] = [];
  const complain = (what: string): void => {
    if (complaints.length < 20) complaints.push(`${new Date(clock.now).toISOString()} ${what}`);
  };
  const provider = new FleetProvider(clock, spells);
  const notices: Notice[] = [];
  const temporal = new VirtualTemporal({ clock, witness: witnessOf(complain) }, (_, attempt) =>
    activitiesOf({ clock, provider, notices, attempt }),
  );
  const vehicles: Seen[] = [];
  for (let number = 0; number < count; number++) {
    const its = fate?.(number) ?? drawFate(number, random, START);
    const seen: { fate: Fate; workflow: VirtualWorkflow | null } = { fate: its, workflow: null };
    vehicles.push(seen);
    clock.at(its.joinsAt, () => {
      seen.workflow = temporal.start({
        ...APP,
        vin: its.vin,
        brand: its.brand,
        fleet: 'Fleet',
        ...asked(its),
      });
    });
    for (const { at, to } of its.changes)
      whenWell(clock, provider, at, its, () => provider.become(its.vin, to));
    if (its.leavesAt !== null) {
      clock.at(its.leavesAt, () => void seen.workflow?.signal('defleet', { by: 'ops', reason: 'sold' }));
    }
  }
  provider.onChange = (vin, status, reason) => {
    const told = vehicles.find(({ fate }) => fate.vin === vin)?.workflow;
    clock.after(
      10 * SECOND,
      () => void told?.signal('clearanceChanged', { status, reason, deliveryId: null, providerTime: null }),
    );
  };
  for (let day = 0; day < days; day++) {
    await clock.run(START + day * DAY + 23 * HOUR, () => false);
    for (const seen of vehicles) checkDay(seen, provider, clock.now, complain);
    onDay?.(day, clock.now, vehicles, provider);
  }
  for (const seen of vehicles)
    for (const what of toldAllOf(seen, notices, provider, clock.now)) complain(what);
  for (const notice of notices) {
    if (/^Nothing to do/.test(notice.action))
      complain(`${notice.vin}: ${notice.audience} is told: ${notice.action}`);
  }
  temporal.close();
  await clock.stop();
  return { complaints, notices, provider, vehicles, spells };
}

/** What the list shows of a vehicle with `--attention` is what is true of it. */
function checkDay(
  { fate, workflow }: Seen,
  provider: FleetProvider,
  now: number,
  complain: (what: string) => void,
): void {
  const state = workflow?.state;
  if (!state) return;
  const truth = isSomebodysTurn(fate, state, provider, now);
  const listed = attentionOf(state)?.owner ?? null;
  if (truth !== null && truth !== (listed !== null)) {
    const { status, reason } = state.clearance;
    complain(
      `${fate.vin} (${fate.kind}, ${status}, ${reason}) is listed for ${listed}, and somebody has to act: ${truth}`,
    );
  }
}

/** A change that comes when the provider does not work comes when it does. */
function whenWell(
  clock: Clock,
  provider: FleetProvider,
  at: number,
  { vin }: Fate,
  change: () => void,
): void {
  clock.at(at, () => {
    const spell = provider.spellAt(clock.now);
    if (spell) whenWell(clock, provider, spell.to + HOUR, { vin } as Fate, change);
    else if (provider.has(vin)) change();
    else whenWell(clock, provider, clock.now + DAY, { vin } as Fate, change);
  });
}

function asked({ kind }: Fate): { readonly checkEligibility?: 'blocking' } {
  return kind === 'asked before' ? { checkEligibility: 'blocking' } : {};
}

/** No vehicle is ever parked because a call failed. */
function witnessOf(complain: (what: string) => void): Witness {
  return {
    complain,
    attempted: () => {},
    taskDone: (_, { run: { state } }) => {
      if (state?.parked?.failed) complain(`${state.vehicle.vin} is parked: ${state.parked.why}`);
    },
  };
}

const known = new Map<string, Rules>();
function rulesOf(brand: string): Rules {
  const rules = known.get(brand) ?? rulesFor(loadCatalogue(), brand, { speed: 1 });
  known.set(brand, rules);
  return rules;
}

function activitiesOf({
  clock,
  provider,
  notices,
  attempt,
}: {
  readonly clock: Clock;
  readonly provider: FleetProvider;
  readonly notices: Notice[];
  readonly attempt: () => Attempt;
}): Activities {
  const client = createHighMobility({
    baseUrl: 'http://provider.invalid',
    clientId: 'simulation',
    clientSecret: 'simulation-secret',
    transport: provider.transport,
  });
  const troubles = new Troubles();
  const watched = withTroubleGate(client, undefined, {
    onNews: (news) => {
      const told = { ...APP, ...news, channels: [] };
      const handed = told.type === 'met' ? [troubles.met(told)] : troubles.over(told);
      notices.push(...handed.flatMap((one) => one?.notice ?? []));
    },
  });
  const { provider: gated, limiter } = withRetryAfterGate(watched.provider, watched.limiter);
  const after = (milliseconds: number, run: () => void): void =>
    clock.after(milliseconds, () => {
      run();
      return settlePromises();
    });
  return createActivities({
    providers: { [applicationKey(APP)]: gated },
    rulesOf,
    notifier: { send: async (notice) => void notices.push(notice) },
    limiterOf: () => limiter,
    batching: { size: 100, window: 2 * SECOND, after },
    attempt,
  });
}
