/** VINs, and plates, that a group names. */
export const NAMED = 3;

/** Whoever has to act before a deadline is told of it so long before; milliseconds. */
export const SOON = 48 * 3_600_000;

/** Rows that have the same key, in the order of their first ones. */
export function groupedBy<T>(rows: readonly T[], keyOf: (row: T) => readonly string[]): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const key = keyOf(row).join(' ');
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** The next deadline, how many run out soon, and for how many it is too late. */
export function deadlinesIn(
  rows: readonly { readonly deadlineAt: string | null }[],
  at: number,
): { readonly deadlineAt: string | null; readonly soon: number; readonly overdue: number } {
  const known = rows.flatMap(({ deadlineAt }) => (deadlineAt === null ? [] : [deadlineAt])).sort();
  const times = known.map((deadline) => Date.parse(deadline));
  return {
    deadlineAt: known.find((deadline) => Date.parse(deadline) >= at) ?? known[0] ?? null,
    soon: times.filter((time) => time >= at && time < at + SOON).length,
    overdue: times.filter((time) => time < at).length,
  };
}

/** Puts times in order. They are texts of one form: what compares languages takes ten times as long. */
export function inOrder(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
