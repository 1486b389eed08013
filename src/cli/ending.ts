import { EXIT, say } from './output';

type Signal = 'SIGINT' | 'SIGTERM';

const CODES: Readonly<Record<Signal, number>> = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated };
const SIGNALS = Object.keys(CODES) as Signal[];

/** How long what is left open may keep a process alive whose work is done, in milliseconds. */
const LINGER = 2_000;

/** Whether the process is ours to end, and not that of a test. */
let isOurs = false;
let isOutputClosed = false;

/**
 * From now on a signal ends the process at once, with its exit code, until a command takes signals for itself
 * (`stopRequested`). Said outright, because a process with the id 1, as in a container, is not ended by a signal that
 * nobody listens to.
 */
export function endOnSignals(): void {
  isOurs = true;
  for (const signal of SIGNALS) process.on(signal, end);
}

/**
 * For a command that has begun to serve: resolves at the first signal from now on, so that it can finish what is under
 * way. The second one ends the process at once.
 */
export function stopRequested(...more: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  const signals = [...SIGNALS, ...more];
  for (const signal of SIGNALS) process.off(signal, end);
  return new Promise((resolve) => {
    const take = (signal: NodeJS.Signals): void => {
      for (const one of signals) process.off(one, take);
      if (isOurs) for (const one of SIGNALS) process.on(one, end);
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, take);
  });
}

/**
 * Whoever reads our output may have read enough (`vin list | head -1`): that is no error, and what was begun is
 * finished. Any other trouble with stdout is said: the answer did not arrive.
 */
export function allowClosedPipes(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    isOutputClosed = true;
    if (code === 'EPIPE') return;
    say(
      `error OUTPUT_NOT_WRITTEN: The answer cannot be written (${code}).\n  next: See to the place that stdout goes to, then ask again.`,
    );
    process.exitCode = EXIT.failed;
  });
  process.stderr.on('error', () => undefined);
}

/** Whether nobody reads stdout any more: then an answer that comes row by row can stop. */
export function nobodyReads(): boolean {
  return isOutputClosed;
}

/** Ends the process when its work is done, also where something is left open: a connection, a timer, a thread. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGER).unref();
}

/** A promise that nobody can keep any more lets a process end in silence, with exit code 0. @returns what to call at the end. */
export function endLoudly(): () => void {
  const tell = (): void => {
    say('error UNEXPECTED: The process ended before its work was done.');
    process.exitCode = EXIT.failed;
  };
  process.once('beforeExit', tell);
  return () => process.off('beforeExit', tell);
}

function end(signal: NodeJS.Signals): void {
  process.exit(CODES[signal as Signal]);
}
