/**
 * Does the same work for each item, so many at the same time; the answers have the order of the items. When one
 * fails no further item is begun.
 *
 * @param stopped when it aborts no further item is begun either: those have no answer.
 */
export async function withConcurrency<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<R>,
  stopped?: AbortSignal,
): Promise<R[]> {
  const answers: R[] = [];
  const rest = items.entries();
  let failed = false;
  const take = async (): Promise<void> => {
    for (const [at, item] of rest) {
      if (failed || stopped?.aborted) return;
      try {
        answers[at] = await work(item, at);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, take));
  return answers;
}
