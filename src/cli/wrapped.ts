/** Characters of a line on a terminal, where it does not say how wide it is, and the most that reads well. */
const USUAL = 80;
const WIDEST = 120;

/** How wide what is printed may be. */
export function widthOf({ columns }: { readonly columns?: number | undefined } = process.stdout): number {
  return Math.min(Math.max(columns ?? USUAL, 40), WIDEST);
}

/** Breaks a text into lines at its spaces; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The same with something in front of each line. */
export function indented(text: string, width: number, indent: string): string[] {
  return wrapped(text, width - indent.length).map((line) => `${indent}${line}`);
}

/**
 * A help text for a terminal of this width: its prose is broken anew where a line is too wide. What is indented stays as it is: options are
 * fitted already, and examples are typed as they stand.
 */
export function wrappedHelp(text: string, width: number): string {
  const lines: string[] = [];
  let prose: string[] = [];
  const flush = (): void => {
    const isWide = prose.some((line) => line.length > width);
    lines.push(...(isWide ? wrapped(prose.join(' '), width) : prose));
    prose = [];
  };
  for (const line of text.split('\n')) {
    if (/^\S/.test(line)) prose.push(line);
    else {
      flush();
      lines.push(line);
    }
  }
  flush();
  return lines.join('\n');
}
