/** One value and what ends it: in quotes (group 1), or without any (group 2). */
const CELLS = {
  ',': /\s*"((?:[^"]|"")*)"\s*(?:,|$)|([^",]*)(?:,|$)/y,
  ';': /\s*"((?:[^"]|"")*)"\s*(?:;|$)|([^";]*)(?:;|$)/y,
} as const;

/** What separates the values of a line. */
export type Delimiter = keyof typeof CELLS;

/**
 * The values of one line of CSV (RFC 4180), without the spaces round them; undefined where its quotes make no
 * sense. A parser for whole files takes many times as long when it is called for each line.
 */
export function splitCells(line: string, delimiter: Delimiter): string[] | undefined {
  if (!line.includes('"')) return line.split(delimiter).map((cell) => cell.trim());
  const pattern = CELLS[delimiter];
  const cells: string[] = [];
  pattern.lastIndex = 0;
  for (;;) {
    const match = pattern.exec(line);
    if (match === null) return undefined;
    const [whole, quoted, plain = ''] = match;
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (!whole.endsWith(delimiter)) return cells;
  }
}

/** What a spreadsheet would take for a formula at the beginning of a cell (OWASP, "CSV Injection"). */
const FORMULA = /^'*\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;
const PLAIN = /^[0-9A-Za-z][\w.-]*$/;

/**
 * One line of CSV, with its line end. A value that a spreadsheet would run as a formula gets an apostrophe in
 * front: it came from outside, and people open such files by a click.
 */
export function joinCells(values: readonly (string | number)[], delimiter: Delimiter): string {
  return `${values.map(cellOf).join(delimiter)}\n`;
}

/** What a cell says: without the apostrophe that `joinCells`, or a spreadsheet, has put before a formula. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

function cellOf(value: string | number): string {
  const text = String(value);
  if (text === '' || PLAIN.test(text)) return text;
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /^\s|\s$|[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
