import {
  BATCH_BOUNDS,
  BATCH_OUTCOMES,
  type BatchCounts,
  type BatchOutcome,
  type BatchRow,
  type CarriedRows,
  type Verdict,
} from '../contract/batch';

/** What may still become another outcome when it is asked again. */
const OPEN: readonly BatchOutcome[] = ['queued', 'not-known'];

const DIGITS = 2;
const BASE = 36;
const NOT_SENT = {
  outcome: 'todo',
  status: null,
  next: null,
  code: null,
  problem: null,
  remedy: null,
} as const;

/**
 * What is known of each vehicle of a batch. Most verdicts are the same ones, so each is kept once, and a vehicle is two
 * digits: 50,000 of them still fit a fresh run. Pure.
 */
export class Ledger {
  readonly #verdicts: Verdict[];
  readonly #places = new Map<string, number>();
  /** By vehicle: 0 without a verdict, else its place from 1 on. */
  readonly #rows: number[];
  /** Whom to ask next, in order. */
  #due: Set<number>;
  #rounds: number;

  constructor(
    readonly vins: readonly string[],
    { verdicts, rows, rounds }: CarriedRows = { verdicts: [], rows: '', rounds: 0 },
  ) {
    this.#verdicts = [...verdicts];
    for (const [at, verdict] of verdicts.entries()) this.#places.set(keyOf(verdict), at + 1);
    this.#rows = vins.map((_vin, at) =>
      Number.parseInt(rows.slice(at * DIGITS, (at + 1) * DIGITS) || '0', BASE),
    );
    this.#rounds = rounds;
    this.#due = this.#those((place) => place === 0);
  }

  /** The next vehicles to send to, at most so many. */
  due(most: number): readonly number[] {
    const first: number[] = [];
    for (const at of this.#due) {
      if (first.length >= most) break;
      first.push(at);
    }
    return first;
  }

  /** Writes a verdict down. */
  settle(at: number, verdict: Verdict): void {
    this.#rows[at] = this.#placeOf(shortened(verdict));
    this.#due.delete(at);
  }

  /** How often those that were not settled for good have been asked again. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Has those asked again whose outcome may be another one now. @returns whether there are any. */
  askAgain(): boolean {
    this.#due = this.#those((place) => place > 0 && OPEN.includes(this.#verdictAt(place).outcome));
    if (this.#due.size > 0) this.#rounds += 1;
    return this.#due.size > 0;
  }

  counts(): BatchCounts {
    const counts = Object.fromEntries(['todo', ...BATCH_OUTCOMES].map((outcome) => [outcome, 0])) as Record<
      BatchOutcome | 'todo',
      number
    >;
    let problems = 0;
    const each = new Array<number>(this.#verdicts.length + 1).fill(0);
    for (const place of this.#rows) each[place] = (each[place] ?? 0) + 1;
    counts.todo = each[0] ?? 0;
    for (const [at, { outcome, problem }] of this.#verdicts.entries()) {
      const count = each[at + 1] ?? 0;
      counts[outcome] += count;
      if (problem !== null) problems += count;
    }
    return { vehicles: this.vins.length, ...counts, problems };
  }

  rows(from: number, limit: number): BatchRow[] {
    const most = Math.min(Math.max(0, limit), BATCH_BOUNDS.rows);
    return this.vins.slice(from, from + most).map((vin, index) => {
      const place = this.#rows[from + index] ?? 0;
      return { vin, ...(place === 0 ? NOT_SENT : this.#verdictAt(place)) };
    });
  }

  /** For a fresh run. */
  carried(): CarriedRows {
    const rows = this.#rows.map((place) => place.toString(BASE).padStart(DIGITS, '0')).join('');
    return { verdicts: this.#verdicts, rows, rounds: this.#rounds };
  }

  #those(is: (place: number) => boolean): Set<number> {
    return new Set(this.#rows.flatMap((place, at) => (is(place) ? [at] : [])));
  }

  #verdictAt(place: number): Verdict {
    return this.#verdicts[place - 1] as Verdict;
  }

  /** Where there are too many different ones, those that come later lose their sentences. */
  #placeOf(verdict: Verdict): number {
    const known = this.#places.get(keyOf(verdict));
    if (known !== undefined) return known;
    if (this.#verdicts.length >= BATCH_BOUNDS.verdicts && !isBare(verdict))
      return this.#placeOf(bare(verdict));
    this.#verdicts.push(verdict);
    this.#places.set(keyOf(verdict), this.#verdicts.length);
    return this.#verdicts.length;
  }
}

/** So few that there is always room: by outcome, status and code. */
const NO_ROOM = { next: 'Look with vin status.', problem: 'Look with vin status why.' } as const;

function bare({ outcome, status, code, problem }: Verdict): Verdict {
  const words = problem === null ? { next: NO_ROOM.next, problem } : { next: null, problem: NO_ROOM.problem };
  return { outcome, status, code, remedy: null, ...words };
}

function isBare({ next, problem }: Verdict): boolean {
  return problem === NO_ROOM.problem || next === NO_ROOM.next;
}

function shortened(verdict: Verdict): Verdict {
  const { outcome, status, next, code, problem, remedy } = verdict;
  return { outcome, status, code, next: cut(next), problem: cut(problem), remedy: cut(remedy) };
}

function cut(text: string | null): string | null {
  return text === null || text.length <= BATCH_BOUNDS.text
    ? text
    : `${text.slice(0, BATCH_BOUNDS.text - 1)}…`;
}

function keyOf({ outcome, status, next, code, problem, remedy }: Verdict): string {
  return JSON.stringify([outcome, status, next, code, problem, remedy]);
}
