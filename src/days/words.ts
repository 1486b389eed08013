import type { Trend, TrendDay } from './trend';

/** Which share of what is pending is old, today and before, for people; '' where nothing is known. */
export function ageingInWords({ ageing: { today, before, counted } }: Trend): string {
  if (today === null) return '';
  const now = `Of what is pending ${percent(today)} is older than 85 of 100 of its brand took`;
  if (before === null) return `${now}.`;
  return `${now}; on ${counted === 1 ? 'the day' : `half of the ${counted} days`} before it was ${percent(before)}${counted === 1 ? '' : ' or less'}.`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** The sum of counts; null where nobody counted. */
export function sumOfCounts(counts: TrendDay['open']): number | null {
  return counts && Object.values(counts).reduce((total, count) => total + count, 0);
}
