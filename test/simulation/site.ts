import { type Activities, createActivities } from '../../activities';
import type { Attempt } from '../../activities/attempt';
import { noSlot, type RateLimiter } from '../../src/calls/rate-limiter';
import { withRetryAfterGate } from '../../src/calls/retry-after-gate';
import { withTroubleGate } from '../../src/calls/trouble-gate';
import { applicationKey } from '../../src/domain/application';
import type { Engine } from '../../workflows/activation/engine';
import { Auditor } from './auditor';
import { circumstancesOf } from './circumstances';
import { type Clock, SECOND, settlePromises } from './clock';
import { Comings } from './comings';
import { Eager } from './eager';
import { type Caller, Line } from './line';
import { Receiver } from './notifier';
import { appOf, clientOf } from './other-provider';
import { People } from './people';
import { SimulatedProvider } from './provider';
import { Random } from './random';
import { FLEET, RuleBook } from './rule-book';
import { Sweeps } from './sweeps';
import type { Decider } from './temporal/virtual-run';
import { VirtualTemporal } from './temporal/virtual-temporal';
import { Vehicle } from './vehicle';
import { VIN, type World } from './world';

/** What a planted bug replaces: nothing of it in a life of the product. */
export interface Planted {
  readonly decider?: Decider;
  readonly engine?: (real: Engine) => Engine;
  readonly activities?: (real: Activities) => Activities;
  /** What the client makes of the rows of a list. */
  readonly rows?: (rows: readonly unknown[]) => readonly unknown[];
  /** How the world of each life is, where the bug shows only in a rare one. */
  readonly world?: Partial<World>;
  /** Whoever wants a vehicle again that leaves does not wait until it has left. */
  readonly comesBackAtOnce?: boolean;
  /** Another provider in the place of the drawn one. */
  readonly at?: (world: World) => World;
}

export interface SiteParts {
  readonly seed: number;
  readonly clock: Clock;
  readonly random: Random;
  /** The chance of what few providers do (`awkward.ts`). */
  readonly aside: Random;
  readonly world: World;
  readonly planted: Planted;
  readonly trace: ((line: string) => void) | undefined;
  /** Whether nobody manages the vehicle here yet. @default its activation begins at once */
  readonly isUnmanaged?: boolean;
}

/** A vehicle at one provider, with everybody who has to do with it there. */
export type Site = ReturnType<typeof openSite>;

export function openSite({ seed, clock, random, aside, world, planted, trace, isUnmanaged }: SiteParts) {
  const provider: SimulatedProvider = new SimulatedProvider(clock, random, aside, world, (announcement) => {
    trace?.(`${new Date(clock.now).toISOString()} webhook: ${JSON.stringify(announcement)}`);
    vehicle.signal('clearanceChanged', announcement);
  });
  const vehicle = new Vehicle();
  const line = new Line(clock, random, world, provider);
  if (planted.rows) line.rows = planted.rows;
  const receiver = new Receiver(clock, random, world.noticeFaults);
  const rules = new RuleBook(clock, new Random(seed + 2 ** 30), world);
  const circumstances = circumstancesOf(world.machines, random);
  const auditor: Auditor = new Auditor({ clock, provider, line, trace: trace ?? null });
  const parts = {
    clock,
    witness: auditor,
    circumstances,
    ...(planted.decider && { decider: planted.decider }),
    ...(planted.engine && { engine: planted.engine }),
  };
  const activities = (worker: Caller, attempt: () => Attempt): Activities =>
    activitiesOf({ world, line, receiver, random, clock, rules }, worker, attempt);
  const temporal: VirtualTemporal = new VirtualTemporal(parts, (worker, attempt) => {
    const real = activities(worker, attempt);
    return planted.activities?.(real) ?? real;
  });
  line.onActed = () => {
    if (!circumstances.isCalm && temporal.worker && random.chance(world.machines.deathsAfterActing)) {
      temporal.crash(temporal.worker);
    }
  };
  const eligibility = world.eligibility === 'off' ? {} : { checkEligibility: world.eligibility };
  const begin = ({ brand = world.brand, adopt = false }: { brand?: string; adopt?: boolean }): void => {
    trace?.(`${new Date(clock.now).toISOString()} begins${adopt ? ', to take over what is there' : ''}`);
    provider.books.beginAnew();
    const how = { ...(adopt && { adopt }), ...eligibility };
    const workflow = temporal.start({ ...appOf(world), vin: VIN, brand, fleet: FLEET, ...how });
    vehicle.lives.push(workflow);
    auditor.watch(workflow);
    auditor.people?.beginAnew();
  };
  const chances = new Random(seed + 2 ** 29);
  if (!isUnmanaged) begin({ adopt: Comings.adoptsAtFirst(chances, world) });
  const people = new People({ clock, random, world, provider, vehicle });
  receiver.onNotice = (notice) => people.hear(notice);
  const isAtOnce = planted.comesBackAtOnce ?? false;
  const comings = new Comings({
    clock,
    random: chances,
    world,
    line,
    people,
    vehicle,
    start: begin,
    isAtOnce,
  });
  temporal.onClosed = (workflow) => comings.closed(workflow);
  const sweeps = new Sweeps({ clock, random, world, line, provider }, vehicle);
  const eager = new Eager({ clock, random: new Random(seed + 2 ** 27), vehicle, sweeps });
  auditor.onState = (state) => {
    people.see(state);
    comings.see(state);
    if (world.isEager) eager.see(state);
  };
  temporal.onDeath = () => sweeps.forget();
  auditor.people = people;
  people.begin();
  /** From here on nothing goes wrong any more. */
  const calm = (): void => {
    for (const part of [provider, provider.lists, line, receiver, people, eager, sweeps, comings])
      part.calm = true;
    circumstances.isCalm = true;
  };
  const seen = {
    provider,
    vehicle,
    line,
    receiver,
    rules,
    auditor,
    temporal,
    people,
    eager,
    comings,
    sweeps,
  };
  return { world, ...seen, activities, begin, calm };
}

/** The real activities of one worker, over the real client and the simulated line. */
function activitiesOf(
  parts: { world: World; line: Line; receiver: Receiver; random: Random; clock: Clock; rules: RuleBook },
  worker: Caller,
  attempt: () => Attempt,
): Activities {
  const { world, line, receiver, random, clock, rules } = parts;
  const provider = clientOf(world, line.transportOf(worker));
  const isForgetful = world.isForgetful;
  const busy: RateLimiter = {
    acquire: async (endpoint, by) => {
      if (line.calm || !random.chance(world.machines.noSlot)) return;
      await clock.wait(Math.max(0, by - clock.now));
      throw noSlot(endpoint);
    },
  };
  const after = (milliseconds: number, run: () => void): void =>
    clock.after(milliseconds, () => {
      run();
      return settlePromises();
    });
  const watched = withTroubleGate(provider, busy);
  const { provider: gated, limiter } = withRetryAfterGate(watched.provider, watched.limiter);
  return createActivities({
    providers: { [applicationKey(appOf(world))]: gated },
    filteredListOf: () => !isForgetful,
    rulesOf: (brand, _app, fleet) => rules.of(brand, fleet),
    notifier: receiver,
    limiterOf: () => limiter,
    attempt,
    ...(world.machines.batches && { batching: { size: 100, window: 2 * SECOND, after } }),
  });
}
