import type { BatcherOptions } from '../src/calls/batcher';
import { noSlot, type RateLimiter } from '../src/calls/rate-limiter';
import type { Clearance } from '../src/domain/clearance';
import { plainVin } from '../src/domain/vin';
import type { ClearanceProvider } from '../src/providers/provider';

/** What a list shows of these VINs. @param by milliseconds since 1970: later than that it makes no sense any more. */
export type Look = (vins: readonly string[], by: number) => Promise<Clearance[]>;

interface Asker {
  readonly vins: readonly string[];
  readonly by: number;
  readonly answer: (records: Clearance[]) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * A list that cannot be narrowed, read once for all who ask until it begins: within the window, and while its slot is waited for.
 * Who asks later gets the next one, so that what happened before the question is in the answer.
 */
export function wholeList(
  provider: Pick<ClearanceProvider, 'list'>,
  limiter: RateLimiter,
  { window, after = wait }: Pick<BatcherOptions<never, never>, 'window' | 'after'>,
): Look {
  let waiting: Asker[] = [];

  async function leave(): Promise<void> {
    while (waiting.length > 0) {
      const first = waiting.slice();
      try {
        await limiter.acquire('list', Math.max(...first.map(({ by }) => by)));
      } catch (error) {
        // Who has come meanwhile has time left.
        waiting = waiting.filter((one) => !first.includes(one));
        for (const { fail } of first) fail(error);
        continue;
      }
      const together = waiting;
      waiting = [];
      return readFor(together);
    }
  }

  async function readFor(askers: readonly Asker[]): Promise<void> {
    const now = Date.now();
    const inTime = askers.filter(({ by }) => now <= by);
    for (const { by, vins, fail } of askers) if (now > by) fail(noSlot('list', ...vins.slice(0, 1)));
    if (inTime.length === 0) return;
    try {
      const records = await provider.list({ vins: [...new Set(inTime.flatMap(({ vins }) => vins))] });
      const found = new Map(records.map((record) => [record.vin, record]));
      for (const { vins, answer } of inTime) answer(vins.flatMap((vin) => found.get(plainVin(vin)) ?? []));
    } catch (error) {
      for (const { fail } of inTime) fail(error);
    }
  }

  return (vins, by) =>
    new Promise((answer, fail) => {
      waiting.push({ vins, by, answer, fail });
      if (waiting.length > 1) return;
      if (window > 0) after(window, () => void leave());
      else void leave();
    });
}

function wait(milliseconds: number, run: () => void): void {
  setTimeout(run, milliseconds);
}
