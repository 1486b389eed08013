import {
  closeAll,
  connect,
  failureOf,
  ONE,
  refusing,
  request,
  SHORT,
  TWO,
  UNKNOWN,
  uploaded,
  VEHICLES,
  vinsOf,
  workspace,
} from './harness';

afterEach(closeAll);

const UPLOAD = `POST ${VEHICLES}`;
const LIST = `GET ${VEHICLES}`;

test('an upload sends identifiers of 16 and 17 characters, with the odometer as a bare number where there is one', async () => {
  const { client, server } = await connect({ [UPLOAD]: uploaded({ [ONE]: null, [SHORT]: null }) });
  const answers = await client.submit([
    request(ONE, { odometer: { value: 1_234.7, unit: 'miles' } }),
    request(SHORT),
  ]);
  expect(answers).toEqual([
    { vin: ONE, outcome: 'accepted', status: 'pending', description: null },
    { vin: SHORT, outcome: 'accepted', status: 'pending', description: null },
  ]);
  expect(JSON.parse(server.to(UPLOAD)[0]?.body ?? '')).toEqual({
    vins: [{ vin: ONE, odometer: '1234' }, { vin: SHORT }],
  });
});

test('the odd 201 is read row by row, and what is asked for twice is sent once', async () => {
  const { client, server } = await connect({
    [UPLOAD]: uploaded({ [ONE.toLowerCase()]: null, [TWO]: { vin: ['is not a VIN'] } }),
  });
  const answers = await client.submit([request(ONE), request(TWO), request(ONE), request(SHORT)]);
  expect(answers).toEqual([
    { vin: ONE, outcome: 'accepted', status: 'pending', description: null },
    { vin: TWO, outcome: 'refused', description: 'vin: is not a VIN' },
    { vin: ONE, outcome: 'accepted', status: 'pending', description: null },
    { vin: SHORT, outcome: 'missing' },
  ]);
  expect(JSON.parse(server.to(UPLOAD)[0]?.body ?? '').vins).toHaveLength(3);
});

test('rows of one vehicle that contradict each other say nothing', async () => {
  const { summary, data } = uploaded({ [ONE]: null }).body;
  const doubled = [...data, { vin: ONE, uploadStatus: 'error', error: 'x' }, null];
  const { client } = await connect({ [UPLOAD]: { body: { summary, data: doubled } } });
  expect(await client.submit([request(ONE)])).toEqual([{ vin: ONE, outcome: 'missing' }]);
});

describe('a vehicle that "Already exist"', () => {
  const there = (word: string, more: Parameters<typeof connect>[0] = {}) =>
    connect({
      [UPLOAD]: [uploaded({ [ONE]: 'Already exist' }), uploaded({ [ONE]: null })],
      [LIST]: workspace({ [ONE]: word }),
      ...more,
    });

  test.each([
    ['enabled', 'approved', null],
    ['Consented', 'approved', null],
    ['Pending', 'pending', null],
    ['Pending Verification', 'pending', 'Pending Verification'],
    ['incomplete', 'pending', 'incomplete'],
  ])('and is %s is taken as it is', async (word, status, description) => {
    const { client } = await there(word);
    expect(await client.submit([request(ONE)])).toEqual([
      { vin: ONE, outcome: 'accepted', status, description },
    ]);
  });

  test.each(['Disabled', 'REVOKED'])(
    'and is %s is enabled, and waits for the approval once more',
    async (word) => {
      const { client, server } = await there(word, { [`POST ${VEHICLES}enable`]: { status: 202, body: '' } });
      expect(await client.submit([request(ONE)])).toEqual([
        { vin: ONE, outcome: 'accepted', status: 'pending', description: null },
      ]);
      expect(vinsOf(server.to(`POST ${VEHICLES}enable`))).toEqual([[ONE]]);
    },
  );

  test('and was enabled meanwhile is asked for already', async () => {
    const refusal = refusing([ONE], 403, 'pending or consented vehicles cannot be consented', 202);
    const { client } = await there('Disabled', { [`POST ${VEHICLES}enable`]: refusal });
    expect(await client.submit([request(ONE)])).toMatchObject([{ outcome: 'accepted', status: 'pending' }]);
  });

  test('and has failed is removed and uploaded again', async () => {
    const { client, server } = await there('Error', {
      [`POST ${VEHICLES}remove`]: { status: 204, body: '' },
    });
    expect(await client.submit([request(ONE)])).toMatchObject([{ outcome: 'accepted', status: 'pending' }]);
    expect(server.to(UPLOAD)).toHaveLength(2);
  });

  test('and has failed and cannot be removed is refused in the words of the provider', async () => {
    const refusal = refusing([ONE], 403, 'cannot be removed', 204);
    const { client } = await there('Error', { [`POST ${VEHICLES}remove`]: refusal });
    expect(await client.submit([request(ONE)])).toEqual([
      { vin: ONE, outcome: 'refused', description: 'cannot be removed', isKnown: true },
    ]);
  });

  test('and is not in the list, or has a word that nobody knows, is refused as one that is known', async () => {
    for (const list of [workspace({}), workspace({ [ONE]: 'Frozen' })]) {
      const { client } = await there('', { [LIST]: list });
      expect(await client.submit([request(ONE)])).toEqual([
        { vin: ONE, outcome: 'refused', description: 'Already exist', isKnown: true },
      ]);
    }
  });

  test('goes on where another of the same call is unknown', async () => {
    const { client, server } = await connect({
      [UPLOAD]: uploaded({ [ONE]: 'Already exist', [TWO]: 'already exists', [SHORT]: null }),
      [LIST]: workspace({ [ONE]: 'Disabled', [TWO]: 'Disabled' }),
      [`POST ${VEHICLES}enable`]: refusing([TWO], 400, UNKNOWN, 202),
    });
    expect(await client.submit([request(ONE), request(TWO), request(SHORT)])).toMatchObject([
      { outcome: 'accepted' },
      { outcome: 'refused', description: UNKNOWN, isKnown: true },
      { outcome: 'accepted' },
    ]);
    expect(vinsOf(server.to(`POST ${VEHICLES}enable`))).toEqual([[ONE, TWO], [ONE]]);
    expect(server.to(LIST)).toHaveLength(1);
  });
});

test('an upload that is refused as a whole tells the field and its words', async () => {
  const { client } = await connect({
    [UPLOAD]: { status: 400, body: { vins: ['This field is required.'] } },
  });
  const error = await failureOf(client.submit([request(ONE)]));
  expect(error).toMatchObject({ code: 'PROVIDER_REFUSED', status: 400 });
  expect(error.message).toContain('vins: This field is required.');
});

test.each([
  [{ vins: [{}, { vin: ['has too many characters'] }] }, 'vins.vin: has too many characters'],
  [{ vins: { 1: { vin: 'has too many characters' } } }, 'vins.vin: has too many characters'],
  [{ error: { message: 'has too many characters' } }, 'has too many characters'],
  [{ a: { b: { c: { d: { e: { f: 'too deep' } } } } }, message: 'no' }, 'no'],
])(
  'an upload that is refused with %j is a refusal in its words, so that the others go on',
  async (body, words) => {
    const { client } = await connect({ [UPLOAD]: { status: 400, body } });
    const error = await failureOf(client.submit([request(ONE)]));
    expect(error).toMatchObject({ code: 'PROVIDER_REFUSED', status: 400 });
    expect(error.message).toContain(`400: ${words} (`);
  },
);

test.each(['accepted', 'queued', 'ok', ''])(
  'a vehicle of which an upload says "%s" without an error is looked for, and is not refused',
  async (uploadStatus) => {
    const { client } = await connect({ [UPLOAD]: { body: { data: [{ vin: ONE, uploadStatus }] } } });
    expect(await client.submit([request(ONE)])).toEqual([{ vin: ONE, outcome: 'missing' }]);
  },
);

test.each(['error', 'Failed', 'rejected'])('"%s" without words is a refusal', async (uploadStatus) => {
  const { client } = await connect({ [UPLOAD]: { body: { data: [{ vin: ONE, uploadStatus }] } } });
  expect(await client.submit([request(ONE)])).toEqual([{ vin: ONE, outcome: 'refused', description: '' }]);
});

test('words of an error count, whatever the word beside them', async () => {
  const data = [{ vin: ONE, uploadStatus: 'skipped', error: 'no consent' }];
  const { client } = await connect({ [UPLOAD]: { status: 201, body: { data } } });
  expect(await client.submit([request(ONE)])).toMatchObject([
    { outcome: 'refused', description: 'no consent' },
  ]);
});

test.each([
  [400, {}, 'PROVIDER_BAD_REPLY'],
  [403, { detail: 'You do not have permission to perform this action.' }, 'PROVIDER_FORBIDDEN'],
  [429, { detail: 'Request was throttled. Expected available in 7 seconds.' }, 'PROVIDER_RATE_LIMITED'],
  [502, '<html>', 'PROVIDER_UNAVAILABLE'],
])('an upload that is answered %d %j is %s', async (status, body, code) => {
  const { client } = await connect({ [UPLOAD]: { status, body } });
  expect(await failureOf(client.submit([request(ONE)]))).toMatchObject({ code, status });
});
