import {
  closeAll,
  connect,
  failureOf,
  ONE,
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

/** Replies in forms that no document shows, and that its other replies make likely. */

const UPLOAD = `POST ${VEHICLES}`;
const LIST = `GET ${VEHICLES}`;
const [DISABLE, ENABLE, REMOVE] = ['disable', 'enable', 'remove'].map((one) => VEHICLES + one) as [
  string,
  string,
  string,
];
const ASKED = { outcome: 'accepted', status: 'pending' };

describe('an upload', () => {
  const upload = async (answer: Parameters<typeof connect>[0][string], more = {}) => {
    const { client, server } = await connect({ [UPLOAD]: answer, ...more });
    const answers = await client.submit([request(ONE), request(TWO), request(SHORT)]);
    return { answers, sent: server.to(UPLOAD).map(({ body }) => JSON.parse(body).vins.length), server };
  };

  test('whose rows are keyed by VIN is read', async () => {
    const { answers } = await upload({
      status: 201,
      body: {
        data: {
          [ONE]: { uploadStatus: 'success' },
          [TWO.toLowerCase()]: ['is too long'],
          [SHORT]: { uploadStatus: 'error', error: 'no' },
        },
      },
    });
    expect(answers).toMatchObject([
      ASKED,
      { outcome: 'refused', description: 'is too long' },
      { outcome: 'refused', description: 'no' },
    ]);
  });

  test('whose rows are keyed by their place says nothing of any', async () => {
    const { answers } = await upload({ status: 201, body: { data: { 0: {}, 1: { vin: ['is too long'] } } } });
    expect(answers).toMatchObject([{ outcome: 'missing' }, { outcome: 'missing' }, { outcome: 'missing' }]);
  });

  test.each([200, 201])('that is answered %d {} is no answer', async (status) => {
    const { client } = await connect({ [UPLOAD]: { status, body: {} } });
    expect(await failureOf(client.submit([request(ONE)]))).toMatchObject({ code: 'PROVIDER_BAD_REPLY' });
  });

  test.each([
    [400, { message: 'not your vehicles', vins: [TWO] }],
    [409, { detail: 'not your vehicles', vins: [TWO.toLowerCase()] }],
    [422, { vins: { [TWO]: ['not your vehicles'] } }],
  ])('that is refused as a whole with %d %j goes on without the one that is named', async (status, body) => {
    const refusing = (asked: { readonly body: string }) =>
      asked.body.includes(TWO) ? { status, body } : uploaded({ [ONE]: null, [SHORT]: null });
    const { answers, sent } = await upload(refusing);
    expect(answers).toMatchObject([
      ASKED,
      { outcome: 'refused', description: expect.stringContaining('not your vehicles') },
      ASKED,
    ]);
    expect(sent).toEqual([3, 2]);
  });

  test('that is refused as a whole as one of several exists takes that up', async () => {
    const refusing = (asked: { readonly body: string }) =>
      asked.body.includes(TWO)
        ? { status: 400, body: { message: 'the following vins already exist', vins: [TWO] } }
        : uploaded({ [ONE]: null, [SHORT]: null });
    const { answers, server } = await upload(refusing, {
      [LIST]: workspace({ [TWO]: 'DISABLED' }),
      [`POST ${ENABLE}`]: { status: 202, body: '' },
    });
    expect(answers).toMatchObject([ASKED, ASKED, ASKED]);
    expect(vinsOf(server.to(`POST ${ENABLE}`))).toEqual([[TWO]]);
  });

  test('of one vehicle that is refused as it exists takes it up, though it is not named', async () => {
    const { client } = await connect({
      [UPLOAD]: { status: 400, body: { vins: [{ vin: ['Already exist'] }] } },
      [LIST]: workspace({ [ONE]: 'enabled' }),
    });
    expect(await client.submit([request(ONE)])).toMatchObject([{ outcome: 'accepted', status: 'approved' }]);
  });
});

describe('an action', () => {
  const removal = async (status: number, body: unknown) => {
    const { client } = await connect({ [`POST ${REMOVE}`]: { status, body } });
    return client.withdraw(ONE, 'pending');
  };

  test.each([
    [409, { message: 'the vehicle is being processed', vins: [ONE] }, 'not-supported'],
    [422, { detail: 'not in this status' }, 'not-supported'],
    [400, { detail: UNKNOWN, vins: [ONE] }, 'absent'],
    [404, { message: UNKNOWN, vins: [ONE.toLowerCase()] }, 'absent'],
    [403, { vins: { [ONE]: ['not found'] } }, 'absent'],
  ])('that is refused with %d %j is a refusal in words: %s', async (status, body, outcome) => {
    expect(await removal(status, body)).toMatchObject({ outcome });
  });

  test.each([
    [404, { detail: 'Not found.' }],
    [409, '<html>'],
  ])('that is answered %d %j is no word on the vehicle', async (status, body) => {
    expect(await failureOf(removal(status, body))).toMatchObject({ code: 'PROVIDER_BAD_REPLY' });
  });

  test.each([{ detail: UNKNOWN, vins: [TWO] }, { vins: { [TWO]: ['not found'] } }])(
    'for several that is refused with %j goes on without the one that is named',
    async (body) => {
      const { client, server } = await connect({
        [`POST ${DISABLE}`]: { status: 202, body: '' },
        [`POST ${REMOVE}`]: (asked) =>
          asked.body.includes(TWO) ? { status: 400, body } : { status: 204, body: '' },
      });
      const vehicles = [ONE, TWO, SHORT].map((vin) => ({ vin, believed: 'approved' }) as const);
      expect((await client.withdrawMany(vehicles, Infinity)).map((one) => one?.outcome)).toEqual([
        'accepted',
        'absent',
        'accepted',
      ]);
      expect(vinsOf(server.to(`POST ${REMOVE}`))).toEqual([
        [ONE, TWO, SHORT],
        [ONE, SHORT],
      ]);
    },
  );
});

test.each([{}, { vehicles: null }, { vehicles: {} }, []])('a list that is %j is no list', async (body) => {
  const { client } = await connect({ [LIST]: { body } });
  expect(await failureOf(client.list({ vins: [ONE] }))).toMatchObject({ code: 'PROVIDER_BAD_REPLY' });
});
