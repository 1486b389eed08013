/**
 * One reading for all who ask at the same time: who comes while one is under way gets the next one, which begins after they have
 * asked, so that what they did before is in it.
 *
 * @returns a function that asks.
 */
export function sharedReading<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    const reading = read();
    const own: Promise<unknown> = reading
      .catch(() => undefined)
      .then(() => {
        if (running === own) running = undefined;
      });
    running = own;
    return reading;
  };
  return () => {
    if (!running) return begin();
    next ??= running.then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
}
