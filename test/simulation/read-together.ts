import { SECOND } from './clock';
import type { TaskDone } from './temporal/virtual-temporal';

/** What comes so soon after the end of a local activity may be in another workflow task in a replay (workflows/activation/inbox.ts). */
const TOGETHER = 10 * SECOND;

/** All that came with a wish to leave is read before anything is sent for it: what was taken back meanwhile is not sent. */
export class ReadTogether {
  /** Of local activities: the newest. */
  #lastEnd = Number.NEGATIVE_INFINITY;

  constructor(private readonly complain: (what: string) => void) {}

  taskDone({ decisions, commands, task }: TaskDone): void {
    const ends = commands.flatMap((one) => (one.type === 'marker' ? [one.at] : []));
    const isSure = ends.length === 0 && task.at >= this.#lastEnd + TOGETHER;
    this.#lastEnd = Math.max(this.#lastEnd, ...ends);
    if (!isSure) return;
    const sent = decisions.findIndex(
      ({ event, decision }) => event.type === 'defleet-asked' && decision.commands.includes('withdraw'),
    );
    const rest = sent < 0 ? [] : decisions.slice(sent + 1);
    if (rest.some(({ event }) => event.type === 'stay-asked'))
      this.complain('sends a DELETE for a wish that was taken back right behind it');
  }
}
