import { closeAll, row, stage, vin } from './support';

afterEach(closeAll);

test('a full sweep reports each kind of drift, in the order of the VINs', async () => {
  const { answer, believers, sweep, sweeper } = await stage();
  believers.believe(vin(1), 'approved');
  believers.believe(vin(2), 'approved');
  believers.believe(vin(3), 'pending');
  believers.believe(vin(4), 'pending', 'consent assignment missing');
  believers.believe(vin(5), 'error', 'brand is invalid');
  believers.believe(vin(6), 'absent');
  answer([
    row(vin(9), 'pending'),
    { ...row(vin(8), 'approved'), brand: 'mercedes-benz' },
    row(vin(7), 'revoked'),
    row(vin(5), 'revoked'),
    row(vin(4), 'pending'),
    row(vin(2), 'revoked'),
    row(vin(1), 'approved'),
  ]);
  await sweep(true);
  expect(sweeper.last?.drift).toEqual({
    unmanaged: {
      count: 2,
      first: [
        { vin: vin(8), brand: 'mercedes-benz', theirs: 'approved' },
        { vin: vin(9), brand: null, theirs: 'pending' },
      ],
    },
    lost: { count: 1, first: [{ vin: vin(3), ours: 'pending' }] },
    disagreeing: { count: 1, first: [{ vin: vin(2), ours: 'approved', theirs: 'revoked' }] },
  });
  // Another reason is told, and is no drift.
  expect(sweeper.last).toMatchObject({ full: true, differences: 3, signals: 3 });
});

test('it finds what an ordinary sweep takes for settled', async () => {
  const { answer, believers, sweep, sweeper } = await stage();
  believers.believe(vin(1), 'approved');
  answer([row(vin(1), 'approved')]);
  await sweep();
  believers.believe(vin(1), 'pending');
  believers.believe(vin(2), 'pending');
  expect(await sweep()).toEqual([]);
  expect(await sweep(true)).toEqual([
    { vin: vin(1), status: 'approved' },
    { vin: vin(2), status: 'absent' },
  ]);
  expect(sweeper.last?.drift).toMatchObject({ lost: { count: 1 }, disagreeing: { count: 1 } });
  await sweep(true);
  expect(sweeper.last?.drift).toMatchObject({ lost: { count: 0 }, disagreeing: { count: 0 } });
});

test('it names a thousand vehicles of a kind, and counts all', async () => {
  const { answer, sweep, sweeper } = await stage();
  answer(Array.from({ length: 1_500 }, (_, number) => row(vin(number), 'approved')));
  await sweep(true);
  const { count, first } = sweeper.last?.drift?.unmanaged ?? { count: 0, first: [] };
  expect([count, first.length, first[0]?.vin, first[999]?.vin]).toEqual([1_500, 1_000, vin(0), vin(999)]);
});

test('an activation that the search for all did not see yet does not leave its vehicle unmanaged', async () => {
  const { answer, believers, sweep, sweeper } = await stage();
  believers.believe(vin(1), 'approved');
  believers.all = async function* () {};
  answer([row(vin(1), 'approved'), row(vin(2), 'approved')]);
  await sweep(true);
  expect(sweeper.last?.drift?.unmanaged).toEqual({
    count: 1,
    first: [{ vin: vin(2), brand: null, theirs: 'approved' }],
  });
});

test('an activation that the search for all did not see is told by the same sweep', async () => {
  const { answer, believers, sweep } = await stage();
  believers.believe(vin(1), 'pending');
  believers.all = async function* () {};
  answer([row(vin(1), 'approved')]);
  expect(await sweep(true)).toEqual([{ vin: vin(1), status: 'approved' }]);
});

test('when the provider loses everything at once, a thousand are given up a sweep, not more', async () => {
  const { answer, believers, sweep, server } = await stage();
  for (let number = 0; number < 1_250; number++) believers.believe(vin(number), 'approved');
  answer([...believers.running.keys()].map((of) => row(of, 'approved')));
  await sweep();
  answer([]);
  expect(await sweep()).toHaveLength(1_000);
  expect(server.requests.filter(({ url }) => url.includes('filter='))).toHaveLength(10);
  expect(await sweep()).toHaveLength(250);
});
