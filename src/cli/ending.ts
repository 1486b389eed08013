import { VinError } from '../base/errors';
import { systemWords } from '../base/system-words';
import { EXIT, say, sayError } from './output';

type Signal = 'SIGINT' | 'SIGTERM';

const CODES: Readonly<Record<Signal, number>> = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated };
const SIGNALS = Object.keys(CODES) as Signal[];

/** How long what is left open may keep a process alive whose work is done, in milliseconds. */
const LINGER = 2_000;

/** Whether the process is ours to end, and not that of a test. */
let isOurs = false;
/** Who has taken the next signal. */
let taker: ((signal: NodeJS.Signals) => void) | null = null;
let isOutputClosed = false;

/**
 * From now on a signal ends the process at once, with its exit code, until a command takes signals for itself
 * (`stopRequested`). Said outright, because a process with the id 1, as in a container, is not ended by a signal that
 * nobody listens to.
 */
export function endOnSignals(): void {
  isOurs = true;
  for (const signal of SIGNALS) process.on(signal, hear);
}

/**
 * For a command that has begun to serve: resolves at the first signal from now on, so that it can finish what is under
 * way. The second one ends the process at once.
 */
export function stopRequested(...more: readonly NodeJS.Signals[]): Promise<NodeJS.Signals> {
  const heard = isOurs ? more : [...SIGNALS, ...more];
  for (const signal of heard) process.on(signal, hear);
  return new Promise((resolve) => {
    taker = (signal) => {
      if (!isOurs) for (const one of heard) process.off(one, hear);
      resolve(signal);
    };
  });
}

/** The one listener, which stays: a signal that comes while one listener takes the place of another is lost. */
function hear(signal: NodeJS.Signals): void {
  const take = taker;
  taker = null;
  if (take) take(signal);
  else if (isOurs) process.exit(CODES[signal as Signal] ?? EXIT.failed);
}

/**
 * Whoever reads our output may have read enough (`vin list | head -1`): that is no error, and what was begun is
 * finished. Any other trouble with stdout is said: the answer did not arrive.
 */
export function allowClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    isOutputClosed = true;
    if (error.code === 'EPIPE') return;
    sayError(
      new VinError(
        'OUTPUT_NOT_WRITTEN',
        `The answer cannot be written (${systemWords(error)}).`,
        'See to the place that stdout goes to, then ask again. What was asked for has been done.',
      ),
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
