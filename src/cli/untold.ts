import type { SweepSummary } from '../../workflows/contract/sweep-report';

/** As many as a person wants to read. */
const SHOWN = 10;

/** The activations that a sweep could not tell, each with the server's words, and what to do. */
export function untoldInWords({ count, first }: SweepSummary['untold']): string {
  const shown = first.slice(0, SHOWN);
  const more = count - shown.length;
  return [
    `Activations that could not be told: ${count}`,
    ...shown.map(({ vin, problem }) => `  ${vin}: ${problem}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '  next: The next sweep tells them again. What stays here needs a look: vin status VIN, and docs/stuck.md.',
  ].join('\n');
}
