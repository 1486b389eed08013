import { ProviderError } from '../providers/provider-error';

/** Before groups are halved further: how many are asked alone, to tell a refusal of all from one of some. */
const ALONE = 8;

/**
 * Has items handled in one call. Where the provider refuses the call as a whole, one item may be the cause: then the
 * halves are handled on their own, and so on, so that one bad item never fails another. One after the other, so that it stops
 * where the refusal turns out to be of all: a group, a half of it and eight items alone, all refused in the same words.
 *
 * @returns one result or error for each item, in their order.
 */
export async function bisect<Item, Result>(
  items: readonly Item[],
  handle: (items: readonly Item[]) => Promise<(Result | Error)[]>,
): Promise<(Result | Error)[]> {
  const results = new Map<number, Result | Error>();
  /** Whether any call went through: then the refusal is not of all. */
  let isTaken = false;

  /** @param refusal the words in which the group was refused that this is a part of. */
  async function part(group: readonly number[], refusal: string | null): Promise<void> {
    const left = group.filter((index) => !results.has(index));
    if (left.length === 0 && group.length > 0) return;
    try {
      const answers = await handle(left.map((index) => items[index] as Item));
      isTaken = true;
      for (const [place, index] of left.entries()) results.set(index, answers[place] as Result | Error);
    } catch (error) {
      if (left.length <= 1 || !mayBeOneItem(error)) {
        for (const index of left) results.set(index, error as Error);
        return;
      }
      const words = (error as Error).message;
      if (refusal === words && items.length > ALONE) await someAlone();
      const middle = left.length >>> 1;
      await part(left.slice(0, middle), words);
      await part(left.slice(middle), words);
    }
  }

  /** Some of all, from everywhere among them, until one is taken. */
  async function someAlone(): Promise<void> {
    for (let place = 0; place < ALONE && !isTaken; place++)
      await part([Math.floor((place * items.length) / ALONE)], null);
  }

  await part([...items.keys()], null);
  return items.map((_, index) => results.get(index) as Result | Error);
}

/** Statuses that say nothing of the request's content: who asks, when, how often, or at which address. */
const NOT_OF_CONTENT = [401, 403, 404, 408, 429];

/** Also a 4xx that only something in between wrote, such as "too large". */
function mayBeOneItem(error: unknown): boolean {
  if (!(error instanceof ProviderError)) return false;
  const { code, status = 0, mayBeOfOne } = error;
  if (code === 'PROVIDER_REFUSED' || mayBeOfOne) return true;
  return code === 'PROVIDER_BAD_REPLY' && isOfContent(status);
}

/** Whether a call may have been turned away for what it holds. */
export function isOfContent(status: number): boolean {
  return status >= 400 && status <= 499 && !NOT_OF_CONTENT.includes(status);
}
