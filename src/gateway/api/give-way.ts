/** Milliseconds of work in one piece. */
const SLICE = 10;

let until = 0;
const waiting: (() => void)[] = [];

/**
 * Gives way to others where the work of this process has gone on for 10 ms in one piece. All who call it share the
 * pieces: however many batches there are, between two pieces everybody else is served.
 */
export function giveWay(): Promise<void> | undefined {
  if (waiting.length === 0 && performance.now() < until) return undefined;
  return new Promise((goOn) => {
    waiting.push(goOn);
    if (waiting.length === 1) setImmediate(next);
  });
}

function next(): void {
  until = performance.now() + SLICE;
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}
