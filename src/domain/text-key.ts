/**
 * What is left of a text when case, accents, spaces and punctuation are taken away.
 * Two texts with the same key mean the same to us.
 */
export function textKey(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** The candidates that a person may have meant by `text`, most alike first, at most three. */
export function nearest(text: string, candidates: readonly string[]): string[] {
  const key = textKey(text).slice(0, LONGEST);
  const limit = key.length <= 4 ? 1 : 2;
  return candidates
    .map((candidate) => ({ candidate, edits: edits(key, textKey(candidate)) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Longer input is nobody's typing error; it is cut so that it costs nothing. */
const LONGEST = 40;

/** How many letters must be put in, taken out, replaced or exchanged with the next to turn one text into the other. */
function edits(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isExchange = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] && i > 1 && j > 1;
      const exchanged = isExchange ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
