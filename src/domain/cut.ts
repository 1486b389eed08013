/** The beginning of a text, of so many characters of UTF-16 at most, and no half of one at its end: nothing can show that. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  const isHalved = (text.codePointAt(most - 1) ?? 0) > 0xffff;
  return text.slice(0, isHalved ? most - 1 : most);
}
