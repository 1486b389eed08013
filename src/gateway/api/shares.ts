import type { TokenShare } from '../../config/token-share';
import { type BatchPlace, BegunBatches } from './begun-batches';
import { ApiError } from './problem';
import { ProcessorTurns } from './processor-turns';
import type { Token } from './tokens';

/** Requests of one token under way beside its waits and batches. An answer that is not read yet is under way. */
const OTHERS = 32;

const MINUTE = 60_000;
/** Milliseconds for which somebody who had a turn counts as there. */
const A_MOMENT = 2_000;
/** Calls that may come at once after a pause: those of so many milliseconds. */
const CALLS_AT_ONCE = 3_000;
/** Starts that may come at once after a pause, where that many are allowed in a minute: those of a batch. */
const STARTS_AT_ONCE = 1_000;
/** Starts and pages of lists that Temporal is asked for at the same time, and searches for a vehicle. The others of the token wait their turn. */
const IN_TURN = 2;
/** The same for reads of one activation and messages to one, which cost a worker something as well. */
const LOOKS_IN_TURN = 4;

/** Rows of a list that cost as much as a call, and items of a batch. */
const ROWS_A_CALL = 20;
const ITEMS_A_CALL = 20;

/** Milliseconds after which something that ends by itself may be over. */
const SOON = 5_000;

/** What the tokens use of what they share: none can take more than its part. */
export class Shares {
  private readonly known = new Map<string, TokenUse>();

  /** @param now milliseconds of a clock that never goes back. */
  constructor(
    private readonly share: TokenShare,
    private readonly now: () => number = () => performance.now(),
  ) {}

  of({ id }: Token): TokenUse {
    const known = this.known.get(id);
    if (known) return known;
    const use: TokenUse = new TokenUse(this.share, this.now, () => this.isAlone(use));
    this.known.set(id, use);
    return use;
  }

  /** Whether nobody else has had a turn for a moment, or has one. A call that is refused before is no turn. */
  private isAlone(use: TokenUse): boolean {
    const since = this.now() - A_MOMENT;
    for (const other of this.known.values()) if (other !== use && other.isThere(since)) return false;
    return true;
  }
}

/** What one token uses. Whatever is taken is given back by what `take…` answers. */
export class TokenUse {
  private underWay = 0;
  private waits = 0;
  private batches = 0;
  private readonly lasting = new BegunBatches();
  private readonly calls: Bucket;
  private readonly starts: Bucket;
  private readonly checks: Bucket;
  /** Refusals that are kept back. */
  held = 0;
  /** Turns that are taken or waited for now, and when the last one was over, on the clock that never goes back. */
  private inTurns = 0;
  private lastTurn = Number.NEGATIVE_INFINITY;
  private readonly asking: ProcessorTurns;
  private readonly searches: ProcessorTurns;
  private readonly looks: ProcessorTurns;
  /** Whether nobody took the last message in: then the next ones are not waited for as long. */
  isUnheard = false;

  constructor(
    private readonly share: TokenShare,
    private readonly now: () => number,
    isAlone: () => boolean,
  ) {
    this.asking = new ProcessorTurns(IN_TURN, isAlone);
    this.searches = new ProcessorTurns(IN_TURN, isAlone);
    this.looks = new ProcessorTurns(LOOKS_IN_TURN, isAlone);
    this.calls = new Bucket(share.calls, Math.max(1, (share.calls * CALLS_AT_ONCE) / MINUTE), now);
    this.checks = new Bucket(share.checks, share.checks, now);
    this.starts = new Bucket(share.starts, Math.min(share.starts, STARTS_AT_ONCE), now);
  }

  /** @throws ApiError `TOO_MANY_REQUESTS`, also with the time until the next call is good. */
  takeCall(): () => void {
    const most = this.share.waits + this.share.batches + OTHERS;
    if (this.underWay >= most) throw tooMany(`${most} requests under way, or unread answers`, SOON);
    const wait = this.calls.take();
    if (wait > 0) throw tooMany(`${this.share.calls} calls a minute`, wait);
    this.underWay += 1;
    return once(() => {
      this.underWay -= 1;
    });
  }

  /** A page of a list is asked for, which is as many calls as its rows are worth. @throws ApiError `TOO_MANY_REQUESTS`. */
  takePage(rows: number): void {
    this.takeMore(rows / ROWS_A_CALL - 1, `${ROWS_A_CALL} rows`);
  }

  /** A batch has so many items, which is as many calls as they are worth. @throws ApiError `TOO_MANY_REQUESTS`. */
  takeItems(items: number): void {
    this.takeMore(items / ITEMS_A_CALL - 1, `${ITEMS_A_CALL} items`);
  }

  private takeMore(calls: number, each: string): void {
    const wait = this.calls.take(Math.max(0, calls));
    if (wait > 0) throw tooMany(`${this.share.calls} calls a minute, one for ${each}`, wait);
  }

  /** @throws ApiError `TOO_MANY_REQUESTS`. */
  takeWait(): () => void {
    if (this.waits >= this.share.waits) throw tooMany(`${this.share.waits} waits at the same time`, SOON);
    this.waits += 1;
    return once(() => {
      this.waits -= 1;
    });
  }

  /** @throws ApiError `TOO_MANY_REQUESTS`. */
  takeBatch(): () => void {
    const most = this.share.batches;
    if (this.batches >= most) throw tooMany(`${most} batches at the same time`, SOON);
    this.batches += 1;
    return once(() => {
      this.batches -= 1;
    });
  }

  /**
   * A batch that goes on by itself is about to be started, beside those of the token that run.
   *
   * @param shown those that a search shows as running. @param hasEnded asks the server about one.
   * @throws ApiError `TOO_MANY_REQUESTS`.
   */
  async takeLastingBatch(
    id: string,
    shown: readonly string[],
    hasEnded: (id: string) => Promise<boolean>,
  ): Promise<BatchPlace> {
    const most = this.share.batches;
    const place = await this.lasting.take(id, most, shown, hasEnded);
    if (place) return place;
    throw tooMany(`${most} batches at the same time`, SOON);
  }

  /** Somebody wants to start vehicles. @throws ApiError `TOO_MANY_REQUESTS` where not even one can be started. */
  requireStart(): void {
    const wait = this.starts.wait();
    if (wait > 0) throw tooMany(`${this.share.starts} starts a minute`, wait);
  }

  /** One vehicle is about to be started. @throws ApiError `TOO_MANY_REQUESTS`. */
  takeStart(): void {
    const wait = this.starts.take();
    if (wait > 0) throw tooMany(`${this.share.starts} starts a minute`, wait);
  }

  /**
   * A vehicle is about to be asked for at its carmaker, or services of a plate at the provider of parking.
   *
   * @param calls what is more than there can be takes what there is in a pause. @throws ApiError `TOO_MANY_REQUESTS`.
   */
  takeCheck(calls = 1): void {
    const wait = this.checks.take(Math.max(1, calls));
    if (wait > 0) throw tooMany(`${this.share.checks} eligibility checks a minute`, wait);
  }

  /** Whether it has a turn, waits for one, or had one since then. */
  isThere(since: number): boolean {
    return this.inTurns > 0 || this.lastTurn > since;
  }

  private async turn<T>(turns: ProcessorTurns, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.inTurns += 1;
    try {
      return await turns.take(work, signal);
    } finally {
      this.inTurns -= 1;
      this.lastTurn = this.now();
    }
  }

  /** Asks Temporal for something that costs it much, when it is the token's turn. @throws as `ProcessorTurns.take` */
  inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.turn(this.asking, work, signal);
  }

  /** Reads one activation, or sends it a message, when it is the token's turn. @throws as `ProcessorTurns.take` */
  lookInTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.turn(this.looks, work, signal);
  }

  /**
   * Looks for a vehicle in Temporal's search, when it is the token's turn. Each kind has turns of its own: what has one
   * of the others may search, and would wait for itself.
   */
  searchInTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.turn(this.searches, work, signal);
  }
}

/** So many a minute: each takes one out, and they come back steadily. */
class Bucket {
  private level: number;
  private at: number;

  constructor(
    private readonly perMinute: number,
    private readonly most: number,
    private readonly now: () => number,
  ) {
    this.level = most;
    this.at = now();
  }

  /** @returns 0, or the milliseconds until there is so much to take. What is more than there can be is taken when all is there but the one of the call itself. */
  take(wanted = 1): number {
    const wait = this.wait(wanted);
    if (wait === 0) this.level -= this.atMost(wanted);
    return wait;
  }

  /** @returns the same, and takes nothing. */
  wait(wanted = 1): number {
    const now = this.now();
    this.level = Math.min(this.most, this.level + ((now - this.at) * this.perMinute) / MINUTE);
    this.at = now;
    const needed = this.atMost(wanted);
    return this.level < needed ? ((needed - this.level) * MINUTE) / this.perMinute : 0;
  }
  private atMost(wanted: number): number {
    return Math.min(wanted, Math.max(1, this.most - 1));
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

function tooMany(what: string, wait: number): ApiError {
  const seconds = Math.ceil(wait / 1_000);
  return new ApiError(
    'TOO_MANY_REQUESTS',
    `The token has used up its share: ${what}`,
    `Send it again after ${seconds} s, and less at a time.`,
    [],
    seconds * 1_000,
  );
}
