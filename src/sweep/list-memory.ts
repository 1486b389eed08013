import { observationOf } from '../../activities/observation';
import type { Observation } from '../../workflows/lifecycle/state';
import { countsBefore } from '../domain/clearance';
import { hasEnded } from '../domain/status';
import type { ListedRow } from '../providers/provider';

/** What the provider says of one vehicle: its clearance, null when it has none, or nothing that we can read. */
export type Standing = Observation | null | 'unreadable';

interface KnownRow {
  readonly vin: string;
  readonly says: Observation | 'unreadable';
  /** As the provider spells it. */
  readonly brand: string | null;
  /** The sweep that saw it last, and its place in that list. */
  sweep: number;
  place: number;
}

/** What came of reading one list. */
export interface ListRead {
  readonly rows: number;
  readonly broken: number;
  /** Vehicles whose rows were not compared yet, or differ from when they were. */
  readonly changed: number;
}

/**
 * What earlier sweeps of this process have read and compared, so that a row costs nothing until its bytes change.
 * About 300 bytes for each vehicle. A list that breaks off leaves it as it was.
 */
export class ListMemory {
  private readonly rows = new Map<string, KnownRow>();
  /** What the provider said of a vehicle when its activation was found to know it. */
  private readonly settled = new Map<string, Observation>();
  /** Vehicles that are still to be compared, or were told and have to be looked at again. */
  private readonly open = new Set<string>();
  /** Open vehicles that were approved, or came to an end, since they were settled. */
  private readonly news = new Set<string>();
  /** Each spelling of a brand once: rows that are parsed have strings of their own. */
  private readonly brands = new Map<string, string>();
  private sweeps = 0;
  /**
   * Whether every row of the last list says whose it is: only then is a vehicle without a row absent, and one whose rows have
   * ended without an open one.
   */
  private isWhole = true;

  /** Begins to read a list. `note` every row of it, then `end`. */
  read(): { note(row: ListedRow): void; end(): ListRead } {
    const fresh = new Map<string, KnownRow>();
    const sweep = ++this.sweeps;
    let place = 0;
    let nameless = 0;
    let broken = 0;
    return {
      note: (row) => {
        place += 1;
        const known = this.rows.get(row.fingerprint) ?? fresh.get(row.fingerprint);
        if (known) {
          known.sweep = sweep;
          known.place = place;
          if (known.says === 'unreadable') broken += 1;
          return;
        }
        const read = row.read();
        if (!read?.clearance) broken += 1;
        if (!read) nameless += 1;
        else {
          const says = read.clearance ? observationOf(read.clearance) : 'unreadable';
          const brand = this.shared(read.clearance?.brand ?? null);
          fresh.set(row.fingerprint, { vin: read.vin, says, brand, sweep, place });
        }
      },
      end: () => {
        this.isWhole = nameless === 0;
        const changed = this.take(fresh, sweep);
        return { rows: place, broken, changed: changed.size };
      },
    };
  }

  /** How many vehicles are to be compared. */
  get openCount(): number {
    return this.open.size;
  }

  /** The vehicles that are to be compared, and what the provider says of them. */
  openStandings(): Map<string, Standing> {
    const standings = this.standings((vin) => this.open.has(vin));
    if (this.isWhole) for (const vin of this.open) if (!standings.has(vin)) standings.set(vin, null);
    return standings;
  }

  /** What the provider says of every vehicle that it lists. */
  allStandings(): Map<string, Standing> {
    return this.standings(() => true);
  }

  /** The brands of some vehicles, as the provider spells them. */
  brandsOf(vins: ReadonlySet<string>): Map<string, string | null> {
    const counting = this.counting((vin) => vins.has(vin));
    return new Map([...counting].map(([vin, { brand }]) => [vin, brand]));
  }

  /** Whether a vehicle that has no standing is absent at the provider. */
  get knowsAbsence(): boolean {
    return this.isWhole;
  }

  /** Whether a vehicle was approved or came to an end: worth telling even to an activation that has heard of it. */
  isNews(vin: string): boolean {
    return this.news.has(vin);
  }

  /** Nothing more to do for a vehicle until its rows change: its activation knows it, or there is none. */
  settle(vin: string, standing: Standing): void {
    this.open.delete(vin);
    this.news.delete(vin);
    if (standing === null || standing === 'unreadable') this.settled.delete(vin);
    else this.settled.set(vin, standing);
  }

  /** An activation could not be told what is news: it is for the next sweep. */
  keepNews(vin: string): void {
    this.open.add(vin);
    this.news.add(vin);
  }

  /** An activation has been told: the next sweep looks whether it has taken it in. */
  keepOpen(vin: string): void {
    this.open.add(vin);
    this.news.delete(vin);
  }

  /** Takes over a list that was read to its end. Gives the vehicles of which it says something else than before. */
  private take(fresh: ReadonlyMap<string, KnownRow>, sweep: number): Set<string> {
    const isFirst = this.rows.size === 0 && this.settled.size === 0;
    const changed = new Set<string>();
    for (const [fingerprint, row] of this.rows) {
      if (row.sweep === sweep) continue;
      this.rows.delete(fingerprint);
      changed.add(row.vin);
    }
    for (const [fingerprint, row] of fresh) {
      this.rows.set(fingerprint, row);
      changed.add(row.vin);
    }
    if (changed.size === 0) return changed;
    const standings = this.standings((vin) => changed.has(vin));
    for (const vin of changed) {
      const standing = standings.get(vin) ?? null;
      // Written differently, an older row that went away: it says the same as before.
      if (isSame(standing, this.settled.get(vin))) changed.delete(vin);
      else {
        this.open.add(vin);
        // An activation that only heard of it by a webhook waits for its confirmation.
        const isFinal = isObserved(standing) && (standing.status === 'approved' || hasEnded(standing.status));
        if (!isFirst && isFinal) this.news.add(vin);
        else this.news.delete(vin);
      }
    }
    return changed;
  }

  private standings(wanted: (vin: string) => boolean): Map<string, Standing> {
    return new Map([...this.counting(wanted)].map(([vin, { says }]) => [vin, says]));
  }

  /**
   * Of several rows of one vehicle one counts, as in `list` (`countsBefore`). Where one of them cannot be read, nothing
   * is known: it may be open.
   */
  private counting(wanted: (vin: string) => boolean): Map<string, KnownRow> {
    const counting = new Map<string, KnownRow>();
    for (const row of this.rows.values()) {
      if (!wanted(row.vin)) continue;
      const other = counting.get(row.vin);
      if (!other || counts(row, other)) counting.set(row.vin, row);
    }
    return counting;
  }

  private shared(brand: string | null): string | null {
    if (brand === null) return null;
    const known = this.brands.get(brand);
    if (known === undefined) this.brands.set(brand, brand);
    return known ?? brand;
  }
}

export function isObserved(standing: Standing | undefined): standing is Observation {
  return standing !== undefined && standing !== null && standing !== 'unreadable';
}

function counts(row: KnownRow, other: KnownRow): boolean {
  if (row.says === 'unreadable' || other.says === 'unreadable') return row.says === 'unreadable';
  return countsBefore(row.says, other.says, row.place > other.place);
}

function isSame(standing: Standing, settled: Observation | undefined): boolean {
  return (
    settled !== undefined &&
    isObserved(standing) &&
    standing.status === settled.status &&
    standing.reason === settled.reason &&
    standing.changedAt === settled.changedAt
  );
}
