/** A place among the batches of a token that go on by themselves. */
export interface BatchPlace {
  /** It has begun, or may have: the place is free once the server says that it has ended. */
  begun(): void;
  /** It was not begun. */
  forget(): void;
}

/**
 * Batches that one token has begun in this process. A search shows them late: without it a token could begin more than its share, by
 * beginning them quicker than the search shows them. There are never more than the share allows.
 */
export class BegunBatches {
  /** By their ids, and whether the server may be asked about them: it does not know of one that is being started. */
  private readonly known = new Map<string, 'starting' | 'begun'>();

  /**
   * Takes a place for one more.
   *
   * @param shown those of the token that a search shows as running.
   * @param hasEnded asks the server about one. It knows at once, where a search lags.
   * @returns null where there are as many as there may be.
   */
  async take(
    id: string,
    most: number,
    shown: readonly string[],
    hasEnded: (id: string) => Promise<boolean>,
  ): Promise<BatchPlace | null> {
    const isFull = (): boolean => {
      const running = new Set([...shown, ...this.known.keys()]);
      return running.size >= most && !running.has(id);
    };
    if (isFull()) {
      for (const [one, state] of [...this.known]) {
        if (state === 'begun' && !shown.includes(one) && (await hasEnded(one))) this.known.delete(one);
      }
    }
    // Nothing is waited for from here on: two requests never get the same place.
    if (isFull()) return null;
    // The same id is the same batch, and its place is taken.
    if (this.known.has(id)) return { begun: () => undefined, forget: () => undefined };
    this.known.set(id, 'starting');
    return {
      begun: () => void this.known.set(id, 'begun'),
      forget: () => void this.known.delete(id),
    };
  }
}
