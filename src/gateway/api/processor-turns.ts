import { ApiError, LATER } from './problem';

/** Milliseconds after which something that ends by itself may be over. */
const SOON = 5_000;

/** Milliseconds that somebody waits for a turn: who asks, and proxies on the way, do not wait for ever. */
const PATIENCE = 10_000;

/** Milliseconds: what takes longer than that waits for somebody, and costs nothing meanwhile. */
const LONGEST_REST = 250;

/** Lets few go on at the same time, in the order in which they came. */
export class ProcessorTurns {
  private underWay = 0;
  private readonly queue: (() => void)[] = [];

  /**
   * @param alone how many go on at the same time where nobody else is there. Else half of them, and each rests for as long as it
   * took.
   */
  constructor(
    private readonly alone: number,
    private readonly isAlone: () => boolean = () => true,
    private readonly patience = PATIENCE,
  ) {}

  /**
   * Does something when it is its turn.
   *
   * @param signal says that nobody waits for it any more: then its place in the queue is left.
   * @throws ApiError `SERVICE_UNAVAILABLE` when nobody waits, `TOO_MANY_REQUESTS` when the turn does not come in time.
   */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw nobodyThere();
    if (this.underWay >= this.most()) await this.place(signal);
    else this.underWay += 1;
    const begun = performance.now();
    try {
      return await work();
    } finally {
      if (this.isAlone()) this.release();
      // Where others are there too, half of the time is theirs.
      else setTimeout(() => this.release(), Math.min(performance.now() - begun, LONGEST_REST));
    }
  }

  /** The place goes to the next one as it is, or is free. */
  private release(): void {
    const next = this.underWay <= this.most() ? this.queue.shift() : undefined;
    if (next) next();
    else this.underWay -= 1;
  }

  /** How many may go on at the same time now. */
  private most(): number {
    return this.isAlone() ? this.alone : Math.ceil(this.alone / 2);
  }

  private async place(signal: AbortSignal | undefined): Promise<void> {
    let leave = (_why: ApiError): void => undefined;
    const gone = (): void => leave(nobodyThere());
    const timer = setTimeout(() => leave(tooSlow()), this.patience);
    signal?.addEventListener('abort', gone, { once: true });
    try {
      await new Promise<void>((goOn, refuse) => {
        this.queue.push(goOn);
        leave = (why) => {
          const at = this.queue.indexOf(goOn);
          // Who has its turn already goes on.
          if (at >= 0) this.queue.splice(at, 1);
          if (at >= 0) refuse(why);
        };
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', gone);
    }
  }
}

function nobodyThere(): ApiError {
  return new ApiError('SERVICE_UNAVAILABLE', 'The client has gone', LATER);
}

function tooSlow(): ApiError {
  return new ApiError(
    'TOO_MANY_REQUESTS',
    'Too many requests of the token wait for Temporal',
    `Send it again after ${SOON / 1_000} s, and less at a time.`,
    [],
    SOON,
  );
}
