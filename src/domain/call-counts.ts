/** Calls at a provider, by brand and endpoint; `all` in the place of one where only the sum is known. */
export type CallCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Both together. */
export function addCalls(some: CallCounts, more: CallCounts): CallCounts {
  const sums: Record<string, Record<string, number>> = {};
  for (const [brand, endpoints] of [...Object.entries(some), ...Object.entries(more)]) {
    const sum = sums[brand] ?? {};
    sums[brand] = sum;
    for (const [endpoint, count] of Object.entries(endpoints)) sum[endpoint] = (sum[endpoint] ?? 0) + count;
  }
  return sums;
}

/** How many calls these are. */
export function sumOfCalls(calls: CallCounts): number {
  return Object.values(calls).reduce((sum, one) => sum + sumOfEndpoints(one), 0);
}

/** How many calls a brand has. */
export function sumOfEndpoints(endpoints: Readonly<Record<string, number>>): number {
  return Object.values(endpoints).reduce((sum, count) => sum + count, 0);
}
