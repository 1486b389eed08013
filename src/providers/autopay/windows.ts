import type { Window } from '../parking';

const DAY = 86_400_000;

/**
 * The longest span that Autopay takes: 50 days ("cannot exceed the maximum limit of 50 days"). A little less is asked for, so
 * that a day of 25 hours in the provider's own zone is none too many.
 */
export const LONGEST_WINDOW = 50 * DAY - 2 * 3_600_000;
/** A span that is refused is halved down to this, and no further. */
const SHORTEST_WINDOW = 3_600_000;

/**
 * A span as windows, the oldest first. They share their edges: what ended in that very second is in both, and in neither
 * forgotten. Ends are in whole seconds, as Autopay writes them, and outwards.
 */
export function windowsOf({ from, to }: Window, longest: number = LONGEST_WINDOW): Window[] {
  const [first, last] = [Math.floor(from / 1_000) * 1_000, Math.ceil(to / 1_000) * 1_000];
  const windows: Window[] = [];
  for (let at = first; at < last || windows.length === 0; at += longest) {
    windows.push({ from: at, to: Math.min(at + longest, last) });
  }
  return windows;
}

/** Half of a window that was refused as too long, in milliseconds. Null: it is so short that this cannot be it. */
export function halfOf({ from, to }: Window): number | null {
  return to - from <= SHORTEST_WINDOW ? null : Math.ceil((to - from) / 2_000) * 1_000;
}

/** A time as Autopay's own examples write it: `2022-06-06T19:34:40+0000`. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '+0000');
}
