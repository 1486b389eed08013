import type { UnderWay } from '../activation/engine';
import { CallFailed } from '../contract/call-failed';
import type { Notice } from '../contract/notice';
import type { CarriedNotices, Delivery, HandedOver, NoticeRecord } from '../contract/notices';
import { NoticeBook } from './book';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** How a notice is delivered on a channel, in milliseconds: until the receiver has it, or for so long. */
export const PATIENCE = { first: 5 * SECOND, longest: HOUR, all: 3 * 24 * HOUR } as const;

/** What a courier needs of the engine that it runs on: Temporal, or a test's own. */
export interface Carrier {
  /** Milliseconds since 1970, the same in every replay. */
  now(): number;
  /**
   * Has a notice delivered on one channel, again and again.
   *
   * @param first the first pause, in milliseconds; the next ones grow.
   * @param patience all attempts together. Rejects with `CallFailed` after it, or when it was told to stop.
   */
  deliver(
    notice: Notice,
    channel: string,
    how: { readonly first: number; readonly patience: number },
  ): UnderWay<Delivery>;
}

/** Delivers the notices for one audience: each on each of its channels on its own, so that none waits for another. */
export interface Courier {
  /** Takes a notice in, and has it delivered. Handed over twice it is one notice. */
  takeIn(handed: HandedOver): void;
  /** What became of the newest notices, newest first. @param vin of this vehicle only. */
  log(vin?: string): NoticeRecord[];
  /** Begins nothing more, and tells what is under way to stop. */
  stop(): void;
  /** How many deliveries are under way. */
  readonly underWay: number;
  /** What a fresh run goes on with. */
  readonly carried: CarriedNotices;
}

/** @param carried what an earlier run has handed on: it is begun at once. */
export function createCourier(carrier: Carrier, carried?: CarriedNotices): Courier {
  const book = new NoticeBook(carried);
  const underWay = new Map<string, UnderWay<Delivery>>();
  let isStopping = false;

  function begin(notice: Notice, channel: string, since: number): void {
    const settle = (delivery: Delivery): void => book.settle(notice.id, channel, delivery, carrier.now());
    const age = carrier.now() - since;
    const patience = PATIENCE.all - age;
    if (patience <= 0) {
      settle(givenUp('it was under way for too long'));
      return;
    }
    // What was tried for a while goes on in the pauses that it had come to.
    const first = Math.min(Math.max(PATIENCE.first, age), PATIENCE.longest);
    const key = keyOf(notice.id, channel);
    const attempts = carrier.deliver(notice, channel, { first, patience });
    underWay.set(key, attempts);
    const forget = (): boolean => underWay.delete(key);
    attempts.result.then(
      (delivery) => {
        forget();
        settle(delivery);
      },
      (error) => {
        forget();
        if (!(error instanceof CallFailed)) throw error;
        // Told to stop, it goes on in the fresh run.
        if (!error.details.stopped) settle(givenUp(error.message));
      },
    );
  }

  function beginAll(): void {
    for (const { notice, channels, since } of book.underWay) {
      for (const channel of channels) {
        if (!underWay.has(keyOf(notice.id, channel))) begin(notice, channel, since);
      }
    }
  }

  beginAll();
  return {
    takeIn(handed) {
      for (const { notice, channels } of book.takeIn(handed, carrier.now())) {
        for (const channel of channels) underWay.get(keyOf(notice.id, channel))?.stop();
      }
      if (isStopping) return;
      const { notice, channels } = handed;
      for (const channel of channels) {
        const found = book.find(notice.id, channel);
        if (found && !underWay.has(keyOf(notice.id, channel))) begin(found.notice, channel, found.since);
      }
    },
    log: (vin) => book.log(vin),
    stop() {
      isStopping = true;
      for (const attempts of underWay.values()) attempts.stop();
    },
    get underWay() {
      return underWay.size;
    },
    get carried() {
      return book.carried;
    },
  };
}

function keyOf(id: string, channel: string): string {
  return `${channel} ${id}`;
}

function givenUp(why: string): Delivery {
  return { outcome: 'not-sent', why: `Given up after three days: ${why}` };
}
