import { type ChangelogEntry, type Clearance, changedAt } from '../src/domain/clearance';
import { hasEnded } from '../src/domain/status';
import type { Observation } from '../workflows/lifecycle/state';

/** What the workflow keeps of a provider's record. */
export function observationOf(clearance: Clearance): Observation {
  const { changelog, newestChange, rows = 1 } = clearance;
  // A reason is written down as an entry as well: the status is older than the last of them.
  const first = changelog.findLastIndex(({ status }) => status !== clearance.status) + 1;
  return {
    status: clearance.status,
    reason: clearance.reason,
    changedAt: changedAt(clearance),
    createdAt: begunAt(changelog),
    statusSince: changelog[first]?.at ?? null,
    brand: clearance.brand,
    // A single row is told from others by its time.
    ...((rows > 1 || newestChange === null) && { rows }),
  };
}

/**
 * When the request began that a row shows now: a provider may go on with the row of an earlier life of the VIN, so it is
 * the first entry after the last end before this one.
 */
function begunAt(changelog: readonly ChangelogEntry[]): number | null {
  const lastOpen = changelog.findLastIndex(({ status }) => !hasEnded(status));
  const before = changelog.slice(0, lastOpen + 1).findLastIndex(({ status }) => hasEnded(status));
  return changelog[before + 1]?.at ?? null;
}
