import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/command-line';
import { quietWorkers } from '../../workflows/harness';
import type { Json } from './contract';
import type { Answer, Sent } from './support';
import { World } from './world';

/** Where a busy server took a start and did not answer in time, it was asked again. */
const STARTED = expect.stringMatching(/^(started|already-active)$/);

/** The API on a real Temporal server, with a worker and the simulator behind it. */
describe('the HTTP API', () => {
  let world: World;
  let token: string;

  beforeAll(async () => {
    quietWorkers();
    world = await World.create();
    await world.startWorker();
    token = world.api.tokenFor('operate', ['acme']);
  });
  afterAll(() => world?.close());

  const call = (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
    world.call(method, `/v1/activations${path}`, { token, ...sent });
  const start = async (vin: string, brand = 'bmw'): Promise<Answer> =>
    call('POST', '', { body: { vin, brand } });
  /** @param isWanted what it has to be besides: a webhook's word comes before it is confirmed. */
  const until = (
    vin: string,
    wanted: string,
    isWanted: (body: Json) => boolean = () => true,
  ): Promise<Answer> =>
    eventually(
      () => call('GET', `/${vin}?wait=${wanted}&timeout=20s`),
      ({ body }) => wanted.split(',').includes(body.status) && isWanted(body),
    );
  const isSettled = ({ complete, settled }: Json): boolean => complete && settled;

  /** A message, asked again with its id until a worker has taken it in: on a busy machine it is queued at first. */
  const send = (vin: string, kind: string, body: object = {}): Promise<Answer> => {
    const same = { body: { ...body, id: randomUUID() } };
    return eventually(
      () => call('POST', `/${vin}/${kind}`, same),
      ({ status }) => status !== 202,
    );
  };
  const whole = (vin: string): Promise<Answer> =>
    eventually(
      () => call('GET', `/${vin}`),
      ({ body }) => body.complete,
    );

  test('starts a vehicle once, however often it is asked', async () => {
    const vin = world.newVin();
    const first = await start(vin);
    expect([first.status, first.body.outcome, first.body.activation]).toEqual([
      202,
      STARTED,
      expect.objectContaining({ vin, brand: 'bmw', fleet: 'acme', active: true }),
    ]);
    const again = await Promise.all(Array.from({ length: 10 }, () => start(vin)));
    expect(new Set(again.map(({ body }) => body.outcome))).toEqual(new Set(['already-active']));
    await until(vin, 'pending');
    const posts = world.simulator.ledger.calls.filter(
      ({ method, vins }) => method === 'POST' && vins.includes(vin),
    );
    expect(posts).toHaveLength(1);
    expect((await call('GET', first.headers['location']?.slice(15) as string)).body.vin).toBe(vin);
  });

  test('of twenty starts at the same time one starts, and all are accepted', async () => {
    const vin = world.newVin();
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(vin)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(answers.filter(({ body }) => body.outcome === 'started').length).toBeLessThanOrEqual(1);
    await until(vin, 'pending');
    const lives = await eventually(
      () => call('GET', '?limit=200&all=true'),
      ({ body }) => body.activations.some((row: Json) => row.vin === vin),
    );
    expect(lives.body.activations.filter((row: Json) => row.vin === vin)).toHaveLength(1);
  });

  test('shows the whole view, with exactly the documented fields', async () => {
    const vin = world.newVin();
    await start(vin);
    world.simulator.setStatus(vin, 'pending');
    await until(vin, 'pending');
    const { body } = await whole(vin);
    expect(body).toMatchObject({
      vin,
      fleet: 'acme',
      provider: 'high-mobility',
      active: true,
      complete: true,
      step: 'waiting',
      history: expect.arrayContaining([expect.objectContaining({ source: 'submit', status: 'pending' })]),
    });
    const schema = (await world.call('GET', '/openapi.json')).body.components.schemas.Activation;
    expect(Object.keys(body).sort()).toEqual(Object.keys(schema.properties).sort());
  });

  test('starts a batch with bad items, and the same batch again changes nothing', async () => {
    const vins = Array.from({ length: 30 }, () => world.newVin());
    const items: Json[] = vins.map((vin) => ({ vin, brand: 'bmw' }));
    items.splice(3, 0, { vin: 'SHORT', brand: 'bmw' });
    items.splice(7, 0, { vin: vins[0], brand: 'mini' });
    items.push({ vin: world.newVin(), brand: 'volkswagen' }, 'text', {
      vin: world.newVin(),
      brand: 'x',
      fleet: 'beta',
    });
    const first = await call('POST', '/batch', { body: items });
    expect([first.status, first.body.started, first.body.alreadyActive, first.body.refused]).toEqual([
      202, 30, 0, 5,
    ]);
    expect(first.body.results.map(({ index }: Json) => index)).toEqual(items.map((_, index) => index));
    const again = await call('POST', '/batch', { body: items });
    expect([again.body.started, again.body.alreadyActive, again.body.refused]).toEqual([0, 30, 5]);
    const refused = ({ body }: Answer) =>
      body.results.filter(({ outcome }: Json) => outcome === 'refused').map(({ index }: Json) => index);
    expect(refused(again)).toEqual(refused(first));
    expect(refused(first)).toEqual([3, 7, 32, 33, 34]);
  });

  test('waits until the clearance is approved, and answers then', async () => {
    const vin = world.newVin();
    await start(vin);
    await until(vin, 'pending');
    const waiting = call('GET', `/${vin}?wait=approved,rejected&timeout=60s`);
    world.simulator.setStatus(vin, 'approved');
    expect((await waiting).status).toBe(200);
    // A busy machine may take longer than the longest wait.
    const { status, body } = await until(vin, 'approved', isSettled);
    expect([status, body.status]).toEqual([200, 'approved']);
  });

  test('answers with what is known when the time to wait is over', async () => {
    const vin = world.newVin();
    await start(vin);
    await until(vin, 'pending');
    const { status, body } = await call('GET', `/${vin}?wait=revoked&timeout=300ms`);
    expect([status, body.status]).toEqual([200, 'pending']);
  });

  test('waits until nothing more happens by itself, whatever the status is then', async () => {
    const vin = world.newVin();
    await start(vin);
    await until(vin, 'pending');
    const waiting = call('GET', `/${vin}?wait=settled&timeout=60s`);
    world.simulator.setStatus(vin, 'rejected', 'vehicle is not eligible');
    expect((await waiting).status).toBe(200);
    await until(vin, 'rejected', isSettled);
  });

  test('defleets, waits for the end, and finds it done when asked again', async () => {
    const vin = world.newVin();
    await start(vin);
    await until(vin, 'pending');
    world.simulator.setStatus(vin, 'approved');
    await until(vin, 'approved');
    const left = await send(vin, 'defleet', { by: 'jane', reason: 'sold' });
    expect([left.status, left.body.outcome]).toEqual([200, 'taken']);
    await until(vin, 'revoking');
    world.simulator.setStatus(vin, 'revoked');
    const { body } = await eventually(
      () => call('GET', `/${vin}?wait=revoked&timeout=20s`),
      (answer) => !answer.body.active && answer.body.complete,
    );
    expect(body).toMatchObject({
      status: 'revoked',
      step: 'ended',
      defleet: { by: 'jane (operate of acme)', reason: 'sold' },
    });
    expect((await call('POST', `/${vin}/defleet`)).body).toMatchObject({
      outcome: 'ended',
      status: 'revoked',
    });
    const late = await call('POST', `/${vin}/retry`);
    expect([late.status, late.body.code]).toEqual([409, 'ACTIVATION_ENDED']);
    expect((await start(vin)).body.outcome).toEqual(STARTED);
  });

  test('defleets a batch: each VIN has its own outcome', async () => {
    const vins = [world.newVin(), world.newVin()];
    for (const vin of vins) await start(vin);
    const absent = world.newVin();
    const sent = await call('POST', '/defleet', { body: { vins: [...vins, absent, 'SHORT'] } });
    expect(sent.status).toBe(202);
    const { body } = await eventually(
      () => world.call('GET', String(sent.headers['location'])),
      (answer) => answer.body.status === 'done',
    );
    expect(body.counts).toMatchObject({ taken: 2, 'not-found': 1, failed: 1, todo: 0, problems: 2 });
    expect(body.rows.map(({ code }: Json) => code)).toEqual([
      null,
      null,
      'ACTIVATION_UNKNOWN',
      'VIN_INVALID',
    ]);
  });

  test('hands messages to the activation, and its refusals back', async () => {
    const vin = world.newVin();
    await start(vin);
    await until(vin, 'pending');
    expect((await send(vin, 'retry')).status).toBe(200);
    expect((await send(vin, 'amend', { tags: { centre: '4711' } })).status).toBe(200);
    expect((await send(vin, 'acknowledge', { until: '3d' })).status).toBe(200);
    const resumed = await send(vin, 'resume');
    expect([resumed.status, resumed.body.code]).toEqual([409, 'MESSAGE_REFUSED']);
    expect(resumed.body.detail).toContain('not parked');
    const brand = await send(vin, 'amend', { brand: 'MINI' });
    expect([brand.status, brand.body.detail]).toEqual([
      409,
      expect.stringContaining('its brand cannot change'),
    ]);
    expect((await whole(vin)).body).toMatchObject({ tags: { centre: '4711' }, brand: 'bmw' });
  });

  test('lists page by page, each activation once, and no other', async () => {
    const lister = world.api.tokenFor('operate', ['pages']);
    const vins = Array.from({ length: 27 }, () => world.newVin());
    const items = vins.map((vin) => ({ vin, brand: 'bmw' }));
    await world.call('POST', '/v1/activations/batch', { token: lister, body: items });
    const turn = async (query: string) => {
      const pages: Json[] = [];
      for (let cursor = ''; ; ) {
        const { body } = await call('GET', `?${query}${cursor}`, { token: lister });
        pages.push(body.activations);
        if (body.next === null) return pages;
        cursor = `&cursor=${body.next}`;
      }
    };
    const pages = await eventually(
      () => turn('limit=10'),
      (found) => found.flat().length === 27,
    );
    expect(pages.slice(0, 3).map((page) => page.length)).toEqual([10, 10, 7]);
    expect(
      pages
        .flat()
        .map(({ vin }: Json) => vin)
        .sort(),
    ).toEqual([...vins].sort());
    expect((await turn('brand=MINI')).flat()).toEqual([]);
    expect((await turn('attention=true')).flat()).toEqual([]);
    expect((await turn('attention=false&overdue=false&brand=BMW&all=true')).flat()).toHaveLength(27);
  });

  test('lists by status, and those that have ended only when asked', async () => {
    const lister = world.api.tokenFor('operate', ['ends']);
    const vin = world.newVin();
    await call('POST', '', { token: lister, body: { vin, brand: 'bmw' } });
    const listed = async (query: string) =>
      (await call('GET', `?${query}`, { token: lister })).body.activations.map(
        ({ status, active }: Json) => `${status} ${active}`,
      );
    await eventually(
      () => listed('status=pending'),
      ([found]) => found === 'pending true',
    );
    world.simulator.setStatus(vin, 'rejected', 'unspecified');
    await eventually(
      () => listed(''),
      (found) => found.length === 0,
    );
    expect(await listed('all=true')).toEqual(['rejected false']);
    expect(await listed('all=true&status=pending')).toEqual([]);
    const { body } = await call('GET', '?all=true&reason=unspecified&inTrouble=false&olderThan=1ms', {
      token: lister,
    });
    expect(body.activations).toEqual([
      expect.objectContaining({ vin, reason: 'unspecified', step: 'ended', owner: null, approvedAt: null }),
    ]);
    const [{ since, reasonSince, changedAt, startedAt }] = body.activations;
    expect(new Date(since) > new Date(startedAt)).toBe(true);
    expect(new Date(reasonSince) <= new Date(changedAt)).toBe(true);
    const ended = await eventually(
      () => call('GET', `/${vin}`, { token: lister }),
      (answer) => answer.body.complete,
    );
    expect(ended.body).toMatchObject({ step: 'ended', reasonSince, changedAt });
    expect(ended.body.history).not.toEqual([]);
  });

  test('takes a cursor only with its own search, and no made up one', async () => {
    const { body } = await eventually(
      () => call('GET', '?limit=1'),
      (answer) => answer.body.next !== null,
    );
    const status = async (query: string) => (await call('GET', query)).status;
    expect(await status(`?limit=1&cursor=${body.next}`)).toBe(200);
    expect(await status(`?limit=5&cursor=${body.next}`)).toBe(200);
    expect(await status(`?limit=1&brand=bmw&cursor=${body.next}`)).toBe(422);
    const other = world.api.tokenFor('operate', ['acme']);
    expect((await call('GET', `?limit=1&cursor=${body.next}`, { token: other })).status).toBe(422);
    const bytes = Buffer.from(body.next, 'base64url');
    for (let place = 0; place < bytes.length; place += 5) {
      const bad = Buffer.from(bytes);
      bad[place] = (bad[place] ?? 0) ^ 1;
      expect(await status(`?limit=1&cursor=${bad.toString('base64url')}`)).toBe(422);
      expect(await status(`?limit=1&cursor=${bytes.subarray(0, place).toString('base64url')}`)).toBe(422);
    }
  });

  test('starts without a worker, and keeps messages until one comes', async () => {
    await world.stopWorker();
    try {
      const vin = world.newVin();
      expect((await start(vin)).body.outcome).toEqual(STARTED);
      const seen = await call('GET', `/${vin}`);
      expect([seen.status, seen.body.complete, seen.body.active]).toEqual([200, false, true]);
      const answer = await call('POST', `/${vin}/defleet`, { body: { id: 'return-1' } });
      expect([answer.status, answer.body.outcome, answer.body.id]).toEqual([202, 'queued', 'return-1']);
      expect(Date.parse(answer.body.countsUntil)).toBeGreaterThan(Date.now());
      await world.startWorker();
      const { body } = await eventually(
        () => call('GET', `/${vin}`),
        (seen) => seen.body.active === false && seen.body.complete,
      );
      expect(body.defleet).toMatchObject({ by: 'operate of acme' });
      expect(
        world.simulator.ledger.calls.filter(({ method, vins }) => method === 'POST' && vins.includes(vin)),
      ).toEqual([]);
    } finally {
      await world.stopWorker();
      await world.startWorker();
    }
  });
});
