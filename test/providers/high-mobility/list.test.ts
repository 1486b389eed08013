import type { SkippedRow } from '../../../src/providers/shared/rows';
import { closeAll, connect, failureOf, VIN } from './harness';
import { listing, OTHER, ROUTE, row } from './rows';

afterEach(closeAll);

test('reads every row, tolerant of what it does not know and of what is missing', async () => {
  const { client } = await connect(
    listing(
      {
        vin: VIN,
        status: 'rejected',
        brand: 'a-new-brand',
        tags: { fleet: 'north', count: 7 },
        a_new_key: {},
        changelog: [
          { timestamp: '2025-01-22T10:42:14.094533Z', status: 'rejected', reason: 'Privacy mode is enabled' },
          { timestamp: '2025-01-20T08:00:00', status: 'pending', reason: 'waiting' },
        ],
      },
      { vin: OTHER, status: 'pending' },
    ),
  );
  expect(await client.list()).toEqual([
    {
      vin: VIN,
      status: 'rejected',
      reason: 'Privacy mode is enabled',
      brand: 'a-new-brand',
      tags: { fleet: 'north' },
      changelog: [
        { status: 'pending', reason: 'waiting', at: Date.UTC(2025, 0, 20, 8) },
        { status: 'rejected', reason: 'Privacy mode is enabled', at: Date.UTC(2025, 0, 22, 10, 42, 14, 94) },
      ],
      newestChange: Date.UTC(2025, 0, 22, 10, 42, 14, 94),
    },
    { vin: OTHER, status: 'pending', reason: null, brand: null, tags: {}, changelog: [], newestChange: null },
  ]);
});

test('the reason is that of the newest entry with the present status', async () => {
  const { client } = await connect(
    listing({
      vin: VIN,
      status: 'pending',
      changelog: [
        { timestamp: '2025-01-03T00:00:00', status: 'pending', reason: 'newest' },
        { timestamp: '2025-01-01T00:00:00', status: 'pending', reason: 'oldest' },
        { timestamp: '2025-01-04T00:00:00', status: 'approved', reason: 'of another status' },
      ],
    }),
  );
  expect((await client.list())[0]?.reason).toBe('newest');
});

test('a reason that was taken back is no reason', async () => {
  const { client } = await connect(
    listing({
      vin: VIN,
      status: 'pending',
      changelog: [
        { timestamp: '2025-01-01T00:00:00', status: 'pending', reason: 'consent assignment missing' },
        { timestamp: '2025-01-02T00:00:00', status: 'pending' },
      ],
    }),
  );
  expect((await client.list())[0]?.reason).toBeNull();
});

describe('a reason beside the status of a row', () => {
  const beside = (reason: unknown, ...changelog: unknown[]) => ({
    vin: VIN,
    status: 'rejected',
    reason,
    changelog,
  });
  const entry = (day: number, status: string, reason?: string) => ({
    timestamp: `2025-01-0${day}T00:00:00`,
    status,
    reason,
  });
  const WORDS = 'privacy mode is enabled';

  test.each<[string, unknown, string | null]>([
    ['counts where there is no changelog', beside(WORDS), WORDS],
    ['counts where no entry has this status', beside(WORDS, entry(1, 'pending', 'another')), WORDS],
    ['counts where the entry has no words', beside(WORDS, entry(1, 'rejected')), WORDS],
    ['counts where the entry has blank words', beside(WORDS, entry(1, 'rejected', ' ')), WORDS],
    ['gives way to the newest entry with the status', beside('x', entry(1, 'rejected', WORDS)), WORDS],
    ['is nothing where it is blank', beside('  ', entry(1, 'rejected')), null],
    ['is nothing where it is no text', beside({ words: WORDS }, entry(1, 'rejected')), null],
  ])('%s, in the list and the sweep alike', async (_, body, reason) => {
    const { client } = await connect(listing(body));
    expect((await client.list())[0]?.reason).toBe(reason);
    const swept: unknown[] = [];
    await client.scan((listed) => swept.push(listed.read()?.clearance?.reason));
    expect(swept).toEqual([reason]);
  });
});

test('an entry without a readable time is left out, but its reason is kept when no other tells it', async () => {
  const { client } = await connect(
    listing({
      vin: VIN,
      status: 'rejected',
      changelog: [
        { timestamp: 'yesterday', status: 'rejected', reason: 'vehicle not eligible' },
        { timestamp: '2025-01-02T00:00:00', status: 'pending' },
        'not an entry',
      ],
    }),
  );
  const [clearance] = await client.list();
  expect(clearance?.reason).toBe('vehicle not eligible');
  expect(clearance?.changelog.map((entry) => entry.status)).toEqual(['pending']);
});

test.each(['paused', 'absent', 'unknown'])(
  'the status "%s", which is none of the API, is unknown and its word is kept',
  async (word) => {
    const { client } = await connect(
      listing({
        vin: VIN,
        status: word,
        changelog: [{ timestamp: '2025-01-01T00:00:00', status: word, reason: 'why' }],
      }),
    );
    const [clearance] = await client.list();
    expect(clearance).toMatchObject({ status: 'unknown', reason: `${word}: why` });
    expect(clearance?.changelog[0]).toMatchObject({ status: 'unknown', reason: `${word}: why` });
  },
);

test('of several rows of one VIN the newest changelog counts, wherever it stands and however it is spelled', async () => {
  const { client } = await connect(
    listing(
      row(VIN, 'approved', '2025-02-01T00:00:00Z', '2025-03-01T00:00:00Z'),
      row(OTHER, 'pending', '2025-01-01T00:00:00Z'),
      row(VIN.toLowerCase(), 'revoked', '2025-02-02T00:00:00Z'),
      row(VIN, 'error'),
    ),
  );
  expect((await client.list()).map(({ vin, status }) => [vin, status])).toEqual([
    [VIN, 'approved'],
    [OTHER, 'pending'],
  ]);
});

test('of rows that are equally new the last counts', async () => {
  const same = '2025-02-01T00:00:00Z';
  const { client } = await connect(
    listing(
      row(VIN, 'pending', same),
      row(VIN, 'approved', same),
      row(OTHER, 'rejected'),
      row(OTHER, 'revoked'),
    ),
  );
  expect((await client.list()).map(({ status }) => status)).toEqual(['approved', 'revoked']);
});

describe('of several rows of a VIN an open one counts before any that has ended', () => {
  const [old, recent] = ['2025-01-01T00:00:00Z', '2025-03-01T00:00:00Z'];
  const unreadable = { vin: VIN, status: { is: 'approved' } };

  test.each<[string, unknown]>([
    ...['pending', 'approved', 'revoking', 'canceling'].map((word): [string, unknown] => [
      word,
      row(VIN, word, old),
    ]),
    ['unknown', row(VIN, 'a new word', old)],
    ['approved', row(VIN, 'approved')],
    ['unknown', unreadable],
  ])('%s, however old it is and wherever it stands: %j', async (status, open) => {
    for (const ended of ['rejected', 'revoked', 'canceled', 'error']) {
      const rows = [row(VIN, ended, recent), open, row(VIN, ended, old)];
      for (const list of [rows, rows.toReversed()]) {
        const { client } = await connect(listing(...list));
        expect(await client.list({ vins: [VIN] })).toMatchObject([
          { status, newestChange: Date.parse(recent) },
        ]);
      }
    }
  });

  test('of several open ones the newest', async () => {
    const { client } = await connect(listing(row(VIN, 'approved', recent), row(VIN, 'pending', old)));
    expect(await client.list()).toMatchObject([{ status: 'approved' }]);
  });
});

describe('a row that stands in the list twice', () => {
  const counted = async (...rows: readonly unknown[]): Promise<number | undefined> => {
    const { client } = await connect(listing(...rows));
    return (await client.list())[0]?.rows;
  };
  const [created, over] = ['2025-01-01T07:12:03Z', '2025-01-01T07:12:04Z'];

  test('is one, wherever the copy stands', async () => {
    const one = row(VIN, 'rejected', created, over);
    expect(await counted(one, row(VIN, 'revoked', created), one)).toBe(2);
    expect(await counted(one, one)).toBeUndefined();
  });

  test('is two where it has another time', async () => {
    expect(await counted(row(VIN, 'rejected', created), row(VIN, 'rejected', over))).toBe(2);
  });

  test('is two where it tells no time of the day: two requests of one day may say the same', async () => {
    const day = row(VIN, 'rejected', '2025-01-01T00:00:00Z');
    expect(await counted(day, day)).toBe(2);
    const timeless = row(VIN, 'rejected');
    expect(await counted(timeless, timeless)).toBe(2);
  });
});

test('says when any row of a VIN last changed, also where another one counts', async () => {
  const { client } = await connect(
    listing(
      row(VIN, 'approved', '2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z'),
      row(VIN, 'revoked', '2025-02-01T00:00:00Z'),
      row(VIN, 'rejected'),
      row(OTHER, 'pending'),
    ),
  );
  const found = await client.list();
  expect(found.map(({ newestChange }) => newestChange)).toEqual([Date.UTC(2025, 1, 1), null]);
  expect(found[0]?.changelog.at(-1)?.at).toBe(Date.UTC(2025, 0, 2));
});

test('tags of any kind never lose their row, and those that are texts are kept', async () => {
  const shapes: unknown[] = [
    undefined,
    null,
    7,
    'x',
    [],
    ['a'],
    {},
    { a: 1, b: { c: [] } },
    { fleet: 'north' },
  ];
  const rows = shapes.map((tags, index) => ({
    vin: `WVWZZZ1KZAW00000${index}`,
    status: 'approved',
    brand: index === 0 ? { not: 'a text' } : 'audi',
    tags,
  }));
  const { client } = await connect(listing(...rows));
  const found = await client.list();
  expect(found.map(({ status }) => status)).toEqual(shapes.map(() => 'approved'));
  expect(found.map(({ brand }) => brand)).toEqual([null, ...shapes.slice(1).map(() => 'audi')]);
  expect(found.at(-1)?.tags).toEqual({ fleet: 'north' });
  const swept: unknown[] = [];
  await client.scan((listed) => swept.push(listed.read()?.clearance));
  expect(swept).toEqual(found);
});

test('a row that does not name its vehicle is skipped and reported; the others stay', async () => {
  const skipped: SkippedRow[] = [];
  const { client } = await connect(
    listing(
      { status: 'pending' },
      null,
      [],
      'text',
      { vin: 7, status: 'pending' },
      row('WBA8E9G5*********', 'pending'),
      row(VIN, 'pending'),
    ),
    { onSkipped: (one) => skipped.push(one) },
  );
  expect((await client.list()).map(({ vin }) => vin)).toEqual([VIN]);
  expect(skipped.map(({ index, vin }) => [index, vin])).toEqual([
    [0, null],
    [1, null],
    [2, null],
    [3, null],
    [4, null],
    [5, null],
  ]);
  expect(skipped[0]?.problem).toMatch(/^vin: /);
});

test('a named row with an unreadable status stays as unknown, so that nobody takes its vehicle for absent', async () => {
  const skipped: SkippedRow[] = [];
  const { client } = await connect(listing({ vin: VIN, status: { is: 'approved' } }), {
    onSkipped: (one) => skipped.push(one),
  });
  expect(await client.list()).toMatchObject([{ vin: VIN, status: 'unknown' }]);
  expect(skipped).toMatchObject([{ index: 0, vin: VIN, problem: expect.stringMatching(/^status: /) }]);
});

test.each([{}, { vehicles: [] }, null, 'text', 7])(
  'a reply that is not an array is a bad one: %j',
  async (body) => {
    const { client } = await connect({ [ROUTE]: { body: JSON.stringify(body) } });
    expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
  },
);
