import type { Notice } from '../contract/notice';
import type {
  CarriedNotices,
  Delivery,
  DeliveryRecord,
  HandedOver,
  NoticeRecord,
  UnderWayNotice,
} from '../contract/notices';

/** What a fresh run can carry: 2 MB are the server's bound. */
export const BOUNDS = {
  /** Notices that are remembered: the newest. */
  records: 500,
  /** All notices under way, in characters: about 1,700. */
  underWay: 1_200_000,
  /** Each text of a record. */
  text: 200,
} as const;

const NOT_KNOWN = { outcome: 'under-way', at: null, where: null, id: null, why: null } as const;
const TOO_MANY = 'Too many notices were waiting for this audience: the oldest were given up.';

/** The notices of one audience: those under way, and what became of the last ones. Pure. */
export class NoticeBook {
  readonly #records: Map<string, NoticeRecord>;
  readonly #underWay = new Map<string, UnderWayNotice>();
  #length = 0;

  constructor({ records, underWay }: CarriedNotices = { records: [], underWay: [] }) {
    this.#records = new Map(records.map((record) => [record.id, record]));
    for (const one of underWay) this.#add(one);
  }

  /** Takes a notice in. @returns what is to be delivered; null for one that is known already, or that nobody is to get. */
  takeIn({ notice, channels }: HandedOver, now: number): UnderWayNotice | null {
    if (this.#records.has(notice.id) || this.#underWay.has(notice.id)) return null;
    const own = [...new Set(channels)];
    this.#records.set(notice.id, recordOf(notice, own, now));
    const [oldest] = this.#records.keys();
    if (this.#records.size > BOUNDS.records && oldest !== undefined) this.#records.delete(oldest);
    if (own.length === 0) return null;
    const taken: UnderWayNotice = { notice, channels: own, since: now };
    this.#add(taken);
    return taken;
  }

  /** Everything that is still to be delivered, oldest first. */
  get underWay(): Iterable<UnderWayNotice> {
    return this.#underWay.values();
  }

  /** Whether a fresh run could take all of it along. */
  get isLight(): boolean {
    return this.#length <= BOUNDS.underWay;
  }

  /** Writes down what became of a notice on a channel. */
  settle(id: string, channel: string, delivery: Delivery, now: number): void {
    const found = this.#underWay.get(id);
    if (!found?.channels.includes(channel)) return;
    const channels = found.channels.filter((one) => one !== channel);
    if (channels.length > 0) this.#underWay.set(id, { ...found, channels });
    else {
      this.#underWay.delete(id);
      this.#length -= lengthOf(found);
    }
    const record = this.#records.get(id);
    if (!record) return;
    const settled = deliveryRecordOf(channel, delivery, now);
    const deliveries = record.deliveries.map((one) => (one.channel === channel ? settled : one));
    this.#records.set(id, { ...record, deliveries });
  }

  /** What is remembered, newest first. @param vehicle of this one only, by its VIN or its plate. */
  log(vehicle?: string): NoticeRecord[] {
    return [...this.#records.values()]
      .filter(({ vin, plate }) => vehicle === undefined || vin === vehicle || plate === vehicle)
      .reverse();
  }

  /** For a fresh run. The oldest are given up where it could not take all along. */
  carried(now: number): CarriedNotices {
    for (const { notice, channels } of this.#underWay.values()) {
      if (this.isLight) break;
      for (const channel of channels) {
        this.settle(notice.id, channel, { outcome: 'not-sent', why: TOO_MANY }, now);
      }
    }
    return { records: [...this.#records.values()], underWay: [...this.#underWay.values()] };
  }

  #add(one: UnderWayNotice): void {
    this.#underWay.set(one.notice.id, one);
    this.#length += lengthOf(one);
  }
}

function recordOf(notice: Notice, channels: readonly string[], now: number): NoticeRecord {
  const { id, kind, vin, plate, fleet, status, reason, level, audience, owner, action, at } = notice;
  return {
    ...{ id, kind, vin, fleet, status, level, audience, owner },
    ...(plate !== undefined && { plate }),
    reason: reason === null ? null : cut(reason),
    action: cut(action),
    decidedAt: at,
    handedOverAt: iso(now),
    deliveries: channels.map((channel) => ({ channel, ...NOT_KNOWN })),
  };
}

function deliveryRecordOf(channel: string, delivery: Delivery, now: number): DeliveryRecord {
  const known = { ...NOT_KNOWN, channel, at: iso(now), outcome: delivery.outcome };
  if (delivery.outcome === 'not-sent') return { ...known, why: cut(delivery.why) };
  return { ...known, where: cut(delivery.where), id: cut(delivery.id) };
}

/** With what else there is of it. */
function lengthOf({ notice }: UnderWayNotice): number {
  return JSON.stringify(notice).length + 100;
}

/** Whoever reads a text that was cut sees it. */
function cut(text: string): string {
  return text.length > BOUNDS.text ? `${text.slice(0, BOUNDS.text - 1)}…` : text;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
