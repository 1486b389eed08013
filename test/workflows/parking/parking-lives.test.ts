import { LONGEST_WINDOW } from '../../../src/providers/autopay/windows';
import { decideParking } from '../../../workflows/parking/decide';
import {
  beginParking,
  type ParkingCommand,
  type ParkingEvent,
  type ParkingState,
} from '../../../workflows/parking/state';
import { DAY, HOUR, message, START, World } from './world';

/** Lives of parkings from a seed: the rules against a provider that fails, forgets and leaves out. */

const VEHICLE = {
  provider: 'autopay',
  plate: { country: 'NO', number: 'AA12345', subdivision: null },
  vin: null,
  fleet: 'North',
  externalId: null,
};

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function numbersOf(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One life, from its start to its end. */
function live(seed: number): { state: ParkingState; world: World; log: string } {
  const random = numbersOf(seed);
  const policy = {
    detachOnAdding: random() < 0.5,
    declineOnLeaving: random() < 0.2,
    longStay: random() < 0.5 ? DAY : null,
    runningPatience: random() < 0.5 ? 14 * DAY : 0,
  };
  const world = new World(random, policy, random() < 0.5 ? 0 : random() * 0.8);
  let state = beginParking({ ...VEHICLE, policy }, world.now);
  const log: string[] = [];
  const hear = (event: ParkingEvent): ParkingCommand | null => {
    const decision = decideParking(state, event);
    state = decision.state;
    world.notices.push(...decision.notices);
    log.push(
      `${new Date(event.at).toISOString()} ${event.type} -> ${decision.command?.type ?? state.deadline?.for ?? '-'}`,
    );
    return decision.command;
  };
  const leavesAt = START + Math.floor(random() * 60 * DAY);
  let command = hear({ type: 'deadline-reached', at: world.now });
  for (let step = 0; step < 5_000 && !state.isEnded; step += 1) {
    if (command) {
      const event = world.answer(command);
      // Messages come while it is under way.
      if (world.chance(0.1) && hear(message(world, event.at))) throw new Error('two commands at a time');
      command = hear(event);
      continue;
    }
    if (world.chance(0.3)) world.park();
    if (!state.leaving && world.now >= leavesAt) {
      command = hear({ type: 'leave-asked', at: world.now, by: 'the fleet', reason: null });
    } else if (state.deadline && (state.leaving || world.chance(0.7))) {
      world.now = Math.max(world.now, state.deadline.at);
      command = hear({ type: 'deadline-reached', at: world.now });
    } else {
      world.pass(Math.floor(random() * 12 * HOUR));
      // Somebody removes it behind our back.
      if (world.chance(0.03)) world.isMember = false;
      command = hear(message(world, world.now));
    }
  }
  return { state, world, log: log.join('\n') };
}

const LIVES = Array.from({ length: 300 }, (_, index) => ({ seed: index + 1, ...live(index + 1) }));

/** Lives every life, and names the seed and the log of one that breaks what is said. */
function everyLife(check: (life: ReturnType<typeof live>) => void): void {
  for (const { seed, ...life } of LIVES) {
    try {
      check(life);
    } catch (error) {
      throw new Error(
        `seed ${seed}: ${(error as Error).message}\n${life.log.split('\n').slice(-40).join('\n')}`,
      );
    }
  }
}

test('every vehicle that leaves is gone at the provider when its parking ends, and not before', () => {
  everyLife(({ state, world }) => {
    expect(state.isEnded).toBe(true);
    expect(world.isMember).toBe(false);
    expect(state.leaving).not.toBeNull();
  });
});

test('nothing is removed that nobody wanted to leave, and nothing before its payments are locked', () => {
  everyLife(({ state, world }) => {
    const removals = world.given.filter(({ type }) => type === 'remove');
    const firstLock = world.given.find(({ type }) => type === 'lock')?.at ?? Number.POSITIVE_INFINITY;
    for (const { at } of removals) {
      expect(at).toBeGreaterThanOrEqual(state.leaving?.at ?? Number.POSITIVE_INFINITY);
      expect(at).toBeGreaterThanOrEqual(firstLock);
    }
  });
});

test('no payment of what was over when it was asked to leave is left open by a removal of ours', () => {
  everyLife(({ state, world }) => {
    if (!world.given.some(({ type }) => type === 'remove')) return;
    const leftAt = state.leaving?.at ?? 0;
    const open = world.removedWith.filter(
      ({ endedAt, locks }) => endedAt <= leftAt && endedAt >= world.addedAt && locks === 0,
    );
    expect(open).toEqual([]);
  });
});

test('a stay that goes on keeps the vehicle as long as the policy says', () => {
  everyLife(({ state, world }) => {
    if (world.policy.runningPatience === 0 || !state.leaving) return;
    const { at } = state.leaving;
    const removedAt = world.given.find(({ type }) => type === 'remove')?.at;
    if (removedAt === undefined || removedAt >= at + world.policy.runningPatience) return;
    const lastLock =
      world.given.filter(({ type, at: lock }) => type === 'lock' && lock <= removedAt).at(-1)?.at ?? 0;
    // What the last lock has seen was over then.
    expect(
      world.uses.filter(({ startedAt, endedAt }) => startedAt < lastLock && endedAt > removedAt),
    ).toEqual([]);
  });
});

test('nothing is asked for in a loop, whatever fails, and whatever is taken and shows nowhere', () => {
  everyLife(({ world: { given } }) => {
    for (const [index, { at }] of given.entries()) {
      const before = given[index - 40];
      if (before !== undefined) expect(at - before.at).toBeGreaterThan(HOUR);
    }
  });
});

test('a vehicle that is removed behind our back is told, and added again', () => {
  const drifted = LIVES.filter(({ world }) => world.notices.some(({ kind }) => kind === 'drift'));
  expect(drifted.length).toBeGreaterThan(20);
  for (const { world } of drifted)
    expect(world.given.filter(({ type }) => type === 'add').length).toBeGreaterThan(0);
});

test('a long stay is told once', () => {
  let told = 0;
  everyLife(({ world, state }) => {
    const long = world.notices.filter(({ kind }) => kind === 'long-stay').map(({ key }) => key);
    expect(new Set(long).size).toBe(long.length);
    // The oldest stays are forgotten, so what was told is more.
    for (const { id, isTold } of state.stays) if (isTold) expect(long).toContain(id);
    told += long.length;
  });
  expect(told).toBeGreaterThan(20);
});

test('a lock covers the whole time of the vehicle in the fleet, however long that was', () => {
  const policy = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
  let state = beginParking({ ...VEHICLE, policy }, START);
  const addedAt = START - 300 * DAY;
  state = decideParking(state, { type: 'leave-asked', at: START, by: null, reason: null }).state;
  const { command } = decideParking(state, { type: 'looked', at: START, member: { addedAt } });
  expect(command).toEqual({ type: 'lock', from: addedAt, to: START });
  expect(300 * DAY).toBeGreaterThan(5 * LONGEST_WINDOW);
});
