import { callFailure, closeAll, LIST, row, stage, vin } from './support';

afterEach(closeAll);

describe('the first sweep of a process', () => {
  test('compares everything, and tells exactly those that believe something else', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    believers.believe(vin(1), 'pending');
    believers.believe(vin(2), 'approved');
    believers.believe(vin(3), 'pending', 'privacy mode is enabled');
    believers.believe(vin(4), 'approved');
    answer([
      row(vin(1), 'approved'),
      row(vin(2), 'approved'),
      row(vin(3), 'pending', 1, 'consent assignment missing'),
      row(vin(5), 'approved'),
    ]);
    expect(await sweep()).toEqual([
      { vin: vin(1), status: 'approved' },
      { vin: vin(3), status: 'pending' },
      { vin: vin(4), status: 'absent' },
    ]);
    expect(sweeper.last).toMatchObject({ rows: 4, changed: 4, differences: 3, signals: 3, drift: null });
  });

  test('tells nobody of an end that is known already', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(vin(1), 'rejected');
    answer([row(vin(1), 'rejected')]);
    expect(await sweep()).toEqual([]);
  });
});

describe('a later sweep', () => {
  test('searches for nothing when nothing has changed', async () => {
    const { answer, believers, sweep, sweeper, server } = await stage();
    const rows = [1, 2, 3].map((number) => row(vin(number), 'approved'));
    for (const one of rows) believers.believe(one.vin, 'approved');
    answer(rows);
    await sweep();
    expect(await sweep()).toEqual([]);
    expect(believers.searches).toEqual({ some: 0, all: 0 });
    expect(sweeper.last).toMatchObject({ rows: 3, changed: 0, differences: 0, signals: 0 });
    expect(server.to(LIST)).toHaveLength(2);
  });

  test('searches only for the vehicles whose rows have changed', async () => {
    const { answer, believers, sweep } = await stage();
    const rows = Array.from({ length: 300 }, (_, number) => row(vin(number), 'pending'));
    for (const one of rows) believers.believe(one.vin, 'pending');
    answer(rows);
    await sweep();
    answer(rows.with(17, row(vin(17), 'approved', 2)));
    expect(await sweep()).toEqual([{ vin: vin(17), status: 'approved' }]);
    expect(believers.searches).toEqual({ some: 1, all: 0 });
  });

  test('looks again at those that it has told, and tells them again until they know', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(vin(1), 'pending');
    answer([row(vin(1), 'pending')]);
    await sweep();
    believers.deaf.add(vin(1));
    answer([row(vin(1), 'approved', 2)]);
    const told = [{ vin: vin(1), status: 'approved' }];
    expect(await sweep()).toEqual(told);
    expect(await sweep()).toEqual(told);
    believers.deaf.clear();
    expect(await sweep()).toEqual(told);
    expect(await sweep()).toEqual([]);
    expect(believers.searches.some).toBe(1);
    await sweep();
    expect(believers.searches.some).toBe(0);
  });

  test.each(['approved', 'rejected', 'revoked', 'canceled', 'error'] as const)(
    'tells once that a vehicle is %s also where that is believed, because a webhook may have said it',
    async (status) => {
      const { answer, believers, sweep, sweeper } = await stage();
      believers.believe(vin(1), 'pending');
      answer([row(vin(1), 'pending')]);
      await sweep();
      believers.believe(vin(1), status);
      answer([row(vin(1), status, 2)]);
      expect(await sweep()).toEqual([{ vin: vin(1), status }]);
      expect(sweeper.last).toMatchObject({ differences: 0, signals: 1 });
      expect(await sweep()).toEqual([]);
    },
  );

  test('tells an activation that its vehicle has vanished from the list, once it has asked for it again', async () => {
    const { answer, believers, sweep, server } = await stage();
    believers.believe(vin(1), 'approved');
    believers.believe(vin(2), 'revoked');
    answer([row(vin(1), 'approved'), row(vin(2), 'revoked')]);
    await sweep();
    answer([]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'absent' }]);
    expect(server.to(LIST).map(({ url }) => url.includes('filter='))).toEqual([false, false, true]);
    expect(await sweep()).toEqual([]);
    answer([row(vin(1), 'approved')]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'approved' }]);
  });

  test('a vehicle that only the list has lost is not given up', async () => {
    const { answer, believers, sweep, server } = await stage();
    believers.believe(vin(1), 'approved');
    answer([row(vin(1), 'approved')]);
    await sweep();
    answer({
      raw: (response) => {
        const isFiltered = server.requests.at(-1)?.url.includes('filter=');
        response.end(JSON.stringify(isFiltered ? [row(vin(1), 'approved')] : []));
      },
    });
    expect(await sweep()).toEqual([]);
    expect(believers.statusOf(vin(1))).toBe('approved');
  });

  test('an activation that has begun just now is not told that its vehicle is absent', async () => {
    const { answer, believers, sweep } = await stage();
    believers.running.set(vin(1), { vin: vin(1), status: 'pending', reason: null, startedAt: Date.now() });
    answer([]);
    expect(await sweep(true)).toEqual([]);
  });

  test('an end that was forgotten by nobody is no reason to tell', async () => {
    const { answer, sweep, sweeper } = await stage();
    answer([row(vin(1), 'approved')]);
    await sweep();
    answer([row(vin(1), 'revoked', 2), row(vin(2), 'approved')]);
    expect(await sweep()).toEqual([]);
    expect(sweeper.last).toMatchObject({ changed: 2, differences: 0, signals: 0 });
  });

  test('many changes at once are found by going through all activations', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    const rows = (status: string, day: number) =>
      Array.from({ length: 5_001 }, (_, number) => row(vin(number), status, day));
    for (const { vin: of } of rows('pending', 1)) believers.believe(of, 'pending');
    answer(rows('pending', 1));
    await sweep();
    answer(rows('approved', 2));
    expect(await sweep()).toHaveLength(5_001);
    expect(believers.searches).toEqual({ some: 0, all: 1 });
    expect(sweeper.last).toMatchObject({ changed: 5_001, differences: 5_001, signals: 5_001 });
  });
});

describe('an activation that cannot be told', () => {
  const FULL = callFailure(3, 'exceeded workflow execution limit for signal events');
  const AWAY = callFailure(14, 'connect ECONNREFUSED');

  test('is counted, with the words of the server and nothing else, and all others are told', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    const rows = Array.from({ length: 200 }, (_, number) => row(vin(number), 'approved'));
    for (const one of rows) believers.believe(one.vin, 'pending');
    believers.refusing.set(vin(3), FULL);
    answer(rows);
    expect(await sweep(true)).toHaveLength(199);
    const untold = {
      count: 1,
      first: [{ vin: vin(3), problem: 'exceeded workflow execution limit for signal events' }],
    };
    expect(sweeper.last).toMatchObject({ differences: 199, signals: 199, untold });
    expect(JSON.stringify(sweeper.last)).not.toContain('an-api-key');
  });

  test('stays with the next sweep until it takes it', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    believers.believe(vin(1), 'pending');
    answer([row(vin(1), 'pending')]);
    await sweep();
    answer([row(vin(1), 'revoked', 2)]);
    believers.refusing.set(vin(1), FULL);
    for (const _ of [1, 2]) {
      expect(await sweep()).toEqual([]);
      expect(sweeper.last).toMatchObject({ differences: 0, signals: 0, untold: { count: 1 } });
    }
    believers.refusing.clear();
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'revoked' }]);
    expect(await sweep()).toEqual([]);
    expect(sweeper.last).toMatchObject({ untold: { count: 0, first: [] } });
  });

  test('of news that it believes already hears them of the next sweep', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(vin(1), 'pending');
    answer([row(vin(1), 'pending')]);
    await sweep();
    believers.believe(vin(1), 'approved');
    answer([row(vin(1), 'approved', 2)]);
    believers.refusing.set(vin(1), FULL);
    expect(await sweep()).toEqual([]);
    believers.refusing.clear();
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'approved' }]);
    expect(await sweep()).toEqual([]);
  });

  test('because the server failed this once, ends no sweep', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    const rows = Array.from({ length: 60 }, (_, number) => row(vin(number), 'approved'));
    for (const one of rows) believers.believe(one.vin, 'pending');
    for (const one of rows.filter((_, index) => index % 5 === 0)) believers.refusing.set(one.vin, AWAY);
    answer(rows);
    expect(await sweep()).toHaveLength(48);
    expect(sweeper.last).toMatchObject({ untold: { count: 12 } });
  });

  test('nor any other because the server is away ends the sweep, and the next one tells all', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    const rows = Array.from({ length: 60 }, (_, number) => row(vin(number), 'approved'));
    for (const one of rows) {
      believers.believe(one.vin, 'pending');
      believers.refusing.set(one.vin, AWAY);
    }
    answer(rows);
    await expect(sweep()).rejects.toBe(AWAY);
    expect(sweeper.last).toBeNull();
    believers.refusing.clear();
    expect(await sweep()).toHaveLength(60);
  });
});

test('an activation is told with a time before the list was read, also of an absence that was confirmed', async () => {
  const { answer, believers, sweeper } = await stage();
  believers.believe(vin(1), 'pending');
  believers.believe(vin(2), 'approved');
  answer([row(vin(1), 'approved')]);
  await sweeper.sweep({ full: false, begun: 1_700_000_000_000 });
  expect(believers.take()).toHaveLength(2);
  expect([...believers.begun]).toEqual([1_700_000_000_000]);
});

test('sweeps at the same time wait for each other', async () => {
  const { answer, believers, sweeper, server } = await stage();
  believers.believe(vin(1), 'pending');
  answer([row(vin(1), 'approved')]);
  const summaries = await Promise.all([1, 2, 3].map(() => sweeper.sweep({ full: false })));
  expect(summaries.map(({ signals }) => signals)).toEqual([1, 0, 0]);
  expect(server.to(LIST)).toHaveLength(3);
});

test('a sweep that is told to stop stops, and the next one goes on', async () => {
  const { answer, believers, sweeper, sweep } = await stage();
  for (let number = 0; number < 250; number++) believers.believe(vin(number), 'pending');
  answer([...believers.running.keys()].map((of) => row(of, 'pending')));
  await sweep();
  answer([...believers.running.keys()].map((of) => row(of, 'approved', 2)));
  const stop = new AbortController();
  const onProgress = ({ compared }: { compared: number }): void => {
    if (compared > 0) stop.abort(new Error('told to stop'));
  };
  await expect(sweeper.sweep({ full: false, signal: stop.signal, onProgress })).rejects.toThrow(
    'told to stop',
  );
  expect(believers.take()).toHaveLength(100);
  expect(await sweep()).toHaveLength(150);
  expect(new Set([...believers.running.values()].map(({ status }) => status))).toEqual(new Set(['approved']));
});

test('it says how far it is, and what came of it', async () => {
  const phases: string[] = [];
  const swept: unknown[] = [];
  const { answer, believers, sweeper } = await stage({ onSwept: (summary) => swept.push(summary) });
  believers.believe(vin(1), 'approved');
  believers.believe(vin(5_000), 'approved');
  answer(Array.from({ length: 2_000 }, (_, number) => row(vin(number), 'approved')));
  const onProgress = ({ phase }: { phase: string }): void => {
    if (phases.at(-1) !== phase) phases.push(phase);
  };
  const summary = await sweeper.sweep({ full: false, onProgress });
  expect(phases.slice(0, 2)).toEqual(['reading the list', 'comparing']);
  expect(phases).toContain('confirming absences');
  expect(swept).toEqual([summary]);
  expect(sweeper.last).toBe(summary);
});
