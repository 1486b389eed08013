import { closeAll, DAY, start, VEHICLES, vin } from './support';

afterEach(closeAll);

async function fleet() {
  const caller = await start();
  await caller.submit(
    { vin: vin(1), brand: 'bmw', tags: { depot: 'north', kind: 'van' } },
    { vin: vin(2), brand: 'kia', tags: { depot: 'north' } },
  );
  caller.pass(DAY);
  await caller.submit({ vin: vin(3), brand: 'ford' });
  caller.pass(DAY);
  return caller;
}

describe('the list', () => {
  const midday = () => new Date(Date.now() + DAY / 2).toISOString();
  test.each([
    ['nothing', undefined, [3, 2, 1]],
    ['one VIN', { vin: { operator: 'eq', value: vin(2) } }, [2]],
    ['several VINs', { vin: { operator: 'in', value: [vin(1), vin(3), vin(9)] } }, [3, 1]],
    ['a status', { status: { operator: 'eq', value: 'pending' } }, [3]],
    ['several statuses', { status: { operator: 'in', value: ['approved', 'revoked'] } }, [2, 1]],
    ['a brand', { brand: { operator: 'eq', value: 'bmw' } }, [1]],
    ['several brands', { brand: { operator: 'in', value: ['bmw', 'ford'] } }, [3, 1]],
    ['the same tags', { tags: { operator: 'eq', value: { depot: 'north' } } }, [2]],
    ['contained tags', { tags: { operator: 'contains', value: { depot: 'north' } } }, [2, 1]],
    ['an earlier insertion', { inserted_at: { operator: 'lt', value: midday() } }, [2, 1]],
    ['a later insertion', { inserted_at: { operator: 'gte', value: midday() } }, [3]],
    ['an approval', { approved_at: { operator: 'gt', value: '1999-03-31T00:00:00Z' } }, [2, 1]],
    ['no such approval', { approved_at: { operator: 'lte', value: '1999-03-31T00:00:00Z' } }, []],
    [
      'two fields at once',
      { status: { operator: 'eq', value: 'approved' }, brand: { operator: 'eq', value: 'kia' } },
      [2],
    ],
  ])('filtered by %s', async (_, filter, numbers) => {
    const reply = await (await fleet()).list(filter);
    expect(reply.status).toBe(200);
    expect(reply.body.map((clearance: { vin: string }) => clearance.vin)).toEqual(numbers.map(vin));
  });

  test('compares times to the second, as it shows them', async () => {
    const caller = await fleet();
    const shown = (await caller.read(vin(3))).body.changelog[0].timestamp;
    const reply = await caller.list({ inserted_at: { operator: 'eq', value: `${shown}Z` } });
    expect(reply.body).toMatchObject([{ vin: vin(3) }]);
  });

  test.each([
    ['no JSON', 'pending'],
    ['an unknown field', '{"state":{"operator":"eq","value":"x"}}'],
    ['an unknown operator', '{"vin":{"operator":"like","value":"x"}}'],
    ['a time that is none', '{"inserted_at":{"operator":"lt","value":"midday"}}'],
  ])('refuses a filter with %s loudly', async (_, filter) => {
    const reply = await (await fleet()).unchecked('GET', `${VEHICLES}?filter=${encodeURIComponent(filter)}`);
    expect(reply.status).toBe(422);
    expect(reply.body.errors[0].source).toBe('filter');
  });
});

describe('single reads', () => {
  test('are limited to 60 in any minute of the application, and say how long to wait', async () => {
    const caller = await fleet();
    for (let count = 0; count < 60; count += 1) expect((await caller.read(vin(1))).status).toBe(200);
    caller.pass(10_000);
    const refused = await caller.read(vin(2));
    expect(refused.status).toBe(429);
    const [{ title, source, detail }] = refused.body.errors;
    expect(title).toBe('Too many requests');
    expect(source).toMatch(/^fleet-manager-api:/);
    const seconds = Number(/^retry after (\d+)s$/.exec(detail)?.[1]);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(50);
    caller.pass(seconds * 1_000);
    expect((await caller.read(vin(2))).status).toBe(200);
    expect((await caller.list()).status).toBe(200);
  });
});

test('every reply carries a request id, and an unknown path is a 404 in the usual shape', async () => {
  const caller = await start();
  const reply = await caller.raw('GET', '/v1/fleet/vehicles');
  expect(reply.status).toBe(404);
  expect(reply.body.errors[0].title).toBe('Not found');
  expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});
