import { formatDuration } from '../../domain/duration';

/** Takes one line for the person who waits. */
export type Report = (line: string) => void;

/** The usual place: stderr, because stdout is for data. */
export const reportOnStderr: Report = (line) => {
  process.stderr.write(`${line}\n`);
};

const EVERY = 15_000;

/**
 * Runs something slow: says so first, then every 15 seconds how far it is and how long it has taken, and at the
 * end how long it took, or why it was not possible. `work` calls `note` with its state whenever it likes.
 */
export async function withProgress<T>(
  report: Report,
  title: string,
  work: (note: (state: string) => void) => Promise<T>,
): Promise<T> {
  const start = Date.now();
  const elapsed = () => formatDuration(Math.ceil((Date.now() - start) / 1000) * 1000);
  let state = '';
  report(`${title} (once; the result is kept)`);
  const timer = setInterval(() => report(`  ... ${state ? `${state}, ` : ''}${elapsed()}`), EVERY);
  try {
    const result = await work((next) => {
      state = next;
    });
    report(`  done in ${elapsed()}`);
    return result;
  } catch (error) {
    report(`  not possible: ${(error as Error).message}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
