/** What a spreadsheet would take for a formula at the beginning of a cell (OWASP, "CSV Injection"). */
const FORMULA = /^'*\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;
const WORDS = /^[0-9A-Za-z][\w.-]*(?: [\w.-]+)*$/;
/** As short as the shortest of what may be written. */
const MOST = 200;

/** Whether a value is words that mean nothing else anywhere: most are, and need no closer look. */
export function isWords(text: string): boolean {
  return text.length <= MOST && WORDS.test(text);
}

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
  const cell = cells[vinAt] ?? '';
  if (cell.charCodeAt(0) !== APOSTROPHE) return cells;
  const vin = /^'(?!')[^']*('?)$/.exec(cell);
  if (vin === null) return cells;
  const isQuoted = vin[1] === "'";
  return cells.map((cell) => {
    if (!cell.startsWith("'")) return cell;
    return isQuoted ? (/^'(.*)'$/s.exec(cell)?.[1]?.replaceAll("''", "'") ?? cell) : cell.slice(1);
  });
}

/** One value as `joinCells` writes it. */
export function cellOf(value: string | number): string {
  if (value === '') return value;
  if (typeof value === 'number' && value >= 0) return String(value);
  const text = String(value);
  if (isWords(text)) return text;
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /^\s|\s$|[",;|\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A formula, which only a spreadsheet program can read: `=B3`, `+A1`, `@SUM(A1:A3)`. A number or a dash is none. */
const IS_FORMULA =
  /^\s*(?:[=\uFF1D]|[+\-@\uFF0B\uFF0D\uFF20]\s*(?:\$?[A-Z]{1,3}\$?[0-9]+\s*(?:$|[-+*/^&:;,!%<>=()])|[A-Z][A-Z.]+\())/i;
/** What spreadsheet programs show in place of a value that they cannot work out, in the languages that we know. */
const IS_ERROR =
  /^\s*(?:#[¡¿]?(?:REF|BEZUG|RIF|VALUE|WERT|VALEUR|VALOR|VALORE|NAME|NOM|NOMBRE|NOME|DIV\/0|NULL|NULO|NUL|NULLO|NUM|ZAHL|NUMERO|NOMBRE|SPILL|ÜBERLAUF|PROPAGATION|EPARS|ESPANSIONE|DESBORDAMIENTO|CALC|CALCUL|FIELD|FELD|CHAMP|BLOCKED|UNKNOWN|CONNECT|BUSY|ERROR)[!?]|#(?:N\/A|NA|NV|N\/D|N\/DISP|N\/B)!?|#{3,}|(?:Err|Fehler|Erreur|Errore?):\d{3})\s*$/iu;

/** What a cell holds in place of a value; undefined where it may be one. `problem` ends a sentence. */
export function spreadsheetMishap(
  text: string,
): { readonly problem: string; readonly remedy: string } | undefined {
  if (!/^[\s=+\-@#EF\uFF1D\uFF0B\uFF0D\uFF20]/i.test(text)) return undefined;
  if (IS_FORMULA.test(text)) {
    return {
      problem: 'is a formula',
      remedy: 'Write the value itself: in the spreadsheet program copy the cell, and paste it as a value.',
    };
  }
  if (!IS_ERROR.test(text)) return undefined;
  return {
    problem: 'is an error of the spreadsheet program',
    remedy: 'Mend its formula in the spreadsheet program, or write the value itself.',
  };
}
