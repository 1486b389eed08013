import { decideDefleeting } from '../../../workflows/defleeting/decide';
import { awkwardly } from '../awkward';
import { Clock, DAY, HOUR } from '../clock';
import { LIFE, START } from '../life';
import { appOf } from '../other-provider';
import { atOtonomo } from '../otonomo-api';
import { Random } from '../random';
import { openSite, type Planted, type Site } from '../site';
import { inVirtualTime } from '../virtual-time';
import { drawWorld, type World } from '../world';
import { Desk } from './desk';
import { Parked } from './parked';
import { Rounds } from './rounds';
import { Witness } from './witness';

/** More than this in one life is a loop. */
const MOST_JOBS = 300_000;

/** A bug of the defleeting, or of its activations. */
export interface PlantedTogether extends Pick<Planted, 'decider'> {
  readonly decide?: typeof decideDefleeting;
}

/**
 * One vehicle at two providers of data and with a parking: it comes to all of them, lives there for some days, and leaves by one
 * defleeting, perhaps after one that was taken back, or once more after it has come back. Each has the faults of its own seed.
 */
export function liveTogether(
  seed: number,
  planted: PlantedTogether = {},
  trace: (line: string) => void = () => {},
) {
  const clock = new Clock(START);
  const random = new Random(seed + 2 ** 28);
  return inVirtualTime(clock, random, () => liveIn(seed, random, clock, planted, trace), true);
}

async function liveIn(
  seed: number,
  random: Random,
  clock: Clock,
  { decide = decideDefleeting, ...planted }: PlantedTogether,
  trace: (line: string) => void,
) {
  const open = (own: number, name: string, at: (world: World) => World): Site => {
    const [chance, aside] = [new Random(own), new Random(-own)];
    const drawn = awkwardly(at(drawWorld(chance, START)), aside);
    const isUnmanaged = chance.chance(0.2);
    // By its defleeting it leaves, and nobody knows the brand of what nobody manages but the provider.
    const world = {
      ...drawn,
      leaves: 'never',
      brandBefore: drawn.brand,
      ...(isUnmanaged && UNMANAGED),
    } as World;
    const told = (line: string): void => trace(`${name}: ${line}`);
    const site = openSite({
      seed: own,
      clock,
      random: chance,
      aside,
      world,
      planted,
      trace: told,
      isUnmanaged,
    });
    // Nobody begins it again: that is told by the lives of one provider.
    site.comings.calm = true;
    return site;
  };
  const sites = [open(seed, 'one', (world) => world), open(seed + 2 ** 20, 'other', atOtonomo)];
  const parked = new Parked(clock, new Random(seed + 2 ** 21), trace);
  const isParked = random.chance(0.85);
  if (isParked) parked.begin();
  const witness = new Witness({ clock, sites, parked, trace });
  const complain = (what: string): void => witness.complain(what);
  const faults = random.pick([0, 0.1, 0.6]);
  const desk = new Desk({ clock, random, sites, parked, complain, faults });
  const aside = new Random(seed + 2 ** 22);
  const rounds = new Rounds({ clock, random, aside, desk, sites, parked, witness, decide, trace });
  for (const { temporal, world, comings } of sites)
    temporal.onClosed = (workflow) => {
      comings.closed(workflow);
      desk.closed(workflow);
      // Its word may be lost: then a look finds it.
      const part = `${appOf(world).provider}:${appOf(world).application}`;
      if (random.chance(0.7)) clock.after(random.between(20, HOUR), () => rounds.activationEnded(part));
    };
  clock.after(random.chance(0.2) ? random.between(0, 60_000) : random.between(HOUR, 30 * DAY), () =>
    rounds.begin(),
  );

  const all = (): readonly string[] => [
    ...witness.complaints,
    ...parked.complaints,
    ...sites.flatMap(({ auditor }) => auditor.complaints),
  ];
  const isOver = (): boolean => rounds.isOver || all().length > 0 || clock.ran > MOST_JOBS;
  await clock.run(START + LIFE, isOver);
  for (const site of sites) site.calm();
  parked.world.trouble = 0;
  desk.calm = true;
  rounds.calm();
  for (let day = 0; day < 120 && !isOver(); day++) {
    for (const { provider, vehicle, people } of sites) {
      if (day >= 10) provider.decideAll();
      // What is parked on its way out needs a person who asks again.
      if (vehicle.state?.parked && vehicle.state.defleet && day % 2 === 0) people.leave();
    }
    await clock.run(clock.now + DAY, isOver);
  }
  if (all().length === 0 && !(rounds.isOver && rounds.last?.state?.outcome === 'left'))
    complain(`has not left: ${JSON.stringify(rounds.last?.state?.parts)}`);
  for (const { temporal } of sites) temporal.close();
  await clock.stop();
  return { seed, sites, parked, isParked, witness, rounds, complaints: all(), jobs: clock.ran };
}

/** What nobody manages has nobody who looks at it, or presses anything. */
const UNMANAGED = { sweeps: 'none', presses: 0 } as const;
