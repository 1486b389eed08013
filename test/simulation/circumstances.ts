import type { Random } from './random';
import type { Circumstances, Mishap } from './temporal/virtual-temporal';
import type { Machines } from './world';

/** A run that has only just begun is never asked to begin again. */
const FIRST_TASK = 12;

/** What goes wrong between the server and its workers in one life. */
export function circumstancesOf(machines: Machines, random: Random): Circumstances & { isCalm: boolean } {
  const rates: Readonly<Record<Mishap, number>> = {
    'lost-task': machines.lostTasks,
    'doubled-task': machines.doubledTasks,
    eviction: machines.evictions,
    'before-task': machines.deaths,
    'while-kept': machines.deathsAfterActing,
    'early-report': machines.earlyReports,
    'before-answer': machines.deaths,
    'after-answer': machines.deaths,
  };
  return {
    isCalm: false,
    happens(mishap) {
      const rate = rates[mishap];
      return rate > 0 && !this.isCalm && random.chance(rate);
    },
    delay: () => random.between(1, machines.delay),
    downtime: () => random.between(1, machines.downtime),
    keepsDetails: () => machines.keepsDetails || random.chance(0.5),
    suggests: (length) =>
      length > machines.bound ||
      (length > FIRST_TASK && machines.suggests > 0 && random.chance(machines.suggests)),
  };
}
