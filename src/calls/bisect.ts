import { ProviderError } from '../providers/provider-error';

/**
 * Has items handled in one call. Where the provider refuses the call as a whole, one item may be the cause: then the
 * halves are handled on their own, and so on, so that one bad item never fails another.
 *
 * @returns one result or error for each item, in their order.
 */
export async function bisect<Item, Result>(
  items: readonly Item[],
  handle: (items: readonly Item[]) => Promise<(Result | Error)[]>,
): Promise<(Result | Error)[]> {
  try {
    return await handle(items);
  } catch (error) {
    if (items.length === 1 || !mayBeOneItem(error)) return items.map(() => error as Error);
    const middle = items.length >>> 1;
    const halves = [items.slice(0, middle), items.slice(middle)];
    return (await Promise.all(halves.map((half) => bisect(half, handle)))).flat();
  }
}

/** Statuses that say nothing of the request's content: who asks, when, how often, or at which address. */
const NOT_OF_CONTENT = [401, 403, 404, 408, 429];

/** Also a 4xx that only something in between wrote, such as "too large". */
function mayBeOneItem(error: unknown): boolean {
  if (!(error instanceof ProviderError)) return false;
  const { code, status = 0, mayBeOfOne } = error;
  if (code === 'PROVIDER_REFUSED' || mayBeOfOne) return true;
  return code === 'PROVIDER_BAD_REPLY' && status >= 400 && status <= 499 && !NOT_OF_CONTENT.includes(status);
}
