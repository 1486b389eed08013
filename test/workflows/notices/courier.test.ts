import type { UnderWay } from '../../../workflows/activation/engine';
import { CallFailed } from '../../../workflows/contract/call-failed';
import type { Notice } from '../../../workflows/contract/notice';
import type { CarriedNotices, Delivery } from '../../../workflows/contract/notices';
import { BOUNDS } from '../../../workflows/notices/book';
import { AT_ONCE, type Carrier, createCourier, PATIENCE } from '../../../workflows/notices/courier';
import { NOTICE } from '../../notify/support';
import { settled } from '../activation/bare-engine';

const START = Date.parse('2026-01-01T00:00:01.000Z');
const DAY = 86_400_000;

interface Attempts {
  readonly what: string;
  readonly first: number;
  readonly patience: number;
  end(delivery: Delivery): Promise<void>;
  fail(message: string, how?: { stopped?: boolean; mayPass?: boolean }): Promise<void>;
  isStopped: boolean;
}

/** An engine on which a delivery ends when the test says so. */
class Hall implements Carrier {
  time = START;
  readonly attempts: Attempts[] = [];
  now = (): number => this.time;

  deliver(notice: Notice, channel: string, how: { first: number; patience: number }): UnderWay<Delivery> {
    let resolve: (delivery: Delivery) => void = () => undefined;
    let reject: (error: unknown) => void = () => undefined;
    const result = new Promise<Delivery>((onDelivery, onError) => {
      resolve = onDelivery;
      reject = onError;
    });
    const attempts: Attempts = {
      what: `${notice.id} by ${channel}`,
      ...how,
      isStopped: false,
      end: (delivery) => {
        resolve(delivery);
        return settled();
      },
      fail: (message, { stopped = false, mayPass = true } = {}) => {
        const details = { stopped, mayPass, next: null, wait: null, told: null, endedAt: null };
        reject(new CallFailed(message, details));
        return settled();
      },
    };
    this.attempts.push(attempts);
    return {
      result,
      stop: () => {
        attempts.isStopped = true;
      },
    };
  }

  /** Of a delivery that was begun. */
  of(what: string): Attempts {
    const found = this.attempts.findLast((one) => one.what === what);
    if (!found) throw new Error(`${what} was not begun`);
    return found;
  }
}

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({ ...NOTICE, id, ...more });
const DELIVERED: Delivery = { outcome: 'delivered', where: 'hooks.example.com', id: 'theirs' };
const BOTH = ['log', 'webhook'];

function begin(carried?: CarriedNotices) {
  const hall = new Hall();
  return { hall, courier: createCourier(hall, carried) };
}

/** What a fresh run is given goes through JSON. */
const handedOn = (carried: CarriedNotices): CarriedNotices => JSON.parse(JSON.stringify(carried));

describe('notices for one audience', () => {
  it('are delivered on each channel on its own, and what became of them is written down', async () => {
    const { hall, courier } = begin();
    courier.takeIn({ notice: notice('1'), channels: BOTH });
    courier.takeIn({ notice: notice('2'), channels: BOTH });
    expect(hall.attempts.map(({ what }) => what)).toEqual([
      '1 by log',
      '1 by webhook',
      '2 by log',
      '2 by webhook',
    ]);
    hall.time += 1_000;
    await hall.of('1 by log').end(DELIVERED);
    await hall.of('2 by webhook').end({ outcome: 'not-sent', why: 'It wants no more (410).' });
    expect(courier.log()).toMatchObject([
      {
        id: '2',
        deliveries: [
          { channel: 'log', outcome: 'under-way', at: null },
          { channel: 'webhook', outcome: 'not-sent', why: 'It wants no more (410).' },
        ],
      },
      {
        id: '1',
        vin: NOTICE.vin,
        decidedAt: NOTICE.at,
        handedOverAt: '2026-01-01T00:00:01.000Z',
        deliveries: [
          {
            channel: 'log',
            outcome: 'delivered',
            at: '2026-01-01T00:00:02.000Z',
            where: 'hooks.example.com',
            id: 'theirs',
          },
          { channel: 'webhook', outcome: 'under-way', at: null },
        ],
      },
    ]);
    expect(courier.open).toBe(2);
  });

  it('handed over twice are one notice, also when the first is delivered, and in a fresh run', async () => {
    const { hall, courier } = begin();
    courier.takeIn({ notice: notice('1'), channels: ['log'] });
    courier.takeIn({ notice: notice('1'), channels: BOTH });
    await hall.of('1 by log').end(DELIVERED);
    courier.takeIn({ notice: notice('1'), channels: ['log'] });
    expect(hall.attempts).toHaveLength(1);
    expect(courier.log()).toHaveLength(1);
    const fresh = begin(handedOn(courier.carried()));
    fresh.courier.takeIn({ notice: notice('1'), channels: ['log'] });
    expect(fresh.hall.attempts).toEqual([]);
  });

  it('are tried for three days, with pauses from five seconds on, and then given up in words', async () => {
    const { hall, courier } = begin();
    courier.takeIn({ notice: notice('1'), channels: BOTH });
    expect(hall.of('1 by webhook')).toMatchObject({ first: 5_000, patience: 3 * DAY });
    await hall.of('1 by webhook').fail('The receiver of notices (hooks.example.com) answered 503.');
    expect(courier.log()[0]?.deliveries[1]).toMatchObject({
      outcome: 'not-sent',
      why: expect.stringContaining('Given up after three days: The receiver'),
    });
    courier.takeIn({ notice: notice('2'), channels: ['webhook'] });
    await hall.of('2 by webhook').fail('The address is none.', { mayPass: false });
    expect(courier.log()[0]?.deliveries[0]).toMatchObject({
      outcome: 'not-sent',
      why: 'The address is none.',
    });
    // The other channel has its own time.
    expect(courier.log()[1]?.deliveries[0]).toMatchObject({ outcome: 'under-way' });
  });

  it('go on in a fresh run, in the pauses that they had come to, and in the time that is left', async () => {
    const { hall, courier } = begin();
    courier.takeIn({ notice: notice('1'), channels: BOTH });
    hall.time += 60_000;
    courier.stop();
    await hall.of('1 by log').end(DELIVERED);
    await hall.of('1 by webhook').fail('stopped', { stopped: true });
    expect(courier.open).toBe(0);
    const fresh = begin(handedOn(courier.carried()));
    expect(fresh.hall.attempts.map(({ what, first, patience }) => ({ what, first, patience }))).toEqual([
      // The clock of the new one stands where the old one began.
      { what: '1 by webhook', first: 5_000, patience: 3 * DAY },
    ]);
    const later = new Hall();
    later.time += 20 * 60_000;
    createCourier(later, handedOn(courier.carried()));
    expect(later.of('1 by webhook')).toMatchObject({ first: 20 * 60_000, patience: 3 * DAY - 20 * 60_000 });
    const late = new Hall();
    late.time += 4 * DAY;
    const lateCourier = createCourier(late, handedOn(courier.carried()));
    expect(late.attempts).toEqual([]);
    expect(lateCourier.log()[0]?.deliveries).toMatchObject([
      { channel: 'log', outcome: 'delivered' },
      { channel: 'webhook', outcome: 'not-sent', why: expect.stringContaining('three days') },
    ]);
  });

  it('that come while a fresh run is made are begun by that', async () => {
    const { hall, courier } = begin();
    courier.stop();
    courier.takeIn({ notice: notice('1'), channels: ['log'] });
    expect(hall.attempts).toEqual([]);
    expect(begin(handedOn(courier.carried())).hall.attempts.map(({ what }) => what)).toEqual(['1 by log']);
  });

  it('without a channel by the routes are remembered, and sent to nobody', () => {
    const { hall, courier } = begin();
    courier.takeIn({ notice: notice('1'), channels: [] });
    expect(hall.attempts).toEqual([]);
    expect(courier.log()).toMatchObject([{ id: '1', deliveries: [] }]);
    expect(courier.carried().underWay).toEqual([]);
  });

  it('are told of one vehicle where it is asked for', () => {
    const { courier } = begin();
    courier.takeIn({ notice: notice('1'), channels: ['log'] });
    courier.takeIn({ notice: notice('2', { vin: 'WBA8E9G50GNT00001' }), channels: ['log'] });
    expect(courier.log('WBA8E9G50GNT00001').map(({ id }) => id)).toEqual(['2']);
    expect(courier.log().map(({ id }) => id)).toEqual(['2', '1']);
  });

  it('are remembered up to a bound, the newest of them, with texts that are cut', async () => {
    const { hall, courier } = begin();
    const long = 'x'.repeat(3_000);
    for (let serial = 1; serial <= BOUNDS.records + 1; serial += 1) {
      courier.takeIn({ notice: notice(`${serial}`, { reason: long, action: long }), channels: ['log'] });
      await hall.of(`${serial} by log`).end({ outcome: 'not-sent', why: long });
    }
    const log = courier.log();
    expect([log.length, log[0]?.id, log.at(-1)?.id]).toEqual([BOUNDS.records, `${BOUNDS.records + 1}`, '2']);
    expect([log[0]?.action, log[0]?.deliveries[0]?.why]).toEqual(Array(2).fill(`${'x'.repeat(199)}…`));
    expect(JSON.stringify(courier.carried()).length).toBeLessThan(1_000_000);
  });

  it('give up the oldest, in words, where a fresh run could not take all along', async () => {
    const { courier } = begin();
    const large = 'x'.repeat(BOUNDS.underWay / 4);
    for (const id of ['1', '2', '3'])
      courier.takeIn({ notice: notice(id, { reason: large }), channels: BOTH });
    expect(courier.isLight).toBe(true);
    courier.takeIn({ notice: notice('4', { reason: large }), channels: BOTH });
    expect(courier.isLight).toBe(false);
    const carried = handedOn(courier.carried());
    expect(JSON.stringify(carried.underWay).length).toBeLessThan(BOUNDS.underWay);
    const fresh = begin(carried);
    expect(fresh.courier.isLight).toBe(true);
    const outcomes = fresh.courier.log().map(({ deliveries }) => deliveries.map(({ outcome }) => outcome));
    expect(outcomes).toEqual([
      ['under-way', 'under-way'],
      ['under-way', 'under-way'],
      ['under-way', 'under-way'],
      ['not-sent', 'not-sent'],
    ]);
    expect(fresh.courier.log().at(-1)?.deliveries[0]).toMatchObject({
      why: expect.stringContaining('Too many'),
    });
  });

  it('are open up to a bound, of which each channel has its share; the next one begins when one ends', async () => {
    const { hall, courier } = begin();
    for (let serial = 1; serial <= AT_ONCE; serial += 1) {
      courier.takeIn({ notice: notice(`${serial}`), channels: BOTH });
    }
    const openOn = (channel: string): number =>
      hall.attempts.filter(({ what }) => what.endsWith(`by ${channel}`)).length;
    expect(courier.open).toBeLessThan(2_000);
    expect([openOn('log'), openOn('webhook')]).toEqual([AT_ONCE / 2, AT_ONCE / 2]);
    // The webhook's receiver is away: the log goes on.
    for (let serial = 1; serial <= AT_ONCE; serial += 1) await hall.of(`${serial} by log`).end(DELIVERED);
    expect([openOn('log'), openOn('webhook')]).toEqual([AT_ONCE, AT_ONCE / 2]);
    await hall.of('1 by webhook').end(DELIVERED);
    expect(openOn('webhook')).toBe(AT_ONCE / 2 + 1);
  });

  it('have waits that grow to an hour and no longer', () => {
    expect(PATIENCE.longest).toBe(3_600_000);
    const late = new Hall();
    late.time += 2 * DAY;
    const { courier } = begin();
    courier.takeIn({ notice: notice('1'), channels: ['webhook'] });
    createCourier(late, handedOn(courier.carried()));
    expect(late.of('1 by webhook').first).toBe(3_600_000);
  });
});
