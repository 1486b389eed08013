import { notHandedOver } from '../../src/temporal/hand-over';
import type { Notice } from '../../workflows/contract/notice';
import type { Clock } from './clock';
import type { Random } from './random';

/** Those whom notices are handed over to. Temporal may be away, and its answer may be lost. */
export class Receiver {
  calm = false;
  /** By their ids, and how often each has come. */
  readonly received = new Map<string, number>();
  onNotice: (notice: Notice) => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: number,
  ) {}

  async send(notice: Notice): Promise<void> {
    await this.clock.wait(this.random.between(5, 300));
    const isFaulty = !this.calm && this.random.chance(this.faults);
    const isLost = isFaulty && this.random.chance(0.3);
    if (!isFaulty || isLost) {
      const times = this.received.get(notice.id) ?? 0;
      this.received.set(notice.id, times + 1);
      if (times === 0) this.onNotice(notice);
    }
    if (!isFaulty) return;
    throw notHandedOver(notice, new Error('14 UNAVAILABLE'));
  }
}
