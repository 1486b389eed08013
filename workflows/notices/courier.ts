import type { UnderWay } from '../activation/engine';
import { CallFailed } from '../contract/call-failed';
import type { Notice } from '../contract/notice';
import type { CarriedNotices, Delivery, HandedOver, NoticeRecord, UnderWayNotice } from '../contract/notices';
import { NoticeBook } from './book';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** How a notice is delivered on a channel, in milliseconds: until the receiver has it, or for so long. */
export const PATIENCE = { first: 5 * SECOND, longest: HOUR, all: 3 * 24 * HOUR } as const;

/** Deliveries that are open at a time, on all channels together: Temporal takes 2,000 activities of a workflow. */
export const AT_ONCE = 1_500;

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
  /** How many deliveries are open. */
  readonly open: number;
  /** Whether a fresh run could take all along. */
  readonly isLight: boolean;
  /** What a fresh run goes on with. The oldest are given up where that is too much. */
  carried(): CarriedNotices;
}

/** @param carried what an earlier run has handed on: it is begun at once. */
export function createCourier(carrier: Carrier, carried?: CarriedNotices): Courier {
  const book = new NoticeBook(carried);
  /** By channel, and by the id of the notice. */
  const open = new Map<string, Map<string, UnderWay<Delivery>>>();
  let isStopping = false;

  const openOn = (channel: string): Map<string, UnderWay<Delivery>> => {
    const known = open.get(channel) ?? new Map<string, UnderWay<Delivery>>();
    open.set(channel, known);
    return known;
  };
  /** Each channel has its share, so that one whose receiver is away leaves the others theirs. */
  const hasRoom = (channel: string): boolean => openOn(channel).size < AT_ONCE / open.size;

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
    const delivery = carrier.deliver(notice, channel, { first, patience });
    openOn(channel).set(notice.id, delivery);
    const end = (): void => {
      const didWait = !hasRoom(channel);
      openOn(channel).delete(notice.id);
      if (didWait) beginMore();
    };
    delivery.result.then(
      (came) => {
        settle(came);
        end();
      },
      (error) => {
        if (!(error instanceof CallFailed)) throw error;
        // Told to stop, it goes on in the fresh run.
        const { stopped, mayPass } = error.details;
        if (!stopped) settle(mayPass ? givenUp(error.message) : { outcome: 'not-sent', why: error.message });
        end();
      },
    );
  }

  function beginWhatCan({ notice, channels, since }: UnderWayNotice): void {
    for (const channel of channels) {
      if (!openOn(channel).has(notice.id) && hasRoom(channel)) begin(notice, channel, since);
    }
  }

  /** Oldest first. */
  function beginMore(): void {
    if (!isStopping) for (const one of book.underWay) beginWhatCan(one);
  }

  beginMore();
  return {
    takeIn(handed) {
      const taken = book.takeIn(handed, carrier.now());
      if (taken && !isStopping) beginWhatCan(taken);
    },
    log: (vin) => book.log(vin),
    stop() {
      isStopping = true;
      for (const others of open.values()) for (const delivery of others.values()) delivery.stop();
    },
    get open() {
      let count = 0;
      for (const others of open.values()) count += others.size;
      return count;
    },
    get isLight() {
      return book.isLight;
    },
    carried: () => book.carried(carrier.now()),
  };
}

function givenUp(why: string): Delivery {
  return { outcome: 'not-sent', why: `Given up after three days: ${why}` };
}
