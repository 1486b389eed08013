import type { Service } from '../../../src/providers/parking';
import { closeAll, connect, failureOf, NORWEGIAN, refusal, SERVICES, STAY, VEHICLES } from './harness';

afterEach(closeAll);

const DAY = 86_400_000;
const JANUARY = Date.parse('2026-01-01T00:00:00Z');

function page(services: readonly unknown[], cursor?: string) {
  const summary = {
    total_results: services.length,
    more_results: cursor !== undefined,
    ...(cursor && { cursor }),
  };
  return { body: { services, summary } };
}

describe('services', () => {
  async function unpaid(rows: readonly unknown[]): Promise<Service[]> {
    const { client } = await connect({ [`GET ${SERVICES}`]: page(rows) });
    const found: Service[] = [];
    await client.unpaid((services) => found.push(...services));
    return found;
  }

  test('are read as the sample has them', async () => {
    expect(await unpaid([STAY])).toEqual([
      {
        id: STAY.id,
        plate: NORWEGIAN,
        facility: { code: '100', name: 'Autopay facility' },
        zone: { code: '100', name: 'Autopay zone' },
        product: 'Autopay product',
        startedAt: Date.parse('2023-01-12T12:14:12Z'),
        endedAt: Date.parse('2023-01-12T13:55:04Z'),
        cost: { currency: 'NOK', gross: 24.24, net: 20.2, vat: 4.04, vatPercent: 20 },
        operator: 'operator-id',
        type: 'PARKING',
        invoicing: 'NOT_INVOICED',
        data: { key: 'value' },
      },
    ]);
  });

  test('may come without most of their fields, or with fields of another kind', async () => {
    const { id, vehicle } = STAY;
    const [bare, odd] = await unpaid([
      { id, vehicle },
      {
        id,
        vehicle,
        facility: 'none',
        cost: 12,
        start_time: 5,
        end_time: 'soon',
        serviceData: { n: 1 },
        type: 'FERRY',
      },
    ]);
    const nothing = {
      facility: null,
      zone: null,
      cost: null,
      startedAt: null,
      endedAt: null,
      invoicing: null,
    };
    expect(bare).toMatchObject({ ...nothing, type: 'PARKING', data: {} });
    expect(odd).toMatchObject({ ...nothing, type: 'FERRY', data: { n: '1' } });
  });

  test('an end before the start, and a word that nobody knows, stay as they came', async () => {
    const [odd] = await unpaid([
      { ...STAY, end_time: '2020-12-12T12:12:12+0000', invoicing_status: 'WAIVED' },
    ]);
    expect(odd).toMatchObject({ endedAt: Date.parse('2020-12-12T12:12:12Z'), invoicing: 'WAIVED' });
  });
});

describe('a list with pages', () => {
  test('is read to its last page', async () => {
    const { client, server } = await connect({
      [`GET ${SERVICES}`]: [
        page([{ ...STAY, id: '1' }], 'c=1'),
        page([{ ...STAY, id: '2' }], 'c=2'),
        page([]),
      ],
    });
    const ids: string[] = [];
    await client.unpaid((services) => ids.push(...services.map(({ id }) => id)));
    expect(ids).toEqual(['1', '2']);
    expect(
      server.to(`GET ${SERVICES}`).map(({ url }) => new URL(url, server.url).searchParams.get('cursor')),
    ).toEqual([null, 'c=1', 'c=2']);
  });

  test('is read no further once it is enough', async () => {
    const { client, server } = await connect({
      [`GET ${SERVICES}`]: [
        page([{ ...STAY, id: '1' }], 'c=1'),
        page([{ ...STAY, id: '2' }], 'c=2'),
        page([]),
      ],
    });
    const ids: string[] = [];
    await client.unpaid(
      (services) => ids.push(...services.map(({ id }) => id)),
      () => ids.includes('2'),
    );
    expect([ids, server.to(`GET ${SERVICES}`).length]).toEqual([['1', '2'], 2]);
  });

  test('whose cursor is refused is begun again, with the same span', async () => {
    const { client, server } = await connect({
      [`GET ${SERVICES}/by_updated_at`]: [
        page([{ ...STAY, id: '1' }], 'old'),
        refusal(400, 'cursor_decoding_error'),
        page([{ ...STAY, id: '1' }], 'new'),
        page([{ ...STAY, id: '2' }]),
      ],
    });
    const found = new Set<string>();
    await client.updated({ from: JANUARY, to: JANUARY + DAY }, (services) => {
      for (const { id } of services) found.add(id);
    });
    expect([...found]).toEqual(['1', '2']);
    const asked = server
      .to(`GET ${SERVICES}/by_updated_at`)
      .map(({ url }) => new URL(url, server.url).searchParams);
    expect(asked.map((query) => query.get('updated_at_from'))).toEqual(
      Array(4).fill('2026-01-01T00:00:00+0000'),
    );
  });

  test('whose cursor is refused again and again is an error in Autopay’s words', async () => {
    const { client } = await connect({ [`GET ${SERVICES}`]: refusal(400, 'cursor_decoding_error') });
    expect((await failureOf(client.unpaid(() => {}))).message).toContain('cursor_decoding_error');
  });

  test('that gives the same cursor twice does not go round for ever', async () => {
    const { client } = await connect({ [`GET ${SERVICES}`]: page([STAY], 'same') });
    expect((await failureOf(client.unpaid(() => {}))).code).toBe('PROVIDER_BAD_REPLY');
  });

  test('that says there is more and gives no cursor is no whole list', async () => {
    const body = { services: [STAY], summary: { total_results: 2, more_results: true } };
    const { client } = await connect({ [`GET ${SERVICES}`]: { body } });
    expect((await failureOf(client.unpaid(() => {}))).code).toBe('PROVIDER_BAD_REPLY');
  });
});

describe('a span of time', () => {
  /** Autopay that takes spans of so many days, and tells of each service whose end is in the span. */
  function taking(days: number, ends: readonly number[]) {
    const spans: [number, number][] = [];
    const answer = ({ body }: { body: string }) => {
      const { from, to } = JSON.parse(body) as { from: string; to: string };
      const [begin, end] = [from, to].map((text) => Date.parse(text.replace('+0000', 'Z'))) as [
        number,
        number,
      ];
      if (end - begin > days * DAY) return refusal(400, 'vehicle_services_invalid_date_range');
      spans.push([begin, end]);
      const found = ends.filter((at) => at >= begin && at <= end);
      return {
        body: found.map((at) => ({ ...STAY, id: String(at), end_time: new Date(at).toISOString() })),
      };
    };
    return { spans, routes: { [`POST ${VEHICLES}/disable_payments`]: answer } };
  }

  test.each([50, 20, 1])('of a year is locked whole where Autopay takes %d days at most', async (days) => {
    const [from, to] = [JANUARY + 123, JANUARY + 365 * DAY + 456];
    const ends = Array.from({ length: 366 }, (_, day) => JANUARY + day * DAY + 1_000);
    const { spans, routes } = taking(days, ends);
    const { client } = await connect(routes);
    const locked = await client.lock(NORWEGIAN, { window: { from, to }, running: true });
    expect(locked.map(({ id }) => Number(id)).sort()).toEqual(ends);
    // No second is between two spans.
    const sorted = [...spans].sort(([a], [b]) => a - b);
    for (const [index, [begin]] of sorted.entries())
      if (index > 0) expect(begin).toBe(sorted[index - 1]?.[1]);
    expect(sorted[0]?.[0]).toBeLessThanOrEqual(from);
    expect(sorted.at(-1)?.[1]).toBeGreaterThanOrEqual(to);
  });

  test('that is refused however short it is, is an error', async () => {
    const { routes } = taking(0, []);
    const { client } = await connect(routes);
    const call = client.lock(NORWEGIAN, { window: { from: JANUARY, to: JANUARY + DAY } });
    expect((await failureOf(call)).message).toContain('vehicle_services_invalid_date_range');
  });

  test('of one vehicle’s services says whether those that go on are wanted', async () => {
    const { client, server } = await connect({ [`GET ${VEHICLES}/services`]: { body: [STAY] } });
    const window = { from: JANUARY, to: JANUARY + DAY };
    expect(await client.servicesOf(NORWEGIAN, { window, type: 'PARKING', running: true })).toHaveLength(1);
    expect(server.requests.at(-1)?.url).toBe(
      `${VEHICLES}/services?license_plate_number=AA12345&country_code=NO&type=PARKING&from=2026-01-01T00%3A00%3A00%2B0000&to=2026-01-02T00%3A00%3A00%2B0000&include_running_services=true`,
    );
  });
});
