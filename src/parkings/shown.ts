import type { Shown } from '../../activities/parking';
import type { Locked, Stay } from '../../workflows/contract/parking';
import type { ParkingReport } from './parkings';

/** What programs are shown of parkings: times are ISO 8601, UTC. */

export function shownStay<S extends Stay>(stay: S) {
  return { ...stay, startedAt: iso(stay.startedAt), endedAt: iso(stay.endedAt) };
}

export function shownLocked(all: readonly Locked[]) {
  return all.map((one) => ({
    ...one,
    locked: one.locked.map(shownStay),
    unlocked: one.unlocked.map(shownStay),
  }));
}

export function shownServices(all: readonly Shown[]) {
  return all.map((one) => ({ ...one, services: one.services.map(shownStay) }));
}

export function shownReport(report: ParkingReport) {
  return { ...report, stays: report.stays.map(shownStay), locked: shownLocked(report.locked) };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
