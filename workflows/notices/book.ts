import type { Notice } from '../contract/notice';
import type {
  CarriedNotices,
  Delivery,
  DeliveryRecord,
  HandedOver,
  NoticeRecord,
  UnderWayNotice,
} from '../contract/notices';

/** Both together fit a fresh run, and the answer to a query. */
export const BOUNDS = {
  /** Notices that are remembered: the newest. */
  records: 500,
  /** All notices under way, in characters: about a thousand. */
  underWay: 1_000_000,
  /** Each text of a record. */
  text: 200,
} as const;

const NOT_KNOWN = { outcome: 'under-way', at: null, where: null, id: null, why: null } as const;
const TOO_MANY = 'Too many notices were waiting for this audience: the oldest were given up.';

/** The notices of one audience: those under way, and what became of the last ones. Pure. */
export class NoticeBook {
  readonly #records: Map<string, NoticeRecord>;
  readonly #underWay: Map<string, UnderWayNotice>;
  #length = 0;

  constructor({ records, underWay }: CarriedNotices = { records: [], underWay: [] }) {
    this.#records = new Map(records.map((record) => [record.id, record]));
    this.#underWay = new Map(underWay.map((one) => [one.notice.id, one]));
    for (const one of underWay) this.#length += lengthOf(one);
  }

  /**
   * Takes a notice in. One that is known already changes nothing.
   *
   * @returns the notices that were given up for it, as they stood.
   */
  takeIn({ notice, channels }: HandedOver, now: number): UnderWayNotice[] {
    if (this.#records.has(notice.id) || this.#underWay.has(notice.id)) return [];
    this.#records.set(notice.id, recordOf(notice, channels, now));
    const [oldest] = this.#records.keys();
    if (this.#records.size > BOUNDS.records && oldest !== undefined) this.#records.delete(oldest);
    if (channels.length === 0) return [];
    const taken: UnderWayNotice = { notice, channels: [...new Set(channels)], since: now };
    this.#underWay.set(notice.id, taken);
    this.#length += lengthOf(taken);
    return this.#giveUpOldest(now);
  }

  /** Everything that is still to be delivered, oldest first. */
  get underWay(): readonly UnderWayNotice[] {
    return [...this.#underWay.values()];
  }

  /** The notice, where it is still to be delivered on this channel. */
  find(id: string, channel: string): UnderWayNotice | undefined {
    const found = this.#underWay.get(id);
    return found?.channels.includes(channel) ? found : undefined;
  }

  /** Writes down what became of a notice on a channel. */
  settle(id: string, channel: string, delivery: Delivery, now: number): void {
    const found = this.find(id, channel);
    if (!found) return;
    const channels = found.channels.filter((one) => one !== channel);
    this.#length -= lengthOf(found);
    if (channels.length === 0) this.#underWay.delete(id);
    else {
      const left = { ...found, channels };
      this.#length += lengthOf(left);
      this.#underWay.set(id, left);
    }
    const record = this.#records.get(id);
    if (!record) return;
    const settled = deliveryRecordOf(channel, delivery, now);
    const deliveries = record.deliveries.map((one) => (one.channel === channel ? settled : one));
    this.#records.set(id, { ...record, deliveries });
  }

  /** What is remembered, newest first. @param vin of this vehicle only. */
  log(vin?: string): NoticeRecord[] {
    return [...this.#records.values()].filter((record) => vin === undefined || record.vin === vin).reverse();
  }

  /** For a fresh run. */
  get carried(): CarriedNotices {
    return { records: [...this.#records.values()], underWay: this.underWay };
  }

  #giveUpOldest(now: number): UnderWayNotice[] {
    const givenUp: UnderWayNotice[] = [];
    for (const one of this.#underWay.values()) {
      if (this.#length <= BOUNDS.underWay) break;
      givenUp.push(one);
      for (const channel of one.channels) {
        this.settle(one.notice.id, channel, { outcome: 'not-sent', why: TOO_MANY }, now);
      }
    }
    return givenUp;
  }
}

function recordOf(notice: Notice, channels: readonly string[], now: number): NoticeRecord {
  const { id, kind, vin, fleet, status, reason, level, audience, owner, action, at } = notice;
  return {
    ...{ id, kind, vin, fleet, status, level, audience, owner },
    reason: reason === null ? null : cut(reason),
    action: cut(action),
    decidedAt: at,
    handedOverAt: iso(now),
    deliveries: [...new Set(channels)].map((channel) => ({ channel, ...NOT_KNOWN })),
  };
}

function deliveryRecordOf(channel: string, delivery: Delivery, now: number): DeliveryRecord {
  const known = { ...NOT_KNOWN, channel, at: iso(now), outcome: delivery.outcome };
  if (delivery.outcome === 'not-sent') return { ...known, why: cut(delivery.why) };
  return { ...known, where: cut(delivery.where), id: cut(delivery.id) };
}

function lengthOf({ notice, channels }: UnderWayNotice): number {
  return JSON.stringify([notice, channels]).length;
}

function cut(text: string): string {
  return text.slice(0, BOUNDS.text);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
