import { VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();
const { post } = here;

const START = '/v1/activations';

describe('a batch', () => {
  const vinOf = (index: number) => `WBA8E9G50GN${String(index).padStart(6, '0')}`;

  test('has a result for each item, in order; bad ones stop nobody', async () => {
    here.activations.active.add(vinOf(1));
    const answer = await post(`${START}/batch`, [
      { vin: vinOf(0), brand: 'bmw' },
      { vin: vinOf(1), brand: 'bmw' },
      { vin: 'SHORT', brand: 'bmw' },
      'text',
      { vin: vinOf(0).toLowerCase(), brand: 'mini' },
      { vin: vinOf(5), brand: 'bmw', colour: 'red' },
      { vin: vinOf(6), brand: 'bmw' },
    ]);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ started: 2, alreadyActive: 1, refused: 4 });
    const told = answer.body.results.map(
      ({
        index,
        outcome,
        problem,
      }: {
        index: number;
        outcome: string;
        problem?: { errors: [{ pointer: string }] };
      }) => `${index} ${problem?.errors[0].pointer ?? outcome}`,
    );
    expect(told).toEqual([
      '0 started',
      '1 already-active',
      '2 #/2/vin',
      '3 #/3',
      '4 #/4/vin',
      '5 #/5/colour',
      '6 started',
    ]);
    expect(answer.body.results[4].problem.errors[0].detail).toBe('is already item 0');
  });

  test('has 1 to 1,000 items', async () => {
    const items = Array.from({ length: 1_001 }, (_, index) => ({ vin: vinOf(index), brand: 'bmw' }));
    expect((await post(`${START}/batch`, items)).status).toBe(422);
    expect((await post(`${START}/batch`, [])).status).toBe(422);
    const answer = await post(`${START}/batch`, items.slice(1));
    expect(answer.body).toMatchObject({ started: 1_000, refused: 0 });
    expect(answer.body.results.map(({ vin }: { vin: string }) => vin)).toEqual(
      items.slice(1).map(({ vin }) => vin),
    );
    const vins = items.map(({ vin }) => vin);
    expect((await post(`${START}/defleet`, { vins })).status).toBe(422);
    expect((await post(`${START}/defleet`, { vins: vins.slice(1) })).body.counts.vehicles).toBe(1_000);
  });
});

describe('a batch of messages', () => {
  const vins = [VIN, 'WBA8E9G50GNT00002', 'SHORT', VIN.toLowerCase()];
  const send = (more: object = {}) =>
    post(`${START}/defleet`, { vins, id: 'return-1', reason: 'sold', ...more });

  test('is durable when it is answered, says where it is read, and is for each vehicle once', async () => {
    const notAfter = new Date(Date.now() + 60_000).toISOString();
    const answer = await send({ notAfter, by: 'jane' });
    expect([answer.status, answer.headers['location']]).toEqual([202, '/v1/batches/return-1']);
    expect(answer.body).toMatchObject({
      id: 'return-1',
      message: 'defleet',
      by: 'jane (operate of *)',
      counts: { vehicles: 3 },
    });
    expect(here.activations.asked.map(({ given }) => given[1])).toMatchObject([
      { request: { reason: 'sold' }, notAfter, members: [{ vin: VIN }, {}, { vin: 'SHORT', error: {} }] },
    ]);
  });

  test('is read in pages, with a row for each vehicle', async () => {
    await send();
    const first = await here.api.call('GET', '/v1/batches/return-1?limit=2');
    expect([first.status, first.body.next, first.body.complete]).toEqual([200, '2', true]);
    expect(first.body.rows).toMatchObject([
      { index: 0, vin: VIN, outcome: 'taken' },
      { index: 1, outcome: 'taken' },
    ]);
    const second = await here.api.call('GET', '/v1/batches/return-1?limit=2&cursor=2');
    expect([second.body.next, second.body.rows]).toMatchObject([
      null,
      [{ index: 2, vin: 'SHORT', outcome: 'failed', code: 'VIN_INVALID' }],
    ]);
    const wrong = await here.api.call('GET', '/v1/batches/return-1?cursor=x');
    expect([wrong.status, wrong.body.errors[0].parameter]).toEqual([422, 'cursor']);
    expect((await here.api.call('GET', '/v1/batches/other')).body.code).toBe('BATCH_UNKNOWN');
  });

  test('is read where its answer says, also by the longest id that it may have', async () => {
    const { headers, status } = await send({ id: '%'.repeat(200) });
    expect(status).toBe(202);
    const read = await here.api.call('GET', String(headers['location']));
    expect([read.status, read.body.id]).toEqual([200, '%'.repeat(200)]);
  });

  test('without a worker is read all the same: its counts', async () => {
    await send();
    here.activations.unanswered = true;
    const { status, body } = await here.api.call('GET', '/v1/batches/return-1');
    expect([status, body.complete, body.rows, body.next, body.counts.vehicles]).toEqual([
      200,
      false,
      [],
      null,
      3,
    ]);
  });

  test('is the same when it is sent again with its id, and another one is refused', async () => {
    await send();
    expect((await send()).status).toBe(202);
    const header = { 'Idempotency-Key': 'return-1' };
    const again = await here.api.call('POST', `${START}/defleet`, {
      body: { vins, reason: 'sold' },
      headers: header,
    });
    expect(again.body.id).toBe('return-1');
    expect(here.activations.asked.filter(({ method }) => method === 'batch')).toHaveLength(1);
    for (const other of [{ reason: 'lost' }, { vins: [VIN] }]) {
      const refused = await send(other);
      expect([refused.status, refused.body.code]).toEqual([409, 'BATCH_ID_TAKEN']);
    }
  });

  test('can be stopped', async () => {
    await send();
    const stopped = await here.api.call('POST', '/v1/batches/return-1/stop');
    expect([stopped.status, stopped.body]).toMatchObject([
      202,
      { status: 'stopped', stoppedBy: 'operate of *' },
    ]);
    expect((await here.api.call('POST', '/v1/batches/other/stop')).status).toBe(404);
  });
});
