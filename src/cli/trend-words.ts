import type { BesideDay, Trend, TrendDay } from '../days/trend';
import { ageingInWords } from '../days/words';
import { addCalls, type CallCounts } from '../domain/call-counts';
import { formatDuration } from '../domain/duration';
import { fitted } from './fitted';
import { nameOfApplication } from './snapshot';

/** The last days at each application, for people. @param isOne whether there is one application only, which needs no name. */
export function trendsInWords(trends: readonly Trend[], isOne: boolean, width: number | null): string[] {
  return trends.flatMap((trend) => {
    const counted = trend.days.filter(({ countedAt }) => countedAt !== null);
    if (counted.length === 0) return [];
    const name = isOne ? '' : ` at ${nameOfApplication(trend.application)}`;
    const today = trend.days.at(-1);
    const table = fitted(
      ['Day', 'Open', 'Pending', 'Older', 'Waiting', 'Approved', 'p50', 'p85', 'Rejected', 'Ended'],
      counted.map((day) => cellsOf(day, day === today)),
      { width, whole: ['Day'] },
    );
    return ['', `The last days${name}, in UTC`, table, ...gapsIn(trend.days), ageingInWords(trend)].filter(
      (line, index) => index === 0 || line !== '',
    );
  });
}

function cellsOf({ day, open, old, waiting, approved, took, rejected, ended }: TrendDay, isToday: boolean) {
  const [p50, p85] = took ?? [];
  const times = [p50, p85].map((time) => (time === undefined ? '-' : formatDuration(time * 1_000)));
  return [
    isToday ? 'today' : day,
    ...[sum(open), open?.['pending'] ?? 0, old, sum(waiting), approved].map((count) => String(count ?? 0)),
    ...times,
    ...[rejected, ended].map((count) => String(count ?? 0)),
  ];
}

function sum(counts: object | null): number {
  return Object.values(counts ?? {}).reduce((total: number, count: number) => total + count, 0);
}

/** Parkings and vehicles that leave, in the last days; nothing where there was never any. */
export function besideInWords(days: readonly BesideDay[], width: number | null): string[] {
  const counted = days.filter(({ parkings }) => parkings !== null);
  const isNever = counted.every(({ parkings, defleetings }) => !sum(parkings) && !sum(defleetings));
  if (isNever) return [];
  const today = days.at(-1);
  const table = fitted(
    ['Day', 'Parkings', 'Added', 'Gone', 'Leaving', 'Asked', 'Left'],
    counted.map((day) => [
      day === today ? 'today' : day.day,
      ...[day.parkings, day.defleetings].flatMap((one) =>
        [one?.open, one?.begun, one?.ended].map((count) => String(count ?? 0)),
      ),
    ]),
    { width, whole: ['Day'] },
  );
  return ['', 'Parkings and vehicles that leave, in UTC, until the last count of the day', table];
}

/** The calls of workers at each provider, for people: today so far, and in the days before. */
export function callsInWords(trends: readonly Trend[], isOne: boolean, width: number | null): string[] {
  const rows = trends.flatMap(({ application, days }) => {
    const today = days.at(-1)?.calls ?? {};
    const before = days.slice(0, -1).reduce<CallCounts>((sum, { calls }) => addCalls(sum, calls), {});
    const brands = [...new Set([...Object.keys(today), ...Object.keys(before)])].sort();
    return brands.map((brand) => [
      isOne ? '' : nameOfApplication(application),
      brand,
      String(sum(today[brand] ?? {})),
      Object.entries(today[brand] ?? {})
        .map(([endpoint, count]) => `${endpoint} ${count}`)
        .join(', '),
      String(sum(before[brand] ?? {})),
    ]);
  });
  if (rows.length === 0) return [];
  const heads = ['Provider', 'Brand', 'Calls today', 'For', '14 days before'];
  return ['', 'Calls of the workers at the provider, as they have told', fitted(heads, rows, { width })];
}

/** Days of which nobody knows, each row of them as one. Before the first known one there was perhaps no worker at all. */
function gapsIn(days: readonly TrendDay[]): string[] {
  const gaps: TrendDay[][] = [];
  for (const [index, day] of days.slice(0, -1).entries()) {
    if (day.countedAt !== null) continue;
    const isNext = index > 0 && days[index - 1]?.countedAt === null;
    if (isNext) gaps.at(-1)?.push(day);
    else gaps.push([day]);
  }
  return gaps.map((gap) => {
    const [first, last] = [gap[0]?.day, gap.at(-1)?.day];
    return `  not counted, as no worker ran: ${first === last ? first : `${first} to ${last}`}`;
  });
}
