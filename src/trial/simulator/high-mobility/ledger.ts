import type { Clock } from '../shared/clock';
import { type ClearanceRow, isOpen } from './clearances';

/** When something happened, on both clocks (milliseconds since 1970). */
export interface Moment {
  readonly at: number;
  readonly realAt: number;
}

export interface LedgerCall extends Moment {
  readonly method: string;
  readonly path: string;
  /** The VINs that the call names. */
  readonly vins: readonly string[];
  /** The status that was answered; null: none yet, or the connection was dropped. */
  status: number | null;
}

interface Attempt extends Moment {
  /** The receiver's status, or the code of the error where there was no answer. */
  readonly result: number | string;
}

export interface Delivery extends Moment {
  readonly id: string;
  readonly type: 'ping' | 'fleet_clearance_changed';
  readonly vin: string | null;
  readonly action: string | null;
  readonly attempts: Attempt[];
  outcome: 'under way' | 'delivered' | 'given up' | 'lost';
}

/** A submission of a VIN whose clearance was still open. */
export interface Repeat extends Moment {
  readonly vin: string;
}

/** Everything that happened at the provider, for tests to judge by. It holds no tokens and no secrets. */
export class Ledger {
  readonly calls: LedgerCall[] = [];
  readonly deliveries: Delivery[] = [];
  readonly repeats: Repeat[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    private readonly rows: () => readonly ClearanceRow[],
  ) {}

  /** Every clearance with its whole changelog, oldest first. */
  get clearances(): readonly ClearanceRow[] {
    return this.rows();
  }

  moment(): Moment {
    return { at: this.clock.now(), realAt: Date.now() };
  }

  /** How many clearances of each VIN give access, or may still give it. More than one is a fault of ours. */
  effectiveClearances(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const row of this.clearances) counts[row.vin] = (counts[row.vin] ?? 0) + (isOpen(row) ? 1 : 0);
    return counts;
  }

  /** Waits until something is true of the ledger; it is asked again after everything that happens. */
  until(condition: (ledger: Ledger) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition(this)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Tells those who wait that something happened. */
  changed(): void {
    for (const look of [...this.waiting]) look();
  }

  toJSON(): object {
    const { calls, clearances, deliveries, repeats } = this;
    const rows = clearances.map(({ vin, brand, tags, insertedAt, changelog }) => ({
      vin,
      brand,
      tags,
      insertedAt,
      changelog,
    }));
    return { calls, clearances: rows, deliveries, repeats, effectiveClearances: this.effectiveClearances() };
  }
}
