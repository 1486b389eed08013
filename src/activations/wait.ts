import { setTimeout } from 'node:timers/promises';
import type { ClearanceStatus } from '../domain/status';
import type { ActivationRun } from './activation-runs';
import { type ActivationReport, rowOf } from './reports';

/** What ends a wait: one of these statuses, or `settled` (nothing more will happen by itself). */
export type Wanted = readonly (ClearanceStatus | 'settled')[];

/** Milliseconds between two looks: the first, and the longest after each has been half as long again. */
const PAUSE = { first: 250, longest: 2_000, growth: 1.5 };

/**
 * Looks until what is wanted is there, the activation has ended, the time is over, or the signal says stop.
 * A wait of a minute makes about 35 looks.
 *
 * @param look costs one call that the server answers from memory, without a worker.
 * @param report asks a worker: only for `settled`, and only when the history has grown.
 * @param timeout milliseconds.
 */
export async function waitFor(
  look: () => Promise<ActivationRun>,
  report: (life: ActivationRun) => Promise<ActivationReport>,
  wanted: Wanted,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  const end = Date.now() + timeout;
  let reported = '';
  const isSettled = async (life: ActivationRun): Promise<boolean> => {
    const { runId, historyLength } = life.description;
    const grown = `${runId} ${historyLength}`;
    if (grown === reported) return false;
    const { settled, complete } = await report(life);
    if (complete) reported = grown;
    return settled;
  };
  for (let pause = PAUSE.first; ; pause = Math.min(pause * PAUSE.growth, PAUSE.longest)) {
    const life = await look();
    const { status, execution } = rowOf(life.description);
    if (execution !== 'RUNNING' || wanted.some((word) => word === status)) return;
    if (wanted.includes('settled') && (await isSettled(life))) return;
    const rest = end - Date.now();
    if (rest <= 0 || signal.aborted) return;
    // Those that began together do not look together for ever.
    const own = pause * (0.75 + Math.random() / 2);
    await setTimeout(Math.min(own, rest), undefined, { signal }).catch(() => undefined);
  }
}
