import { visible } from '../base/visible';

/** Between two columns. */
const GAP = '  ';
/** Characters that a column keeps, whatever is to be fitted. */
const LEAST = 6;

/**
 * Rows in columns as wide as a terminal: the widest columns are cut until all fits. A column that says nothing is left out.
 *
 * @param width null: nothing is cut, as whoever reads it from a pipe wants it.
 * @param whole names of columns that are never cut.
 */
export function fitted(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, whole = [] }: { readonly width: number | null; readonly whole?: readonly string[] },
): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => visible(cell)))];
  const used = head.flatMap((_, at) => (rows.some((row) => row[at]) ? [at] : []));
  const lengthAt = (row: readonly string[], at: number): number => [...(row[at] ?? '')].length;
  const widths = new Map(used.map((at) => [at, Math.max(...cells.map((row) => lengthAt(row, at)))]));
  const total = (): number => [...widths.values()].reduce((sum, one) => sum + one + GAP.length, -GAP.length);
  while (width !== null && total() > width) {
    const [widest] = used
      .filter((at) => !whole.includes(head[at] ?? '') && (widths.get(at) ?? 0) > LEAST)
      .sort((a, b) => (widths.get(b) ?? 0) - (widths.get(a) ?? 0));
    if (widest === undefined) break;
    widths.set(widest, (widths.get(widest) ?? 0) - 1);
  }
  return cells
    .map((row) =>
      used
        .map((at) => cut(row[at] ?? '', widths.get(at) ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

function cut(text: string, width: number): string {
  const letters = [...text];
  if (letters.length > width) return `${letters.slice(0, width - 1).join('')}…`;
  return text + ' '.repeat(width - letters.length);
}
