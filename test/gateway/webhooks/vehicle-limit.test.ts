import { deduplicate } from '../../../src/gateway/webhooks/deduplicate';
import { limitPerVehicle } from '../../../src/gateway/webhooks/vehicle-limit';
import { APP } from '../../support/application';
import { MemorySink, signed, startGateway, VIN, webhookOf } from '../support';

const OTHER = 'WBA8E9G50GNT90001';
/** A clock that stands: two thousand requests may take longer than the minute of a limit. */
const STANDING = { now: () => 0 };
const claim = (vin: string, index: number) => ({
  ...APP,
  vin,
  status: `status-${index}`,
  deliveryId: `d${index}`,
});

test('a vehicle has so many claims in a minute, and the rest when the minute is over', async () => {
  let time = 0;
  const sink = new MemorySink();
  const claims = limitPerVehicle(sink, { atMost: 3, now: () => time });
  for (let index = 0; index < 3; index += 1) await claims.deliver(claim(VIN, index));
  time = 20_000;
  await expect(claims.deliver(claim(VIN, 3))).rejects.toMatchObject({
    code: 'WEBHOOK_FLOOD',
    retryAfter: 40_000,
  });
  time = 60_000;
  expect(await claims.deliver(claim(VIN, 3))).toBe('delivered');
  expect(sink.claims).toHaveLength(4);
});

test('two thousand claims of one vehicle become at most sixty signals; another vehicle is served all the while', async () => {
  const gateway = await startGateway({ guard: (sink) => deduplicate(limitPerVehicle(sink, STANDING)) });
  gateway.sink.known.add(OTHER);
  const post = (body: string, id: string) => gateway.post(body, signed(body, undefined, id));

  const statuses = new Map<number, number>();
  for (let batch = 0; batch < 20; batch += 1) {
    const flood = Array.from({ length: 100 }, (_, index) => `${batch}-${index}`).map(async (id) => {
      const { status, headers } = await post(webhookOf(VIN, `status-${id}`), id);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    });
    await Promise.all(flood);
    if (batch % 5 === 0) {
      const answer = await post(webhookOf(OTHER, `status-${batch}`), `other-${batch}`);
      expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    }
  }

  expect(Object.fromEntries(statuses)).toEqual({ 200: 60, 503: 1_940 });
  expect(gateway.sink.claims.filter(({ vin }) => vin === VIN)).toHaveLength(60);
  await gateway.close();
});

test('repeats of what is durable are no flood', async () => {
  const gateway = await startGateway({
    guard: (sink) => deduplicate(limitPerVehicle(sink, { atMost: 1, ...STANDING })),
  });
  const body = webhookOf(VIN, 'approved');
  const answers = [];
  for (let index = 0; index < 5; index += 1) answers.push(await gateway.post(body, signed(body)));
  expect(answers.map(({ body }) => body)).toEqual([
    { status: 'accepted' },
    ...Array(4).fill({ status: 'duplicate' }),
  ]);
  await gateway.close();
});

test('claims without a time, which anybody may send again, leave room for those with one', async () => {
  const sink = new MemorySink();
  const claims = limitPerVehicle(sink, { atMost: 2, now: () => 0 });
  for (let index = 0; index < 2; index += 1) await claims.deliver(claim(VIN, index));
  await expect(claims.deliver(claim(VIN, 2))).rejects.toMatchObject({ code: 'WEBHOOK_FLOOD' });
  const timed = { ...claim(VIN, 3), providerTime: '2026-03-02T09:00:00.000Z' };
  expect(await claims.deliver(timed)).toBe('delivered');
});
