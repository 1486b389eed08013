/**
 * Maps what comes, and begins with so many at a time; results come in the order of the items. What fails ends it, at the place of its
 * item. (The SDK's own `mapAsyncIterable` spins for ever where something fails while its buffer is full.)
 */
export async function* ahead<Item, Result>(
  items: AsyncIterable<Item>,
  map: (item: Item) => Promise<Result>,
  size: number,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for await (const item of items) {
    const result = map(item);
    // Heard when its turn comes, if it comes: nobody waits for those behind a failure, or behind the end of a limit.
    result.catch(() => undefined);
    begun.push(result);
    if (begun.length >= size) yield begun.shift() as Promise<Result>;
  }
  yield* begun;
}
