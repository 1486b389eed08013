import { eventually } from '../../support/command-line';
import { quietWorkers } from '../../workflows/harness';
import type { Json } from './contract';
import { type Answer, withoutIds } from './support';
import { World } from './world';

/** Two fleets, a vehicle of each, one without a fleet, and one that nobody has. */
describe('a fleet', () => {
  let world: World;
  let ours: string;
  let theirs: string;
  let every: string;
  const vins = { ours: '', theirs: '', nobodys: '', absent: '' };

  beforeAll(async () => {
    quietWorkers();
    world = await World.create();
    await world.startWorker();
    ours = world.api.tokenFor('operate', ['ours']);
    theirs = world.api.tokenFor('operate', ['theirs']);
    every = world.api.tokenFor('operate', '*');
    for (const owner of ['ours', 'theirs', 'nobodys', 'absent'] as const) vins[owner] = world.newVin();
    await start(ours, vins.ours);
    await start(theirs, vins.theirs);
    await start(every, vins.nobodys);
    await Promise.all([vins.ours, vins.theirs, vins.nobodys].map((vin) => pending(vin)));
  });
  afterAll(() => world?.close());

  const start = (token: string, vin: string): Promise<Answer> =>
    world.call('POST', '/v1/activations', { token, body: { vin, brand: 'bmw' } });
  const read = (token: string, vin: string, query = ''): Promise<Answer> =>
    world.call('GET', `/v1/activations/${vin}${query}`, { token });
  /** An answer of the worker: a busy one may not give it in time at once. */
  const whole = (token: string, vin: string, query = ''): Promise<Answer> =>
    eventually(
      () => read(token, vin, query),
      ({ body }) => body.complete,
    );
  const pending = (vin: string): Promise<Answer> =>
    eventually(
      () => read(every, vin, '?wait=pending&timeout=20s'),
      ({ body }) => body.status === 'pending',
    );

  /** What the same request brings for this VIN, with the VIN itself taken out. */
  async function seen(vin: string, ask: (vin: string) => Promise<Answer>): Promise<Json> {
    const { text, headers, status } = withoutIds(await ask(vin));
    return { status, text: text.replaceAll(vin, 'VIN'), headers };
  }

  const routes: [string, (vin: string) => Promise<Answer>][] = [
    ['GET', (vin) => read(ours, vin)],
    ['GET with wait', (vin) => read(ours, vin, '?wait=approved&timeout=1s')],
    ['GET with wait for settled', (vin) => read(ours, vin, '?wait=settled&timeout=1s')],
    ...(
      [
        ['defleet', {}],
        ['retry', {}],
        ['resume', {}],
        ['refresh', {}],
        ['data-seen', {}],
        ['amend', { brand: 'mini' }],
        ['acknowledge', { until: '3d' }],
      ] as const
    ).map(([name, body]): [string, (vin: string) => Promise<Answer>] => [
      `POST …/${name}`,
      (vin) => world.call('POST', `/v1/activations/${vin}/${name}`, { token: ours, body }),
    ]),
  ];

  test.each(routes)(
    'is answered the same for a foreign, a fleetless and an absent vehicle: %s',
    async (_name, ask) => {
      const absent = await seen(vins.absent, ask);
      expect(absent.status).toBe(404);
      expect(await seen(vins.theirs, ask)).toEqual(absent);
      expect(await seen(vins.nobodys, ask)).toEqual(absent);
      expect((await ask(vins.ours)).status).not.toBe(404);
    },
  );

  test('is answered the same in a batch of defleets', async () => {
    const body = { vins: [vins.absent, vins.theirs, vins.nobodys] };
    await world.call('POST', '/v1/activations/defleet', {
      token: ours,
      body: { ...body, id: 'of-ours' },
    });
    const { body: read } = await eventually(
      () => world.call('GET', '/v1/batches/of-ours', { token: ours }),
      (answer) => answer.body.status === 'done',
    );
    const texts = read.rows.map(({ vin, index: _, ...row }: Json) =>
      JSON.stringify(row).replaceAll(vin, 'VIN'),
    );
    expect(texts[0]).toContain('ACTIVATION_UNKNOWN');
    expect(texts).toEqual([texts[0], texts[0], texts[0]]);
    // The batch itself is nothing to the other fleet.
    const other = world.api.tokenFor('operate', ['theirs']);
    const look = (id: string) => world.call('GET', `/v1/batches/${id}`, { token: other });
    const [foreign, none] = await Promise.all([look('of-ours'), look('of-nobody')]);
    expect([foreign.status, none.status]).toEqual([404, 404]);
    expect(foreign.body.detail.replace('of-ours', 'ID')).toBe(none.body.detail.replace('of-nobody', 'ID'));
  });

  test('is refused to start what another holds, in the same words as what belongs to no fleet', async () => {
    const foreign = await seen(vins.theirs, (vin) => start(ours, vin));
    expect([foreign.status, foreign.text]).toEqual([409, expect.stringContaining('VIN_NOT_AVAILABLE')]);
    expect(foreign.text).not.toMatch(/theirs|fleet/i);
    expect(await seen(vins.nobodys, (vin) => start(ours, vin))).toEqual(foreign);
    const items = [vins.theirs, vins.nobodys].map((vin) => ({ vin, brand: 'bmw' }));
    const { body } = await world.call('POST', '/v1/activations/batch', { token: ours, body: items });
    const texts = body.results.map(({ vin, index: _, ...result }: Json) =>
      JSON.stringify(result).replaceAll(vin, 'VIN'),
    );
    expect(texts[0]).toContain('VIN_NOT_AVAILABLE');
    expect(texts[1]).toBe(texts[0]);
    expect(world.api.logged.join('\n')).toContain('start of a held vehicle');
  });

  test('lists its own vehicles only, whatever it filters by', async () => {
    await eventually(
      async () => (await world.call('GET', '/v1/activations', { token: every })).body.activations.length,
      (count) => count >= 3,
    );
    for (const query of [
      '',
      '?all=true',
      '?status=pending&all=true',
      '?brand=bmw',
      '?brand=bmw&fleet=ours',
    ]) {
      const { body } = await world.call('GET', `/v1/activations${query}`, { token: ours });
      for (const { fleet } of body.activations) expect(fleet).toBe('ours');
    }
    const { body } = await world.call('GET', '/v1/activations?fleet=theirs', { token: every });
    expect(body.activations.map(({ vin }: Json) => vin)).toEqual([vins.theirs]);
  });

  test('cannot break out of its fleets by the name of one', async () => {
    const odd = world.api.tokenFor('read', ["x') OR Fleet IN ('theirs", "x' OR Fleet = 'theirs", 'x\\']);
    const { body } = await world.call('GET', '/v1/activations?all=true', { token: odd });
    expect(body.activations).toEqual([]);
    expect((await read(odd, vins.theirs)).status).toBe(404);
  });

  test('leaves the vehicles of others as they were', async () => {
    for (const vin of [vins.theirs, vins.nobodys]) {
      const { body } = await whole(every, vin);
      expect(body).toMatchObject({ status: 'pending', defleet: null, brand: 'bmw', acknowledgedUntil: null });
    }
  });

  test('still reads its own earlier life when another has the vehicle now, and cannot tell', async () => {
    const vin = world.newVin();
    await start(ours, vin);
    await pending(vin);
    world.simulator.setStatus(vin, 'rejected', 'unspecified');
    const ended = await eventually(
      () => read(ours, vin),
      ({ body }) => !body.active && body.complete,
    );
    const before = shownBy(ended);
    world.simulator.forget(vin);
    await start(theirs, vin);
    await pending(vin);
    expect(shownBy(await whole(ours, vin))).toEqual(before);
    expect(shownBy(await whole(ours, vin, '?wait=approved&timeout=1s'))).toEqual(before);
    const again = await world.call('POST', `/v1/activations/${vin}/defleet`, { token: ours });
    expect(again.body).toMatchObject({ outcome: 'ended', status: 'rejected' });
    expect((await whole(theirs, vin)).body).toMatchObject({ fleet: 'theirs', active: true, defleet: null });
    expect((await start(ours, vin)).body.code).toBe('VIN_NOT_AVAILABLE');
  });

  function shownBy({ status, body }: Answer): Json {
    return { status, body };
  }
});
