import { closeAll, row, stage, vin } from './support';

afterEach(closeAll);

describe('rows', () => {
  test('in another order, written differently or in another letter case are no change', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    for (const number of [1, 2, 3]) believers.believe(vin(number), 'approved');
    const rows = [1, 2, 3].map((number) => row(vin(number), 'approved', number));
    answer(rows);
    await sweep();
    answer([...rows].reverse());
    expect(await sweep()).toEqual([]);
    answer(rows.map((one) => ({ ...one, vin: one.vin.toLowerCase(), added: true })));
    expect(await sweep()).toEqual([]);
    expect(sweeper.last).toMatchObject({ changed: 0 });
    expect(believers.searches).toEqual({ some: 0, all: 0 });
  });

  test('of one vehicle: the newest counts, wherever it stands and whichever of them has changed', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(vin(1), 'rejected');
    const [first, second, third] = [
      row(vin(1), 'rejected', 1),
      row(vin(1).toLowerCase(), 'approved', 3),
      row(vin(1), 'revoked', 2),
    ];
    answer([first]);
    await sweep();
    answer([second, first]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'approved' }]);
    expect(await sweep()).toEqual([]);
    answer([second, first, third]);
    expect(await sweep()).toEqual([]);
    answer([third, first]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'revoked' }]);
    answer([first]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'rejected' }]);
  });

  test('of one vehicle: an open one counts before any that has ended, however old it is', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(vin(1), 'revoked');
    answer([row(vin(1), 'revoked', 3)]);
    await sweep();
    answer([row(vin(1), 'approved', 1), row(vin(1), 'revoked', 3)]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'approved' }]);
    answer([row(vin(1), 'revoked', 3), row(vin(1), 'revoking', 2), row(vin(1), 'rejected', 4)]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'revoking' }]);
    answer([row(vin(1), 'revoked', 3), row(vin(1), 'a new word', 1)]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'unknown' }]);
    answer([row(vin(1), 'revoked', 3), row(vin(1), 'rejected', 4)]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'rejected' }]);
  });

  test('of one vehicle are counted, and one with a time once, however often it stands there', async () => {
    const { answer, believers, sweep } = await stage();
    const timeless = { vin: vin(2), status: 'rejected' };
    for (const number of [1, 2, 3]) believers.believe(vin(number), 'pending');
    answer([
      row(vin(1), 'rejected', 1),
      row(vin(1), 'revoked', 2),
      row(vin(1), 'revoked', 2),
      timeless,
      timeless,
      row(vin(3), 'rejected', 1),
    ]);
    await sweep();
    expect([1, 2, 3].map((number) => believers.rows.get(vin(number)))).toEqual([2, 2, undefined]);
  });

  test('of one vehicle: one that cannot be read may be open, so nothing is known', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(vin(1), 'approved');
    answer([row(vin(1), 'revoked', 3), { vin: vin(1), status: 7 }]);
    expect(await sweep()).toEqual([]);
  });

  test('of one vehicle and one time: the later in the list counts, as it stands now', async () => {
    const { answer, believers, sweep } = await stage();
    believers.believe(vin(1), 'approved');
    const [first, second, other] = [
      row(vin(1), 'pending'),
      row(vin(1), 'approved'),
      row(vin(1), 'revoking', 0),
    ];
    answer([first, second]);
    expect(await sweep()).toEqual([]);
    answer([second, first, other]);
    expect(await sweep()).toEqual([{ vin: vin(1), status: 'pending' }]);
  });

  test('that are broken say nothing, and nothing is concluded from them', async () => {
    const { answer, believers, sweep, sweeper } = await stage();
    for (const number of [1, 2, 3]) believers.believe(vin(number), 'approved');
    answer([1, 2, 3].map((number) => row(vin(number), 'approved')));
    await sweep();
    // The third, and an open one of the first, may be behind the row that names nobody.
    answer([row(vin(1), 'revoked', 2), { vin: vin(2), status: 7 }, { status: 'approved' }]);
    expect(await sweep()).toEqual([]);
    expect(sweeper.last).toMatchObject({ rows: 3, broken: 2 });
    answer([row(vin(1), 'revoked', 2), row(vin(2), 'revoked', 2)]);
    expect(await sweep()).toEqual([
      { vin: vin(1), status: 'revoked' },
      { vin: vin(2), status: 'revoked' },
      { vin: vin(3), status: 'absent' },
    ]);
  });

  test('that name nobody leave a vehicle without a row to the next sweep, also in a full one', async () => {
    const { answer, believers, sweep } = await stage();
    for (const number of [1, 2]) believers.believe(vin(number), 'approved');
    answer([row(vin(1), 'revoked'), { status: 'approved' }]);
    expect(await sweep(true)).toEqual([]);
    answer([row(vin(1), 'revoked')]);
    expect(await sweep()).toEqual([
      { vin: vin(1), status: 'revoked' },
      { vin: vin(2), status: 'absent' },
    ]);
  });

  test('of things that are no VINs have no activation', async () => {
    const { answer, sweep } = await stage();
    answer([row("X' OR 1=1 --", 'approved'), row('', 'approved')]);
    expect(await sweep()).toEqual([]);
  });
});
