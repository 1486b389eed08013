import { parseDuration } from '../../../domain/duration';
import type { Clock } from '../shared/clock';
import { canCancel } from './brands';
import { type Scenario, type ScenarioStep, type Status, USUAL, usualScenario, type Vehicle } from './lives';

export interface Change {
  /** Simulated time. */
  readonly at: number;
  readonly status: Status;
  readonly reason: string | null;
}

/** The provider's record of one request for access. A vehicle that is added again gets a new one. */
export interface ClearanceRow {
  readonly vin: string;
  readonly brand: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly insertedAt: number;
  readonly changelog: readonly Change[];
}

interface LivingRow extends ClearanceRow {
  readonly changelog: Change[];
  /** Cancels the step that comes next. */
  stop: () => void;
}

/** What a DELETE comes to. */
export type Withdrawal =
  | { readonly outcome: 'begun'; readonly row: ClearanceRow }
  | { readonly outcome: 'absent' | 'removed' | 'in transition' | 'not supported' | 'too early' };

const ENDED: ReadonlySet<Status> = new Set(['rejected', 'revoked', 'canceled']);
/** "The pending status could only be canceled after 1 day it's created" (Fleet Clearance API reference). */
const CANCELABLE_AGE = parseDuration('1d');

export function statusOf(row: ClearanceRow): Status {
  return (row.changelog.at(-1) as Change).status;
}

/** Whether access is given or may still be given; a vehicle has at most one such clearance. */
export function isOpen(row: ClearanceRow): boolean {
  return !ENDED.has(statusOf(row));
}

/** All clearances of the application, and what becomes of them as time passes. */
export class Clearances {
  private living: LivingRow[] = [];
  private readonly newestOf = new Map<string, LivingRow>();
  private readonly scripts = new Map<string, Scenario>();

  constructor(
    private readonly clock: Clock,
    private readonly onChange: (row: ClearanceRow, change: Change) => void,
  ) {}

  /** Every clearance, oldest first. */
  get rows(): readonly ClearanceRow[] {
    this.clock.catchUp();
    return this.living;
  }

  newest(vin: string): ClearanceRow | undefined {
    this.clock.catchUp();
    return this.newestOf.get(vin);
  }

  /** Decides what becomes of a VIN: from its next submission on, and of a clearance that is open, from now on. */
  script(vin: string, life: Scenario): void {
    this.scripts.set(vin, life);
    const now = this.clock.catchUp();
    const row = this.newestOf.get(vin);
    if (row && isOpen(row)) this.follow(row, life, now);
  }

  /**
   * Takes a vehicle in. What a second submission of an open clearance does is documented nowhere; here it
   * changes nothing and is reported as `repeated`.
   */
  add(vehicle: Vehicle): { readonly row: ClearanceRow; readonly repeated: boolean } {
    const now = this.clock.catchUp();
    const known = this.newestOf.get(vehicle.vin);
    if (known && isOpen(known)) return { row: known, repeated: true };
    const { vin, brand, tags } = vehicle;
    const row: LivingRow = { vin, brand, tags, insertedAt: now, changelog: [], stop: () => {} };
    const life = this.scripts.get(vin) ?? usualScenario(vehicle);
    this.living.push(row);
    this.newestOf.set(vin, row);
    if (life[0]?.after !== 0) this.change(row, { status: 'pending', after: 0 }, now);
    this.follow(row, life, now);
    return { row, repeated: false };
  }

  /** Adds an older clearance to those of a VIN, in this status since before all others. Nothing becomes of it by itself. */
  addOlder({ vin, brand, tags }: Vehicle, status: Status): void {
    const now = this.clock.catchUp();
    const first = this.living.find((row) => row.vin === vin);
    const at = (first?.insertedAt ?? now) - CANCELABLE_AGE;
    const changelog: Change[] = [{ at, status, reason: null }];
    const row: LivingRow = { vin, brand, tags, insertedAt: at, changelog, stop: () => {} };
    this.living.unshift(row);
    if (!first) this.newestOf.set(vin, row);
  }

  /** Begins the end of a clearance, where the rules for its brand, status and age allow it. */
  withdraw(vin: string): Withdrawal {
    const now = this.clock.catchUp();
    const newest = this.newestOf.get(vin);
    if (!newest) return { outcome: 'absent' };
    const older = isOpen(newest) ? undefined : this.living.findLast((row) => row.vin === vin && isOpen(row));
    const row = older ?? newest;
    switch (statusOf(row)) {
      case 'approved':
        this.end(row, 'revoking', 'revoked', now);
        return { outcome: 'begun', row };
      case 'pending':
        if (!canCancel(row.brand)) return { outcome: 'not supported' };
        if (now - row.insertedAt < CANCELABLE_AGE) return { outcome: 'too early' };
        this.end(row, 'canceling', 'canceled', now);
        return { outcome: 'begun', row };
      case 'revoking':
      case 'canceling':
        return { outcome: 'in transition' };
      // A rejected clearance is documented nowhere; there is nothing left to remove.
      default:
        return { outcome: 'removed' };
    }
  }

  /** Changes a status now, as if the carmaker did it, and drops what was to come. False: no such clearance. */
  setStatus(vin: string, status: Status, reason: string | null): boolean {
    const now = this.clock.catchUp();
    const row = this.newestOf.get(vin);
    if (!row) return false;
    row.stop();
    this.change(row, { status, reason, after: 0 }, now);
    return true;
  }

  /** Loses a VIN, as if it had never been sent. False: there was none. */
  forget(vin: string): boolean {
    this.newestOf.get(vin)?.stop();
    this.living = this.living.filter((row) => row.vin !== vin);
    return this.newestOf.delete(vin);
  }

  private end(row: LivingRow, status: Status, end: Status, now: number): void {
    this.follow(
      row,
      [
        { status, after: 0 },
        { status: end, after: USUAL.ending },
      ],
      now,
    );
  }

  private follow(row: LivingRow, life: Scenario, from: number): void {
    row.stop();
    const [step, ...rest] = life;
    if (!step) return;
    const take = (at: number) => {
      this.change(row, step, at);
      this.follow(row, rest, at);
    };
    if (step.after === 0) take(from);
    else row.stop = this.clock.at(from + step.after, take);
  }

  private change(row: LivingRow, { status, reason = null }: ScenarioStep, at: number): void {
    const last = row.changelog.at(-1);
    if (last?.status === status && last.reason === reason) return;
    const change = { at, status, reason };
    row.changelog.push(change);
    this.onChange(row, change);
  }
}
