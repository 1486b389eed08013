import { closeAll, connect, VEHICLES, VIN } from './harness';
import { listing, OTHER, ROUTE, row } from './rows';

afterEach(closeAll);

describe('the filter', () => {
  const all = listing(row(VIN, 'pending'), row(OTHER, 'rejected'));
  const sent = (url = '') => {
    const value = new URL(url, 'http://localhost').searchParams.get('filter');
    return value === null ? null : JSON.parse(value);
  };

  test('asks for one VIN with eq, for many with in', async () => {
    const { client, server } = await connect(all);
    await client.list({ vins: [VIN] });
    await client.list({ vins: [VIN, OTHER] });
    expect(server.to(ROUTE).map(({ url }) => sent(url))).toEqual([
      { vin: { operator: 'eq', value: VIN } },
      { vin: { operator: 'in', value: [VIN, OTHER] } },
    ]);
  });

  test('is one URL-encoded parameter', async () => {
    const { client, server } = await connect(all);
    await client.list({ vins: [VIN] });
    expect(server.to(ROUTE)[0]?.url).toBe(
      `${VEHICLES}?filter=%7B%22vin%22%3A%7B%22operator%22%3A%22eq%22%2C%22value%22%3A%22${VIN}%22%7D%7D`,
    );
  });

  test('is applied again to a reply that ignores it', async () => {
    const { client } = await connect(all);
    expect((await client.list({ vins: [OTHER.toLowerCase()] })).map(({ vin }) => vin)).toEqual([OTHER]);
  });

  test('sends no address that is too long for a server: very many VINs are picked here', async () => {
    const { client, server } = await connect(all);
    const many = Array.from({ length: 1_000 }, (_, index) => `WVWZZZ1KZAW${String(index).padStart(6, '0')}`);
    expect(await client.list({ vins: many })).toMatchObject([{ vin: VIN }]);
    await client.list({ vins: many.slice(0, 200) });
    expect(Math.max(...server.to(ROUTE).map(({ url }) => url.length))).toBeLessThan(8_000);
  });

  test('that nothing can match asks nothing', async () => {
    const { client, server } = await connect(all);
    expect(await client.list({ vins: [] })).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});
