import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect a heap when it has grown by a quarter, where it would let one grow to several times of what lives in
 * it: the thread that runs the workflows makes 0.1 MB that stays and 0.5 MB of garbage for each activation. To be
 * called before a worker starts its threads (docs/decisions/0008-a-worker-with-a-small-heap.md has the figures).
 */
export function keepHeapsSmall(): void {
  setFlagsFromString('--max-semi-space-size=4');
  setFlagsFromString('--heap-growing-percent=25');
}
