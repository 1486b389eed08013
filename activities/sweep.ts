import { Context } from '@temporalio/activity';
import type { Sweeper } from '../src/sweep/sweeper';
import type { SweepOrder, SweepProgress, SweepSummary } from '../workflows/contract/sweep-report';
import { failureOf } from './failures';
import { ofApplication } from './of-application';

/** Well within the heartbeat timeout of workflows/sweep.ts; milliseconds. */
const HEARTBEAT = 5_000;

export interface SweepActivities {
  /** Makes one sweep. Cancelled, it stops where it is: what was told is told, and the next sweep does the rest. */
  sweepClearances(order: SweepOrder): Promise<SweepSummary>;
}

/** @param sweepers by the key of the application. */
export function createSweepActivities(sweepers: Readonly<Record<string, Sweeper>>): SweepActivities {
  return {
    async sweepClearances({ full, begun = null, ...app }) {
      const context = Context.current();
      let progress: SweepProgress = { phase: 'waiting', rows: 0, compared: 0, signals: 0 };
      const beat = (): void => context.heartbeat(progress);
      const timer = setInterval(beat, HEARTBEAT);
      beat();
      try {
        const onProgress = (next: SweepProgress): void => {
          if (next.phase !== progress.phase) context.heartbeat(next);
          progress = next;
        };
        const signal = context.cancellationSignal;
        return await ofApplication(sweepers, app).sweep({ full, begun, signal, onProgress });
      } catch (error) {
        // However the work ended after that: it ended because it was told to.
        if (context.cancellationSignal.aborted) await context.cancelled;
        throw failureOf(error);
      } finally {
        clearInterval(timer);
      }
    },
  };
}
