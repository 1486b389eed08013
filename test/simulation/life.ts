import { type Activities, createActivities } from '../../activities';
import type { Attempt } from '../../activities/attempt';
import { noSlot, type RateLimiter } from '../../src/calls/rate-limiter';
import { withRetryAfterGate } from '../../src/calls/retry-after-gate';
import { withTroubleGate } from '../../src/calls/trouble-gate';
import { applicationKey } from '../../src/domain/application';
import type { Engine } from '../../workflows/activation/engine';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { Auditor } from './auditor';
import { awkwardly } from './awkward';
import { circumstancesOf } from './circumstances';
import { Clock, DAY, SECOND, settlePromises } from './clock';
import { Comings } from './comings';
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
import type { VirtualWorkflow } from './temporal/virtual-workflow';
import { Vehicle } from './vehicle';
import { inVirtualTime } from './virtual-time';
import { drawWorld, forgetful, VIN, type World } from './world';

export const START = Date.UTC(2026, 0, 1);
/** How long the world is wild; then its faults stop, so that everything can come to rest. */
const LIFE = 40 * DAY;
/** More than this in one life is a loop. */
const MOST_JOBS = 100_000;

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

/** What came of one life. */
export interface Life {
  readonly seed: number;
  readonly world: World;
  readonly state: ActivationState | null;
  /** The newest activation. */
  readonly workflow: VirtualWorkflow;
  readonly vehicle: Vehicle;
  readonly comings: Comings;
  readonly temporal: VirtualTemporal;
  /** What the auditor found: empty when all is well. */
  readonly complaints: readonly string[];
  readonly provider: SimulatedProvider;
  readonly line: Line;
  readonly auditor: Auditor;
  readonly people: People;
  readonly sweeps: Sweeps;
  readonly receiver: Receiver;
  readonly rules: RuleBook;
  readonly jobs: number;
}

/** Lives one life of forty days, and until it has come to rest. */
export function live(seed: number, planted: Planted = {}, trace?: (line: string) => void): Promise<Life> {
  const random = new Random(seed);
  const clock = new Clock(START);
  return inVirtualTime(clock, random, () => liveIn(seed, random, clock, planted, trace), true);
}

async function liveIn(
  seed: number,
  random: Random,
  clock: Clock,
  planted: Planted,
  trace: ((line: string) => void) | undefined,
): Promise<Life> {
  const drawn = drawWorld(random, START);
  const aside = new Random(-seed);
  const usual = seed % 4 === 3 ? forgetful(drawn) : drawn;
  const placed = planted.at ? planted.at(drawn) : usual;
  const world = { ...awkwardly(placed, aside), ...planted.world };
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
  const temporal: VirtualTemporal = new VirtualTemporal(parts, (worker, attempt) => {
    const real = activitiesOf({ world, line, receiver, random, clock, rules }, worker, attempt);
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
  begin({ adopt: Comings.adoptsAtFirst(chances, world) });
  const people = new People({ clock, random, world, provider, vehicle });
  receiver.onNotice = (notice) => people.hear(notice);
  const atOnce = { isAtOnce: planted.comesBackAtOnce ?? false };
  const comings = new Comings({
    clock,
    random: chances,
    world,
    line,
    people,
    vehicle,
    start: begin,
    ...atOnce,
  });
  temporal.onClosed = (workflow) => comings.closed(workflow);
  auditor.onState = (state) => {
    people.see(state);
    comings.see(state);
  };
  const sweeps = new Sweeps({ clock, random, world, line, provider }, vehicle);
  temporal.onDeath = () => sweeps.forget();
  auditor.people = people;
  people.begin();
  comings.begin();

  const isOver = (): boolean => vehicle.isOver || auditor.complaints.length > 0 || clock.ran > MOST_JOBS;
  await clock.run(START + LIFE, isOver);
  for (const part of [provider, provider.lists, line, receiver, people, sweeps, comings]) part.calm = true;
  circumstances.isCalm = true;
  for (let day = 0; day < 60 && !isOver(); day++) {
    if (day >= 10) provider.decideAll();
    if (day >= 12 && !vehicle.state?.defleet) break;
    // What is parked on its way out needs a person who asks again.
    if (vehicle.state?.defleet && day % 2 === 0) people.leave();
    await clock.run(clock.now + DAY, isOver);
  }
  if (clock.ran > MOST_JOBS) auditor.complain('spins: the life has no end');
  if (auditor.complaints.length === 0) auditor.checkRest();
  temporal.close();
  await clock.stop();
  const { complaints } = auditor;
  const { workflow, state } = vehicle;
  const seen = {
    workflow,
    vehicle,
    comings,
    temporal,
    provider,
    line,
    auditor,
    people,
    sweeps,
    receiver,
    rules,
  };
  return { seed, world, state, complaints, ...seen, jobs: clock.ran };
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
