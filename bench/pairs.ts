import type { Figure, Line } from './figure';

export interface Pairs {
  readonly baseline: readonly number[];
  readonly ours: readonly number[];
}

/**
 * Measures baseline and ours in turn, because a machine is quicker at one time than at another; every second pair the
 * other way round, because a server is slower the more it holds.
 */
export async function measurePairs(
  count: number,
  baseline: () => Promise<number>,
  ours: () => Promise<number>,
): Promise<Pairs> {
  const values: { baseline: number[]; ours: number[] } = { baseline: [], ours: [] };
  const first = async () => void values.baseline.push(await baseline());
  const second = async () => void values.ours.push(await ours());
  for (let pair = 0; pair < count; pair++) {
    for (const measure of pair % 2 === 0 ? [first, second] : [second, first]) await measure();
  }
  return values;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which this part of the values lies; `part` 0.99 is p99. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** The ratio of two medians, held against a line; the spread is that of the pairs. */
export function ratioFigure(
  pairs: Pairs,
  told: {
    readonly id: string;
    readonly what: string;
    readonly unit: string;
    readonly line: Line | null;
    readonly better: Figure['better'];
    readonly why?: string;
  },
): Figure {
  const [ours, baseline] = [median(pairs.ours), median(pairs.baseline)];
  const ratios = pairs.ours.map((value, index) => value / (pairs.baseline[index] ?? Number.NaN));
  const { unit, ...rest } = told;
  return {
    ...rest,
    ours: `${rounded(ours)} ${unit}`,
    baseline: `${rounded(baseline)} ${unit}`,
    value: ours / baseline,
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** Three digits that count, and no more. */
export function rounded(value: number): string {
  if (Number.isNaN(value)) return 'not measured';
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
