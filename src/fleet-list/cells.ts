/** What a spreadsheet would take for a formula at the beginning of a cell (OWASP, "CSV Injection"). */
const FORMULA = /^'*\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;
const PLAIN = /^[0-9A-Za-z][\w.-]*$/;

/**
 * One line of CSV, with its line end. A value that a spreadsheet would run as a formula gets an apostrophe in
 * front: it came from outside, and people open such files by a click.
 */
export function joinCells(values: readonly (string | number)[], delimiter: string): string {
  return `${values.map(cellOf).join(delimiter)}\n`;
}

/**
 * What a cell says, without what protects it as a text: the apostrophe that `joinCells`, or a spreadsheet, has put
 * before a formula or a number, and `="…"`. Other apostrophes are a part of the name: `'t Hooft Leasing`.
 */
export function plainCell(cell: string): string {
  const first = cell.charCodeAt(0);
  if (first === APOSTROPHE && (FORMULA.test(cell) || /^'[0-9]/.test(cell))) return cell.slice(1);
  if (first !== EQUALS) return cell;
  return /^=\s*"((?:[^"]|"")*)"$/.exec(cell)?.[1]?.replaceAll('""', '"') ?? cell;
}

const APOSTROPHE = 0x27;
const EQUALS = 0x3d;

/**
 * The values of a row. Where its VIN has an apostrophe in front, or apostrophes round it, the program that wrote the
 * list protects or quotes every text so: they go from all values.
 */
export function plainCells(cells: readonly string[], vinAt: number): readonly string[] {
  const vin = /^'(?!')[^']*('?)$/.exec(cells[vinAt] ?? '');
  if (vin === null) return cells;
  const isQuoted = vin[1] === "'";
  return cells.map((cell) => {
    if (!cell.startsWith("'")) return cell;
    return isQuoted ? (/^'(.*)'$/s.exec(cell)?.[1]?.replaceAll("''", "'") ?? cell) : cell.slice(1);
  });
}

function cellOf(value: string | number): string {
  const text = String(value);
  if (text === '' || PLAIN.test(text)) return text;
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /^\s|\s$|[",;|\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
