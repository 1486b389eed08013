import type { Client } from '@temporalio/client';
import {
  type CallsCounted,
  callsCounted,
  DAYS,
  type DayCounted,
  type DaysInput,
  dayCounted,
  dayOf,
  daysId,
  type KeptDay,
  monthOf,
} from '../../workflows/contract/days';
import { defleetingsQueue, TASK_QUEUE } from '../../workflows/contract/task-queues';
import { describeIfKnown } from '../activations/search';
import { type ReadPage, readEnded, readSnapshot } from '../snapshot/read-snapshot';
import { countDays, countedSince, isKept, KNOWN_DAYS } from './count';
import { daysBefore } from './trend';

/** How long the server may take, in milliseconds. */
const DEADLINE = 10_000;

/** The workflows that keep days, as workers tell them and everybody reads them. */
export class DayKeeper {
  /** @param taskQueue in front of the names of task queues. */
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string = TASK_QUEUE,
  ) {}

  /** Counts how the day stands now, and has it kept. */
  async count(readPage: ReadPage, at: number): Promise<{ readonly days: string[]; readonly calls: number }> {
    const kept = await this.read(dayOf(at), KNOWN_DAYS);
    const since = countedSince(at, kept);
    const snapshot = await readSnapshot(readPage);
    const ended = await readEnded(readPage, since);
    const all = countDays({ ...snapshot, at }, ended, at, since);
    const counts = all.filter((count) => !isKept(count, kept));
    for (const count of counts) await this.#tell(count.day, dayCounted, count);
    return { days: counts.map(({ day }) => day), calls: snapshot.calls + ended.calls };
  }

  /** Has it kept what a worker has called on a day. */
  called(report: CallsCounted): Promise<void> {
    return this.#tell(report.day, callsCounted, report);
  }

  /** The last days until one, by their names; those of which nothing is known are not in it. No worker is asked. */
  async read(until: string, count: number): Promise<Map<string, KeptDay>> {
    const wanted = daysBefore(until, count);
    const kept = new Map<string, KeptDay>();
    for (const month of new Set(wanted.map(monthOf))) {
      const found = await this.client.withDeadline(Date.now() + DEADLINE, () =>
        describeIfKnown(this.client, daysId(month)),
      );
      for (const day of wanted.filter((one) => monthOf(one) === month)) {
        const one = found?.memo?.[day];
        if (one) kept.set(day, one as KeptDay);
      }
    }
    return kept;
  }

  async #tell<T extends DayCounted | CallsCounted>(
    day: string,
    signal: typeof dayCounted | typeof callsCounted,
    told: T,
  ): Promise<void> {
    const month = monthOf(day);
    await this.client.withDeadline(Date.now() + DEADLINE, () =>
      this.client.workflow.signalWithStart<(input: DaysInput) => Promise<void>, [T]>(DAYS, {
        workflowId: daysId(month),
        taskQueue: defleetingsQueue(this.taskQueue),
        args: [{ month }],
        signal: signal.name,
        signalArgs: [told],
        staticSummary: `The numbers of each day of ${month}`,
      }),
    );
  }
}
