import { observationOf } from '../../activities/observation';
import type { Observation } from '../../workflows/lifecycle/state';
import { countsBefore } from '../domain/clearance';
import { hasEnded, isOpen } from '../domain/status';
import type { ListedRow } from '../providers/provider';

/** What the provider says of one vehicle: its clearance, null when it has none, or nothing that we can read. */
export type Standing = Observation | null | 'unreadable';

/** One row of the list, as it was read when its bytes were new. */
interface KnownRow {
  readonly fingerprint: string;
  readonly vin: string;
  readonly says: Observation | 'unreadable';
  /** The sweep that saw it last, and its place in that list. */
  sweep: number;
  place: number;
  /** How often it stands there. */
  times: number;
}

/**
 * What the next comparison owes a vehicle: a look, or a look and the news that it was approved or came to an end, which is
 * worth telling even to an activation that has heard of it.
 */
type Due = 'look' | 'news';

/** What came of reading one list. */
export interface ListRead {
  readonly rows: number;
  readonly broken: number;
  /** Vehicles whose rows were not compared yet, or differ from when they were. */
  readonly changed: number;
}

/**
 * What earlier sweeps of this process have read and compared, so that a row costs nothing until its bytes change.
 * About 400 bytes for each vehicle. A list that breaks off leaves it as it was.
 */
export class ListMemory {
  /** By their fingerprints. */
  private readonly rows = new Map<string, KnownRow>();
  /** In the order of the last list: most rows stand where they stood, and need no search. */
  private order: readonly (KnownRow | null)[] = [];
  /** What the provider said of a vehicle when its activation was found to know it. */
  private readonly settled = new Map<string, Observation>();
  /** Vehicles that are still to be compared, or were told and have to be looked at again. */
  private readonly due = new Map<string, Due>();
  private sweeps = 0;
  /** Whether every row of the last list says whose it is: only then is a vehicle without an open row absent, or over. */
  private isWhole = true;

  /** Begins to read a list. `note` every row of it, then `end`. */
  read(): { note(row: ListedRow): void; end(): ListRead } {
    const fresh = new Map<string, KnownRow>();
    const order: (KnownRow | null)[] = [];
    const sweep = ++this.sweeps;
    let place = 0;
    let nameless = 0;
    let broken = 0;
    return {
      note: (row) => {
        const { fingerprint } = row;
        const here = this.order[place];
        place += 1;
        const isHere = here?.fingerprint === fingerprint;
        const known = isHere ? here : (this.rows.get(fingerprint) ?? fresh.get(fingerprint));
        if (known) {
          order.push(known);
          known.times = known.sweep === sweep ? known.times + 1 : 1;
          known.sweep = sweep;
          known.place = place;
          if (known.says === 'unreadable') broken += 1;
          return;
        }
        const read = row.read();
        if (!read?.clearance) broken += 1;
        if (!read) {
          nameless += 1;
          order.push(null);
          return;
        }
        const says = read.clearance ? observationOf(read.clearance) : 'unreadable';
        const one: KnownRow = { fingerprint, vin: read.vin, says, sweep, place, times: 1 };
        fresh.set(fingerprint, one);
        order.push(one);
      },
      end: () => {
        this.isWhole = nameless === 0;
        const changed = this.take(fresh, sweep);
        this.order = order;
        return { rows: place, broken, changed: changed.size };
      },
    };
  }

  /** How many vehicles are to be compared. */
  get openCount(): number {
    return this.due.size;
  }

  /** The vehicles that are to be compared, and what the provider says of them. */
  openStandings(): Map<string, Standing> {
    const standings = this.known((vin) => this.due.has(vin));
    if (this.isWhole) for (const vin of this.due.keys()) if (!standings.has(vin)) standings.set(vin, null);
    return standings;
  }

  /** What the provider says of every vehicle that it lists. */
  allStandings(): Map<string, Standing> {
    return this.known(() => true);
  }

  /** Whether a vehicle that has no standing is absent at the provider, and one that has ended has no open row besides. */
  get knowsAbsence(): boolean {
    return this.isWhole;
  }

  /** Whether a vehicle was approved or came to an end: worth telling even to an activation that has heard of it. */
  isNews(vin: string): boolean {
    return this.due.get(vin) === 'news';
  }

  /** Nothing more to do for a vehicle until its rows change: its activation knows it, or there is none. */
  settle(vin: string, standing: Standing): void {
    this.due.delete(vin);
    if (isObserved(standing)) this.settled.set(vin, standing);
    else this.settled.delete(vin);
  }

  /** How a vehicle stands cannot be known now: it is for the next sweep. */
  leaveOpen(vin: string): void {
    if (!this.due.has(vin)) this.due.set(vin, 'look');
  }

  /** An activation could not be told what is news: it is for the next sweep. */
  keepNews(vin: string): void {
    this.due.set(vin, 'news');
  }

  /** An activation has been told: the next sweep looks whether it has taken it in. */
  keepOpen(vin: string): void {
    this.due.set(vin, 'look');
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
        // An activation that only heard of it by a webhook waits for its confirmation.
        const isFinal = isObserved(standing) && (standing.status === 'approved' || hasEnded(standing.status));
        this.due.set(vin, isFinal && !isFirst ? 'news' : 'look');
      }
    }
    return changed;
  }

  /** Beside a row that does not say whose it is, only what is open is known: that row may be the open one of any other. */
  private known(wanted: (vin: string) => boolean): Map<string, Standing> {
    const standings = this.standings(wanted);
    if (this.isWhole) return standings;
    for (const [vin, standing] of standings)
      if (isObserved(standing) && !isOpen(standing.status)) standings.set(vin, 'unreadable');
    return standings;
  }

  /**
   * Of several rows of one vehicle one counts, as in `list` (`countsBefore`). Where one of them cannot be read, nothing
   * is known: it may be open.
   */
  private standings(wanted: (vin: string) => boolean): Map<string, Standing> {
    const counting = new Map<string, KnownRow>();
    const several = new Map<string, number>();
    for (const row of this.rows.values()) {
      if (!wanted(row.vin)) continue;
      const other = counting.get(row.vin);
      if (!other || counts(row, other)) counting.set(row.vin, row);
      const times = timesOf(row);
      if (other || times > 1) several.set(row.vin, (several.get(row.vin) ?? (other ? 1 : 0)) + times);
    }
    return new Map([...counting].map(([vin, { says }]) => [vin, withRows(says, several.get(vin))]));
  }
}

export function isObserved(standing: Standing | undefined): standing is Observation {
  return standing !== undefined && standing !== null && standing !== 'unreadable';
}

/** A row that gives its time is the same one, however often it stands there. */
function timesOf({ says, times }: KnownRow): number {
  return says !== 'unreadable' && says.changedAt === null ? times : 1;
}

function withRows(says: KnownRow['says'], rows: number | undefined): KnownRow['says'] {
  return says === 'unreadable' || rows === undefined ? says : { ...says, rows };
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
