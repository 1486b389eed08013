import { Found } from './found';
import { type Reading, type ReadPage, readNews, readSnapshot } from './read-snapshot';
import type { Snapshot } from './snapshot';
import { Snapshots } from './snapshots';

/** A picture that took no longer is read whole each time; milliseconds. */
const SHORT = 6_000;
/** The others are read whole so often, and no more than a fifth of the time. */
const WHOLE = 300_000;
const REST = 4;
/** After one that took longer, only what has changed is read: that does not have to wait. Milliseconds. */
const LONGEST_REST = REST * SHORT;
/** What has changed may be listed so much later, in milliseconds: a step of a workflow tells when it began. */
const LAG = 60_000;

/**
 * Reads snapshots one after the other. One of many thousands of workflows is read whole every few minutes; between two of them only
 * what has begun, changed or ended since. Parkings tell no time of a change, and a fault of the program is none: what changes of
 * them is seen in the next whole picture.
 */
export class SnapshotReader {
  #found: Found | null = null;
  #whole = { at: 0, duration: 0 };

  constructor(
    private readonly readPage: ReadPage,
    private readonly reading: Reading = {},
  ) {}

  async read(): Promise<Snapshot> {
    const known = this.#found;
    const { at, duration } = this.#whole;
    const age = (this.reading.now ?? Date.now)() - at;
    if (known && duration > SHORT && age < Math.max(WHOLE, (REST + 1) * duration)) {
      return readNews(this.readPage, known.newest - LAG, known, this.reading);
    }
    const found = new Found();
    const snapshot = await readSnapshot(this.readPage, this.reading, found);
    this.#found = found;
    this.#whole = snapshot;
    return snapshot;
  }
}

/** The newest snapshot of this process, as a reader of its own reads it. */
export function keptSnapshots(readPage: ReadPage): Snapshots {
  const reader = new SnapshotReader(readPage);
  return new Snapshots(() => reader.read(), Date.now, LONGEST_REST);
}
