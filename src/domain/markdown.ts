/**
 * A text as Markdown that shows it as it is, on one line: what Temporal's UI shows of a workflow is Markdown, and the
 * reasons, fleets and names in it are the words of others.
 */
export function markdownOf(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>!|]/g, '\\$&');
}

/** What the server takes for a summary, in bytes of UTF-8. */
const SUMMARY = 400;

/** The same for a summary, which has a bound: its end is cut off, and no escape or letter in two. */
export function summaryOf(text: string): string {
  let summary = '';
  let room = SUMMARY;
  for (const character of text.replace(/\s+/g, ' ')) {
    const shown = markdownOf(character);
    room -= shown.length > character.length ? 2 : bytesOf(character);
    if (room < 0) break;
    summary += shown;
  }
  return summary;
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
