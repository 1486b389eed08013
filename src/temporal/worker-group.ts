import type { Worker } from '@temporalio/worker';

/** Workers of several task queues that start, stop and fail as one. */
export class WorkerGroup {
  constructor(private readonly workers: readonly Worker[]) {}

  /** Runs until `shutdown()`. @throws the first error of any of them, when all have stopped. */
  async run(): Promise<void> {
    const runs = this.workers.map((worker) =>
      worker.run().catch((error: unknown) => {
        this.shutdown();
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Runs as long as something else takes, and gives its result. */
  async runUntil<T>(work: Promise<T> | (() => Promise<T>)): Promise<T> {
    const running = this.run();
    const stopped = running.then(() => {
      throw new Error('The worker was stopped before the work was done');
    });
    stopped.catch(() => undefined);
    try {
      return await Promise.race([typeof work === 'function' ? work() : work, stopped]);
    } finally {
      this.shutdown();
      await running;
    }
  }

  /** Finishes what is under way, and takes nothing more. */
  shutdown(): void {
    for (const worker of this.workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  }
}
