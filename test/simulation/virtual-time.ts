import { type Clock, SECOND } from './clock';
import type { Random } from './random';

/**
 * In a life, everything in the process sees virtual time and the chance of its seed: `Date`, `performance.now` and
 * `Math.random` of this realm, as in Temporal's own sandbox. Outside of one they are what they always are.
 */
let current: { readonly clock: Clock; readonly random: Random } | null = null;

const RealDate = Date;
const realNow = performance.now.bind(performance);
const realRandom = Math.random;
const realTimers = { setTimeout, clearTimeout, AbortController };

/** Deadlines of calls in real time never come in a life: how long its calls wait says the line. They are made ten thousands of times. */
const NO_TIMERS = {
  setTimeout: (() => 0) as unknown as typeof setTimeout,
  clearTimeout: () => {},
  AbortController: class {
    readonly signal = { aborted: false } as AbortSignal;
    abort(): void {}
  } as typeof AbortController,
};

class VirtualDate extends RealDate {
  constructor(...args: []) {
    if (args.length === 0 && current) super(current.clock.now);
    else super(...args);
  }

  static override now(): number {
    return current ? current.clock.now : RealDate.now();
  }
}

/**
 * Lives something in virtual time. One at a time.
 *
 * @param isOnItsOwn whether nothing outside of the process takes part: then no timer of the process is needed either.
 */
export async function inVirtualTime<T>(
  clock: Clock,
  random: Random,
  work: () => Promise<T>,
  isOnItsOwn = false,
): Promise<T> {
  if (current) throw new Error('Two lives in one process must not overlap');
  current = { clock, random };
  globalThis.Date = VirtualDate as DateConstructor;
  Object.defineProperty(performance, 'now', {
    configurable: true,
    value: () => current?.clock.now ?? realNow(),
  });
  Math.random = () => current?.random.next() ?? realRandom();
  if (isOnItsOwn) Object.assign(globalThis, NO_TIMERS);
  // Thousands of errors are made, and hardly one is looked at.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    current = null;
    globalThis.Date = RealDate;
    Object.assign(globalThis, realTimers);
    Object.defineProperty(performance, 'now', { configurable: true, value: realNow });
    Math.random = realRandom;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Real seconds, also within a life. */
export function realSeconds(): number {
  return realNow() / SECOND;
}

/** Seconds for which this process has worked, on all cores. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
