import type { Random } from '../simulation/random';
import type { RunningCommand } from '../support/command-line';
import type { Stage } from '../support/stage';

/** The caches of the workers: next to nothing, so that nearly every step is a replay. */
const LARGEST_CACHE = 3;

/** Two workers, of which one at a time is stopped or killed and followed by another, as long as it is told to. */
export class WorkerCrew {
  readonly count = { started: 0, stopped: 0, killed: 0 };
  private readonly workers: RunningCommand[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
  ) {}

  async begin(): Promise<void> {
    await Promise.all([this.add(), this.add()]);
  }

  /** Ends the older one in one way or the other, while the next one starts. */
  async replaceOne(): Promise<void> {
    const [oldest] = this.workers.splice(0, 1);
    const isKilled = this.random.chance(0.5);
    const next = this.add();
    if (oldest) await this.stage.end(oldest, isKilled ? 'SIGKILL' : 'SIGTERM');
    if (isKilled) this.count.killed += 1;
    else this.count.stopped += 1;
    await next;
  }

  private async add(): Promise<void> {
    this.count.started += 1;
    const worker = await this.stage.worker(this.random.between(0, LARGEST_CACHE));
    this.workers.push(worker);
  }
}
