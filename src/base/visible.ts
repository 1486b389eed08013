/** Lines end here: in a text of one line they become a space. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * What a terminal obeys, or does not show: controls (C0, C1, DEL), marks of direction and other format characters,
 * halves of pairs, private and unassigned ones. Arabic number signs are format characters that are seen.
 */
const SEEN = '\\u0600-\\u0605\\u06DD\\u070F\\u0890\\u0891\\u08E2\\u{110BD}\\u{110CD}';
const HIDDEN = new RegExp(`(?![${SEEN}])\\p{C}`, 'gu');
const HIDDEN_BUT_LINES = new RegExp(`(?![\\n${SEEN}])[\\p{C}\\u2028\\u2029]`, 'gu');
/** The same where lines and tabs stay. */
export const HIDDEN_IN_PAGES = new RegExp(`(?![\\n\\t${SEEN}])\\p{C}`, 'gu');

/**
 * The words of others as they may be printed: on one line, and with nothing in them that a terminal obeys. What cannot
 * be seen is named, as `<U+001B>`.
 */
export function visible(text: string): string {
  return text.replace(BREAKS, ' ').replace(HIDDEN, nameOf);
}

/** The same for a text of several lines, each of which is ours. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** A JSON document that says the same, and in which every such character is escaped. */
export function visibleJson(json: string): string {
  return json.replace(HIDDEN_BUT_LINES, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at))}`).join(''),
  );
}

function nameOf(character: string): string {
  return `<U+${hex(character.codePointAt(0) ?? 0)}>`;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
