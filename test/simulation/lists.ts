import { withoutName } from './awkward';
import { type Books, isOpenWord, type ShownList, type Word, wireOf } from './books';
import { type Clock, SECOND } from './clock';
import type { Random } from './random';
import type { World } from './world';

/** One row of a list, and what it says to whoever reads it. */
interface ShownRow {
  readonly wire: object;
  /** It is open, or may be. */
  readonly isOpen: boolean;
  readonly isNamed: boolean;
}

/** A word to stop reaches an attempt that is under way with its next sign of life, or after that. */
const STOP = 10 * SECOND;

function showed({ isEmptyByFault, asOf }: ShownList, since: number): boolean {
  return !isEmptyByFault && since <= asOf;
}

/** What the provider shows of its books to whoever asks, and what was shown. */
export class Lists {
  calm = false;
  /** How many were of an old copy, empty for no reason, had a row without a name, or one twice. */
  stale = 0;
  empty = 0;
  nameless = 0;
  repeated = 0;
  /** How many have shown one open row of several, or these in another order. */
  inTurn = 0;
  readonly words = new Set<Word>();
  /** The newest list that came back to whoever asked, and the newest of those in which nothing was open. */
  last: ShownList | null = null;
  lastProof: ShownList | null = null;
  #recent: readonly ShownList[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    /** For what few providers do. */
    private readonly aside: Random,
    private readonly world: World,
    private readonly books: Books,
  ) {}

  /** The rows that a reader is shown now, and what they say. */
  show(askedAt: number): { readonly rows: readonly unknown[]; readonly shown: ShownList } {
    const { random, aside, calm } = this;
    const { faults, awkward } = this.world;
    const isOld = !calm && random.chance(faults.staleRate);
    const asOf = this.clock.now - (isOld ? random.between(SECOND, faults.staleBy) : 0);
    const isUsualFault = !calm && random.chance(faults.emptyRate);
    const isEmptyByFault = isUsualFault || (!calm && aside.chance(awkward.emptyLists));
    if (isEmptyByFault) this.empty += 1;
    if (isOld) this.stale += 1;
    const seen = isEmptyByFault ? [] : this.books.asOf(asOf);
    const rows = this.#taken(seen.map((one) => this.#rowOf(one)));
    // In no order that any document names.
    if (random.chance(0.3)) rows.reverse();
    const all = this.#withLostNames(this.#twice(rows));
    const anyOpen = all.some(({ isOpen }) => isOpen);
    const namesOpen = all.some(({ isOpen, isNamed }) => isOpen && isNamed);
    const shown = { askedAt, asOf, anyOpen, namesOpen, isEmptyByFault, backAt: null };
    return { rows: all.map(({ wire }) => wire), shown };
  }

  #rowOf(one: ReturnType<Books['asOf']>[number]): ShownRow {
    const isUnreadable =
      !this.calm &&
      (one.row.unreadableUntil > this.clock.now || this.random.chance(this.world.rows.unreadable));
    const word = one.entries.at(-1)?.word;
    if (!isUnreadable && word) this.words.add(word);
    const isOpen = isUnreadable || (word !== undefined && isOpenWord(word));
    return { wire: wireOf(one, this.world, isUnreadable), isOpen, isNamed: true };
  }

  /** Of several open rows one, each time another, or all in another order. */
  #taken(rows: ShownRow[]): ShownRow[] {
    const { openRows } = this.world.awkward;
    const open = rows.filter(({ isOpen }) => isOpen);
    if (this.calm || openRows === 'all' || open.length < 2) return rows;
    this.inTurn += 1;
    if (openRows === 'in another order') return this.inTurn % 2 === 0 ? rows.reverse() : rows;
    const one = open[this.inTurn % open.length];
    return rows.filter((row) => !row.isOpen || row === one);
  }

  /** One row stands there twice. */
  #twice(rows: ShownRow[]): ShownRow[] {
    const { aside } = this;
    const { repeated } = this.world.awkward;
    if (this.calm || rows.length === 0 || repeated === 0 || !aside.chance(repeated)) return rows;
    this.repeated += 1;
    return [...rows, aside.pick(rows)];
  }

  /** A row of ours loses its name, or one of which nobody knows whose it is stands among them. */
  #withLostNames(rows: ShownRow[]): ShownRow[] {
    const { aside } = this;
    const { nameless } = this.world.awkward;
    if (this.calm || nameless === 0 || !aside.chance(nameless)) return rows;
    this.nameless += 1;
    const lost = ({ wire, isOpen }: ShownRow): ShownRow => ({
      wire: withoutName(wire, aside),
      isOpen,
      isNamed: false,
    });
    const which = aside.between(0, rows.length);
    if (which < rows.length) return rows.map((row, index) => (index === which ? lost(row) : row));
    const status = aside.pick(['approved', 'pending', 'revoked'] as const);
    const wire = { status, brand: this.world.brand, tags: {}, changelog: [] };
    return [...rows, lost({ wire, isOpen: status !== 'revoked', isNamed: false })];
  }

  /** A list has come back to whoever asked. */
  delivered(shown: ShownList): void {
    this.last = { ...shown, backAt: this.clock.now };
    this.#recent = [...this.#recent.filter(({ backAt }) => this.#isJustBack(backAt)), this.last];
    if (!shown.anyOpen) this.lastProof = this.last;
  }

  /** Whether the newest list that anybody was shown had to show what was so since a time. */
  wasShown(since: number | null): boolean {
    return since !== null && this.last !== null && showed(this.last, since);
  }

  /**
   * The same for whoever has looked and sends now: what others, as a sweep, are shown meanwhile comes too late to stop it. So all
   * lists that have just come back had to show it.
   */
  wasShownInTime(since: number | null): boolean {
    const justBack = this.#recent.filter(({ backAt }) => this.#isJustBack(backAt));
    return this.wasShown(since) && justBack.every((one) => showed(one, since ?? 0));
  }

  #isJustBack(backAt: number | null): boolean {
    return (backAt ?? 0) >= this.clock.now - STOP;
  }
}
