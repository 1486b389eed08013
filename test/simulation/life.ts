import type { ActivationState } from '../../workflows/lifecycle/state';
import { awkwardly } from './awkward';
import { Clock, DAY } from './clock';
import { Random } from './random';
import { openSite, type Planted, type Site } from './site';
import type { VirtualWorkflow } from './temporal/virtual-workflow';
import { inVirtualTime } from './virtual-time';
import { drawWorld, forgetful, type World } from './world';

export type { Planted } from './site';

export const START = Date.UTC(2026, 0, 1);
/** How long the world is wild; then its faults stop, so that everything can come to rest. */
export const LIFE = 40 * DAY;
/** More than this in one life is a loop. */
const MOST_JOBS = 100_000;

/** What came of one life. */
export interface Life extends Pick<Site, Seen> {
  readonly seed: number;
  readonly world: World;
  readonly state: ActivationState | null;
  /** The newest activation. */
  readonly workflow: VirtualWorkflow;
  /** What the auditor found: empty when all is well. */
  readonly complaints: readonly string[];
  readonly jobs: number;
}

type Seen =
  | 'vehicle'
  | 'comings'
  | 'temporal'
  | 'provider'
  | 'line'
  | 'auditor'
  | 'people'
  | 'eager'
  | 'sweeps'
  | 'receiver'
  | 'rules';

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
  const isEager = new Random(seed + 2 ** 28).chance(0.3);
  const world = { ...awkwardly(placed, aside), isEager, ...planted.world };
  const site = openSite({ seed, clock, random, aside, world, planted, trace });
  const { vehicle, auditor, provider, people, temporal } = site;
  site.comings.begin();

  const isOver = (): boolean => vehicle.isOver || auditor.complaints.length > 0 || clock.ran > MOST_JOBS;
  await clock.run(START + LIFE, isOver);
  site.calm();
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
  return { ...site, seed, state, workflow, complaints, jobs: clock.ran };
}
