/** A sentence that ends as one, whatever it was made of. What has several lines stays as it is. */
export function sentence(text: string): string {
  const end = text.trimEnd();
  return end === '' || end.includes('\n') || /[.!?…:]["'”’)]*$/.test(end) ? end : `${end}.`;
}

/** Sentences one after the other, each with one end. */
export function sentences(...texts: readonly string[]): string {
  return texts.map(sentence).filter(Boolean).join(' ');
}
