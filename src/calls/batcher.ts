export interface BatcherOptions<Item, Result> {
  /** The most items that are handled together. */
  readonly size: number;
  /** How long the first item waits for others, in milliseconds. */
  readonly window: number;
  /** One result or error for each item, in their order; what it throws is the result of all. Each must have one. */
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
export function createBatcher<Item, Result>(
  options: BatcherOptions<Item, Result>,
): (item: Item) => Promise<Result> {
  const { size, window, handle, after = wait } = options;
  let waiting: Waiting<Item, Result>[] = [];

  async function leave(): Promise<void> {
    const together = waiting;
    waiting = [];
    const results = await attempt(together.map(({ item }) => item));
    together.forEach(({ settle }, index) => {
      if (results instanceof Error) settle(results);
      else settle(index < results.length ? (results[index] as Result | Error) : forgotten(index));
    });
  }

  async function attempt(items: readonly Item[]): Promise<readonly (Result | Error)[] | Error> {
    try {
      return await handle(items);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
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

/** Nobody may wait for ever because of a handler that loses one. */
function forgotten(index: number): Error {
  return new Error(`Item ${index} of a group got no result`);
}
