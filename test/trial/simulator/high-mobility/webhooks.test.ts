import { createHmac } from 'node:crypto';
import { signatures } from '../../../../src/trial/simulator/high-mobility/webhooks';
import { expectWebhookMatches } from '../../../contracts/contract';
import { type Caller, closeAll, DAY, start, startReceiver, vin, WEBHOOK_SECRET } from './support';

afterEach(closeAll);

/** Waits until every delivery so far has come to an end. */
function settled({ simulator }: Caller, count: number): Promise<void> {
  return simulator.ledger.until(
    ({ deliveries }) =>
      deliveries.length >= count && deliveries.every(({ outcome }) => outcome !== 'under way'),
  );
}

/** A simulator whose ping has arrived, and what it calls. */
async function connected(...statuses: number[]) {
  const receiver = await startReceiver(204, ...statuses);
  const caller = await start({ webhook: { url: receiver.url, secret: WEBHOOK_SECRET } });
  await settled(caller, 1);
  return { caller, receiver };
}

test('the signatures are those of the test vector', () => {
  const body = Buffer.from(
    '{"vehicle":{"vin":"VIN0TESTVIN000000"},"event":{"type":"fleet_clearance_changed",' +
      '"received_at":"2025-01-22T10:42:14.000000Z","action":"rejected","detail":"privacy mode is enabled"}}',
  );
  expect(signatures('s3cr3t-for-tests', body)).toEqual({
    'X-HM-Signature-256': 'sha256=ea92aa70109660aca6e7a374d7a19d9e9655048f2508b162b9c34f265e06aa28',
    'X-HM-Signature': 'sha1=b849e778324157f63a73007ed72d7fcae84f98cc',
  });
});

test('a webhook that is set is greeted with a ping, and so is its successor', async () => {
  const { caller, receiver } = await connected();
  const successor = await startReceiver();
  caller.simulator.setWebhook({ url: successor.url, secret: 'another' });
  await settled(caller, 2);
  for (const { received } of [receiver, successor]) {
    expect(received.map(({ body }) => body.event.type)).toEqual(['ping']);
    const [ping] = received;
    if (ping) expectWebhookMatches(ping.headers as never, ping.body);
  }
});

test('a change is signed over the bytes that arrive, and matches the contract', async () => {
  const { caller, receiver } = await connected();
  caller.simulator.script(vin(1), [{ status: 'rejected', reason: 'privacy mode is enabled', after: DAY }]);
  await caller.submit({ vin: vin(1), brand: 'audi' });
  caller.pass(DAY);
  await settled(caller, 2);
  const webhook = receiver.received.at(-1);
  if (!webhook) throw new Error('no webhook came');
  expectWebhookMatches(webhook.headers as never, webhook.body);
  expect(webhook.body).toMatchObject({
    vehicle: { vin: vin(1) },
    event: { type: 'fleet_clearance_changed', action: 'rejected', detail: 'privacy mode is enabled' },
  });
  const rejected = caller.simulator.ledger.clearances[0]?.changelog.at(-1)?.at as number;
  expect(webhook.body.event.received_at).toBe(new Date(rejected).toISOString().replace('Z', '000Z'));
  expect(webhook.headers['user-agent']).toBe('HM-Webhook/1.2.0');
  const hmac = (hash: string) => createHmac(hash, WEBHOOK_SECRET).update(webhook.raw).digest('hex');
  expect(webhook.headers['x-hm-signature-256']).toBe(`sha256=${hmac('sha256')}`);
  expect(webhook.headers['x-hm-signature']).toBe(`sha1=${hmac('sha1')}`);
});

test('only approved, revoked, rejected and canceled are announced', async () => {
  const { caller, receiver } = await connected();
  caller.simulator.script(vin(2), [{ status: 'pending', after: 0 }]);
  caller.simulator.script(vin(3), [
    { status: 'pending', reason: 'no data received', after: DAY },
    { status: 'rejected', after: DAY },
  ]);
  await caller.submit(
    { vin: vin(1), brand: 'bmw' },
    { vin: vin(2), brand: 'opel' },
    { vin: vin(3), brand: 'opel' },
  );
  caller.pass(2 * DAY);
  await caller.withdraw(vin(1));
  await caller.withdraw(vin(2));
  caller.pass(DAY);
  await settled(caller, 5);
  const actions = receiver.received.slice(1).map(({ body }) => `${body.vehicle.vin} ${body.event.action}`);
  expect(actions.sort()).toEqual([
    `${vin(1)} approved`,
    `${vin(1)} revoked`,
    `${vin(2)} canceled`,
    `${vin(3)} rejected`,
  ]);
});

test('a delivery that is not received is repeated with growing waits and the same id', async () => {
  const receiver = await startReceiver(503, 500, 401, 204);
  const caller = await start({ speed: 1_000_000, webhook: { url: receiver.url, secret: WEBHOOK_SECRET } });
  await settled(caller, 1);
  const [delivery] = caller.simulator.ledger.deliveries;
  expect(delivery).toMatchObject({ type: 'ping', outcome: 'delivered' });
  expect(delivery?.attempts.map(({ result }) => result)).toEqual([503, 500, 401, 204]);
  const ids = receiver.received.map(({ headers }) => headers['x-hm-delivery']);
  expect(ids).toEqual([delivery?.id, delivery?.id, delivery?.id, delivery?.id]);
});

test('a delivery that is never received is given up after five attempts, over more than an hour', async () => {
  const receiver = await startReceiver(500);
  const caller = await start({ speed: 1_000_000, webhook: { url: receiver.url, secret: WEBHOOK_SECRET } });
  await settled(caller, 1);
  const [delivery] = caller.simulator.ledger.deliveries;
  expect(delivery?.outcome).toBe('given up');
  expect(receiver.received).toHaveLength(5);
  const times = delivery?.attempts.map(({ at }) => at) ?? [];
  expect((times.at(-1) as number) - (times[0] as number)).toBeGreaterThan(3_600_000);
});

test('a receiver that is not there counts as an attempt that failed', async () => {
  const caller = await start({
    speed: 1_000_000,
    webhook: { url: 'http://127.0.0.1:1/hook', secret: WEBHOOK_SECRET },
  });
  await settled(caller, 1);
  expect(caller.simulator.ledger.deliveries[0]).toMatchObject({
    outcome: 'given up',
    attempts: { length: 5, 0: { result: 'ECONNREFUSED' } },
  });
});

describe('webhooks can be', () => {
  async function approveTwo(kind: 'lost' | 'doubled' | 'reordered' | 'outdated') {
    const { caller, receiver } = await connected();
    caller.simulator.setFault({ on: 'webhook', kind, vin: vin(1) });
    await caller.submit({ vin: vin(1), brand: 'bmw' });
    await caller.submit({ vin: vin(2), brand: 'bmw' });
    caller.simulator.setStatus(vin(1), 'approved');
    await caller.simulator.ledger.until(
      ({ deliveries }) => kind === 'reordered' || deliveries.at(-1)?.outcome !== 'under way',
    );
    caller.simulator.setStatus(vin(2), 'approved');
    await settled(caller, 3);
    return { caller, received: receiver.received.slice(1) };
  }

  test('lost', async () => {
    const { caller, received } = await approveTwo('lost');
    expect(received.map(({ body }) => body.vehicle.vin)).toEqual([vin(2)]);
    expect(caller.simulator.ledger.deliveries.map(({ outcome }) => outcome)).toEqual([
      'delivered',
      'lost',
      'delivered',
    ]);
  });

  test('doubled, with the same id', async () => {
    const { caller, received } = await approveTwo('doubled');
    await caller.simulator.ledger.until(({ deliveries }) => deliveries[1]?.attempts.length === 2);
    const first = received.filter(({ body }) => body.vehicle.vin === vin(1));
    expect(new Set(first.map(({ headers }) => headers['x-hm-delivery'])).size).toBe(1);
  });

  test('reordered, behind the next one', async () => {
    const { received } = await approveTwo('reordered');
    expect(received.map(({ body }) => body.vehicle.vin)).toEqual([vin(2), vin(1)]);
  });

  test('outdated, with a time of half a year ago', async () => {
    const { caller, received } = await approveTwo('outdated');
    const ages = received.map(
      ({ body }) => caller.simulator.clock.now() - Date.parse(body.event.received_at),
    );
    expect(ages.map((age) => Math.round(age / DAY))).toEqual([182, 0]);
  });
});
