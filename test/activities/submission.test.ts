import fc from 'fast-check';
import { submitTogether } from '../../activities/submission';
import type { RateLimiter } from '../../src/calls/rate-limiter';
import { closeAll } from '../providers/high-mobility/harness';
import { CHANGED, countedSlots, Fleet, inWords, passenger, passengers, vin, vins } from './support';

afterEach(closeAll);

const ACCEPTED = { outcome: 'accepted', status: 'pending', description: null, earlierChange: null } as const;
const FOUND = {
  outcome: 'found',
  clearance: {
    status: 'pending',
    reason: null,
    changedAt: Date.parse(`${CHANGED}Z`),
    createdAt: Date.parse(`${CHANGED}Z`),
    statusSince: Date.parse(`${CHANGED}Z`),
    brand: 'bmw',
  },
} as const;

let fleet: Fleet;
beforeEach(() => {
  fleet = new Fleet();
});

test('a hundred vehicles are read in one call and sent in one', async () => {
  const limiter = countedSlots();
  const outcomes = await submitTogether(await fleet.connect(), passengers(100), limiter);
  expect(outcomes).toEqual(vins(100).map(() => ACCEPTED));
  expect(fleet.lists).toEqual([vins(100)]);
  expect(fleet.posts).toEqual([vins(100)]);
  expect(limiter.taken).toEqual(['list', 'submit']);
});

test('each vehicle is settled by its own row: taken, refused, missing, doubled, contradicted, re-cased', async () => {
  fleet.rows = () => [
    { vin: 'FOREIGN0000000001', status: 'error', description: 'of somebody else' },
    { vin: vin(5).toLowerCase(), status: 'pending' },
    { vin: vin(4), status: 'pending' },
    { vin: vin(4), status: 'error' },
    { vin: vin(3), status: 'pending' },
    { vin: vin(3), status: 'pending' },
    { vin: vin(1), status: 'error', description: 'The brand is invalid' },
    { vin: vin(0), status: 'pending' },
  ];
  const outcomes = await submitTogether(await fleet.connect(), passengers(6));
  expect(inWords(outcomes)).toEqual([
    'accepted',
    'refused',
    'PROVIDER_BAD_REPLY',
    'accepted',
    'PROVIDER_BAD_REPLY',
    'accepted',
  ]);
  expect(outcomes[1]).toEqual({ outcome: 'refused', description: 'The brand is invalid' });
  expect(outcomes[2]).toMatchObject({ details: { vin: vin(2) }, retryable: true });
});

test.each(['pending', 'approved', 'revoking', 'canceling', 'a new word'])(
  'a vehicle whose clearance is "%s" is not sent; the others are',
  async (status) => {
    fleet.records.set(vin(1), status);
    const outcomes = await submitTogether(await fleet.connect(), passengers(3));
    expect(inWords(outcomes)).toEqual(['accepted', 'found', 'accepted']);
    expect(fleet.posts).toEqual([[vin(0), vin(2)]]);
  },
);

test.each(['rejected', 'revoked', 'canceled', 'error'])(
  'a vehicle whose earlier clearance is "%s" is sent again, and that record is remembered',
  async (status) => {
    fleet.records.set(vin(0), status);
    const [outcome] = await submitTogether(await fleet.connect(), passengers(1));
    expect(outcome).toEqual({ ...ACCEPTED, earlierChange: Date.parse(`${CHANGED}Z`) });
  },
);

test('where all are known there is no submission, and no turn for one', async () => {
  for (const one of vins(3)) fleet.takeIn(one);
  const limiter = countedSlots();
  expect(await submitTogether(await fleet.connect(), passengers(3), limiter)).toEqual([FOUND, FOUND, FOUND]);
  expect(fleet.posts).toEqual([]);
  expect(limiter.taken).toEqual(['list']);
});

describe('a submission whose outcome is not known', () => {
  test.each([
    ['was carried out', true, 'found', 1],
    ['was not carried out', false, 'accepted', 2],
  ])('and that %s is read before it is sent again', async (_, isCarriedOut, then, posts) => {
    const client = await fleet.connect();
    fleet.reply = (route, of) => {
      if (route === 'list') return undefined;
      if (isCarriedOut) for (const one of of) fleet.takeIn(one);
      return { raw: (response) => void response.destroy() };
    };
    expect(inWords(await submitTogether(client, passengers(3)))).toEqual(
      vins(3).map(() => 'PROVIDER_UNREACHABLE'),
    );
    fleet.reply = () => undefined;
    expect(inWords(await submitTogether(client, passengers(3)))).toEqual(vins(3).map(() => then));
    expect(fleet.posts).toHaveLength(posts);
    expect(fleet.lists).toHaveLength(2);
  });

  test('because it has no row is read alone, and found', async () => {
    const client = await fleet.connect();
    fleet.rows = (of) => of.map((one) => fleet.takeIn(one)).slice(1);
    expect(inWords(await submitTogether(client, passengers(2)))).toEqual(['PROVIDER_BAD_REPLY', 'accepted']);
    expect(await submitTogether(client, passengers(1))).toEqual([FOUND]);
    expect(fleet.posts).toHaveLength(1);
  });

  test('does not harm a vehicle that the list has shown already', async () => {
    fleet.takeIn(vin(1));
    fleet.reply = (route) => (route === 'post' ? { status: 503 } : undefined);
    const outcomes = await submitTogether(await fleet.connect(), passengers(3));
    expect(inWords(outcomes)).toEqual(['PROVIDER_UNAVAILABLE', 'found', 'PROVIDER_UNAVAILABLE']);
    expect(fleet.posts).toHaveLength(1);
  });
});

describe('one vehicle for which the provider refuses the whole call', () => {
  const REFUSED = { status: 422, body: { errors: [{ title: 'Invalid input', detail: 'no' }] } };
  const TOO_LARGE = { status: 413, body: '<html>Too large</html>' };

  test.each([
    ['submission', 'post', REFUSED, 'PROVIDER_REFUSED'],
    ['submission, in the words of a proxy', 'post', TOO_LARGE, 'PROVIDER_BAD_REPLY'],
    ['list', 'list', REFUSED, 'PROVIDER_REFUSED'],
  ] as const)('(%s) does not stop the 99 others', async (_, where, reply, code) => {
    const poison = vin(70);
    fleet.reply = (route, of) => (route === where && of.includes(poison) ? reply : undefined);
    const limiter = countedSlots();
    const outcomes = await submitTogether(await fleet.connect(), passengers(100), limiter);
    expect(inWords(outcomes)).toEqual(vins(100).map((one) => (one === poison ? code : 'accepted')));
    // By halves: seven times the half with it, and each time the other one.
    expect(fleet.posts.length).toBeLessThanOrEqual(15);
    expect(fleet.lists.length).toBeLessThanOrEqual(15);
    const calls = { list: fleet.lists.length, submit: fleet.posts.length };
    for (const endpoint of ['list', 'submit'] as const) {
      expect(limiter.taken.filter((taken) => taken === endpoint)).toHaveLength(calls[endpoint]);
    }
    const takenIn = fleet.posts.filter((post) => where === 'list' || !post.includes(poison)).flat();
    expect(takenIn.sort()).toEqual(vins(100).filter((one) => one !== poison));
  });

  test('is read again before its half is sent: what was carried out all the same is not sent twice', async () => {
    let refusals = 0;
    fleet.reply = (route, of) => {
      if (route === 'list' || refusals > 0) return undefined;
      refusals += 1;
      for (const one of of.slice(0, 2)) fleet.takeIn(one);
      return REFUSED;
    };
    const outcomes = await submitTogether(await fleet.connect(), passengers(4));
    expect(inWords(outcomes)).toEqual(['found', 'found', 'accepted', 'accepted']);
    expect(fleet.posts).toEqual([vins(4), vins(4).slice(2)]);
  });

  test.each([401, 403, 404, 408, 429, 500, 503])(
    'is not looked for when the answer is %s, which speaks of nothing in the request',
    async (status) => {
      fleet.reply = (route) =>
        route === 'post' ? { status, body: { errors: [{ title: 'No' }] } } : undefined;
      const outcomes = await submitTogether(await fleet.connect(), passengers(8));
      expect(new Set(inWords(outcomes)).size).toBe(1);
      // A refused token is renewed once.
      expect(fleet.posts).toHaveLength(status === 401 ? 2 : 1);
    },
  );
});

test('a list that fails fails all, and nothing is sent', async () => {
  fleet.reply = (route) => (route === 'list' ? { status: 503 } : undefined);
  const outcomes = await submitTogether(await fleet.connect(), passengers(3));
  expect(inWords(outcomes)).toEqual(vins(3).map(() => 'PROVIDER_UNAVAILABLE'));
  expect(fleet.posts).toEqual([]);
});

describe('who is too late', () => {
  test('is not sent, and the others are', async () => {
    const late = [passenger(vin(0)), passenger(vin(1), Date.now() - 1), passenger(vin(2))];
    const outcomes = await submitTogether(await fleet.connect(), late);
    expect(inWords(outcomes)).toEqual(['accepted', 'PROVIDER_BUSY', 'accepted']);
    expect(outcomes[1]).toMatchObject({ details: { vin: vin(1) }, retryable: true });
    expect(fleet.posts).toEqual([[vin(0), vin(2)]]);
  });

  test('is settled all the same where the list shows the clearance', async () => {
    fleet.takeIn(vin(0));
    const outcomes = await submitTogether(await fleet.connect(), [passenger(vin(0), Date.now() - 1)]);
    expect(outcomes).toEqual([FOUND]);
  });

  test('makes no call where all are', async () => {
    const late = passengers(3).map((one) => ({ ...one, sendBy: Date.now() - 1 }));
    const outcomes = await submitTogether(await fleet.connect(), late);
    expect(inWords(outcomes)).toEqual(vins(3).map(() => 'PROVIDER_BUSY'));
    expect(fleet.posts).toEqual([]);
  });

  test('is judged when the turn has come: waiting for it takes time', async () => {
    const sendBy = Date.now() + 60_000;
    const limiter: RateLimiter = {
      acquire: async (endpoint) => {
        if (endpoint === 'submit') jest.spyOn(Date, 'now').mockReturnValue(sendBy + 1);
      },
    };
    const client = await fleet.connect();
    const outcomes = await submitTogether(client, [passenger(vin(0), sendBy), passenger(vin(1))], limiter);
    jest.restoreAllMocks();
    expect(inWords(outcomes)).toEqual(['PROVIDER_BUSY', 'accepted']);
    expect(fleet.posts).toEqual([[vin(1)]]);
  });
});

test('without a turn for the list nothing is read and nothing is sent', async () => {
  const outcomes = await submitTogether(await fleet.connect(), passengers(2), countedSlots('list'));
  expect(inWords(outcomes)).toEqual(['PROVIDER_BUSY', 'PROVIDER_BUSY']);
  expect([fleet.lists, fleet.posts]).toEqual([[], []]);
});

test('without a turn for the submission only what the list shows is settled', async () => {
  fleet.takeIn(vin(1));
  const outcomes = await submitTogether(await fleet.connect(), passengers(3), countedSlots('submit'));
  expect(inWords(outcomes)).toEqual(['PROVIDER_BUSY', 'found', 'PROVIDER_BUSY']);
  expect(fleet.posts).toEqual([]);
});

test('a turn is waited for as long as the most patient one can wait', async () => {
  const deadlines: number[] = [];
  const limiter: RateLimiter = { acquire: async (_, by) => void deadlines.push(by) };
  const soon = Date.now() + 60_000;
  await submitTogether(
    await fleet.connect(),
    [passenger(vin(0), soon), passenger(vin(1), soon + 1)],
    limiter,
  );
  expect(deadlines).toEqual([soon + 1, soon + 1]);
});

test('a VIN that is asked for several times in one batch is sent once, and all are answered', async () => {
  const same = [passenger(vin(0)), passenger(vin(1)), passenger(vin(0)), passenger(vin(0).toLowerCase())];
  const outcomes = await submitTogether(await fleet.connect(), same);
  expect(outcomes).toEqual([ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]);
  expect(fleet.posts).toEqual([[vin(0), vin(1)]]);
});

test('whatever rows come back, a vehicle is taken for accepted only where its own row says so', async () => {
  const fate = fc.constantFrom('ok', 'error', 'missing', 'doubled', 're-cased', 'contradicted');
  const client = await fleet.connect();
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 20 }), fc.nat(), async (fates, turn) => {
      fleet.records.clear();
      fleet.rows = (of) => {
        const rows = of.flatMap((one, index) => rowsOf(one, fates[index] ?? ''));
        return [...rows.slice(turn % (rows.length + 1)), ...rows.slice(0, turn % (rows.length + 1))];
      };
      expect(inWords(await submitTogether(client, passengers(fates.length)))).toEqual(
        fates.map((one) => EXPECTED[one]),
      );
    }),
    { numRuns: 50 },
  );
});

const EXPECTED: Record<string, string> = {
  ok: 'accepted',
  error: 'refused',
  missing: 'PROVIDER_BAD_REPLY',
  doubled: 'accepted',
  're-cased': 'accepted',
  contradicted: 'PROVIDER_BAD_REPLY',
};

function rowsOf(of: string, fate: string): { vin: string; status: string }[] {
  const [good, bad] = [
    { vin: of, status: 'pending' },
    { vin: of, status: 'error' },
  ];
  const rows: Record<string, { vin: string; status: string }[]> = {
    ok: [good],
    error: [bad],
    doubled: [good, good],
    're-cased': [{ vin: of.toLowerCase(), status: 'PENDING' }],
    contradicted: [good, bad],
  };
  return rows[fate] ?? [];
}
