import { CHANGES, changesSince, countsOfChanges, type Change as Kind } from '../../snapshot/changes';
import type { OpenActivation } from '../../snapshot/snapshot';
import type { Change } from './front';

const DAY = 86_400_000;
const DAYS = 7;

/** In this order. What has ended is in no picture of what is open. */
const SHOWN = ['begun', 'approved', 'rejected', 'stuck', 'lost', 'leaving'] as const satisfies Kind[];

/** What has changed since a day ago, as far as what is open tells it. */
export function changesOf(rows: readonly OpenActivation[], now: number): Change[] {
  const counts = countsOfChanges(changesSince(rows, now - DAY));
  const days: Partial<Record<Kind, number[]>> = {
    begun: perDay(
      rows.map(({ begunAt, startedAt }) => begunAt ?? startedAt),
      now,
    ),
    approved: perDay(
      rows.flatMap(({ approvedAt }) => (approvedAt ? [approvedAt] : [])),
      now,
    ),
  };
  return SHOWN.map((kind) => ({ what: CHANGES[kind], count: counts[kind], days: days[kind] ?? null }));
}

function perDay(times: readonly string[], now: number): number[] {
  const days = Array.from({ length: DAYS }, () => 0);
  for (const time of times) {
    const place = DAYS - 1 - Math.floor((now - Date.parse(time)) / DAY);
    if (place >= 0 && place < DAYS) days[place] = (days[place] ?? 0) + 1;
  }
  return days;
}
