/** Vehicles that a list of the provider should have. */
export interface ListCounts {
  /** Believed to be there, and not in the list. */
  readonly missing: number;
  /** Believed to be there. */
  readonly believed: number;
  /** In the list. */
  readonly listed: number;
}

/** So few may have gone by themselves, whatever the fleet. */
const FEW = 5;
/** So many are a page of a list, and no day's work of people. */
const PAGE = 100;
/** Milliseconds: a second list that says the same counts when it is read so much later. */
const APART = 600_000;

/** Whether a list looks cut: it is empty, or far more is missing than goes in a day. */
export function looksCut({ missing, believed, listed }: ListCounts): boolean {
  if (listed === 0 && believed > 1) return true;
  return missing >= FEW && (missing >= PAGE || missing > believed / 10);
}

/** Remembers that a list looked cut: the next one that does, some time later, is believed. */
export class CutLists {
  private since: number | null = null;

  /** @param at when it was read, in milliseconds since 1970. @returns whether what is missing in it is not to be believed yet */
  has(counts: ListCounts, at: number): boolean {
    if (!looksCut(counts)) {
      this.since = null;
      return false;
    }
    this.since ??= at;
    return at - this.since < APART;
  }
}
