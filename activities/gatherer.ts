export interface GathererOptions<Item, Result> {
  /** The most items that are handled together. */
  readonly size: number;
  /** How long the first item waits for others, in milliseconds. */
  readonly window: number;
  /** One result or error for each item, in their order; what it throws is the result of all. */
  readonly handle: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>;
  /** Default: the timers of the process. A simulation brings its own. */
  readonly after?: (milliseconds: number, run: () => void) => void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (result: Result | Error) => void;
}

/**
 * Gathers what is asked for within a short time, so that it travels in one call. Each asker gets the result
 * of its own item: one bad item never fails another.
 */
export function createGatherer<Item, Result>(
  options: GathererOptions<Item, Result>,
): (item: Item) => Promise<Result> {
  const { size, window, handle, after = wait } = options;
  let waiting: Waiting<Item, Result>[] = [];

  async function leave(): Promise<void> {
    const together = waiting;
    waiting = [];
    const results = await handle(together.map(({ item }) => item)).catch(asError);
    together.forEach(({ settle }, index) => {
      settle(results instanceof Error ? results : (results[index] as Result | Error));
    });
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const group = waiting;
      const settle = (result: Result | Error): void =>
        result instanceof Error ? reject(result) : resolve(result);
      group.push({ item, settle });
      if (group.length >= size) void leave();
      else if (group.length === 1) {
        after(window, () => {
          // A full group has left before its time.
          if (group === waiting) void leave();
        });
      }
    });
}

function wait(milliseconds: number, run: () => void): void {
  setTimeout(run, milliseconds);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
