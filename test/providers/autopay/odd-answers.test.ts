import { mint } from '../../../src/providers/autopay/sign-in';
import { ProviderError } from '../../../src/providers/provider-error';
import {
  closeAll,
  connect,
  NORWEGIAN,
  refusal,
  SECRET,
  SERVICES,
  STAY,
  TOKEN_ROUTE,
  VEHICLES,
} from './harness';

/** Answers that are not what they look like. */

afterEach(closeAll);

const DAY = 86_400_000;
const JANUARY = Date.parse('2026-01-01T00:00:00Z');
const WINDOW = { window: { from: JANUARY, to: JANUARY + DAY }, running: true };

async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.catch((reason: unknown) => reason);
  if (error instanceof ProviderError) return error;
  throw new Error(`it ended with ${JSON.stringify(error)}`);
}

type Client = Awaited<ReturnType<typeof connect>>['client'];
const CALLS: readonly [string, string, (client: Client) => Promise<unknown>][] = [
  ['a detaching', `POST ${VEHICLES}/detach`, (client) => client.detach(NORWEGIAN)],
  ['a removal', `DELETE ${VEHICLES}`, (client) => client.remove(NORWEGIAN)],
  ['an addition', `POST ${VEHICLES}`, (client) => client.add(NORWEGIAN)],
  ['a decline', `POST ${SERVICES}/use-1/decline`, (client) => client.decline('use-1')],
  ['a lock', `POST ${VEHICLES}/disable_payments`, (client) => client.lock(NORWEGIAN, WINDOW)],
  ['a list', `GET ${VEHICLES}`, (client) => client.vehicles()],
];

describe.each(CALLS)('%s', (_, route, call) => {
  test('that is answered with an error id under 200 is not done: too many calls are a wait', async () => {
    const { client } = await connect({ [route]: refusal(200, 'query_limit_error', 'Too many.') });
    expect(await failureOf(call(client))).toMatchObject({
      code: 'PROVIDER_RATE_LIMITED',
      retryAfter: 60_000,
    });
  });

  test('that is answered with the page of something in between under 200 is not done', async () => {
    const body = ' <!DOCTYPE html><title>Sign in to the network</title>';
    const { client } = await connect({ [route]: { status: 200, body } });
    expect((await failureOf(call(client))).code).toBe('PROVIDER_BAD_REPLY');
  });

  test('whose token is refused under another status than 401 is made once more with a new one', async () => {
    const { client, server } = await connect({
      [route]: [refusal(400, 'authentication_error'), { body: route.startsWith('GET') ? [] : '' }],
    });
    await call(client).catch(() => undefined);
    expect(server.to(route)).toHaveLength(2);
    expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
  });
});

test('what echoes our secret and our token under 200 is told without them', async () => {
  const words = `no ${SECRET} and no the-access-token`;
  const { client } = await connect({
    [TOKEN_ROUTE]: { body: { access_token: 'the-access-token', expires_in: 86_400 } },
    [`POST ${VEHICLES}/detach`]: refusal(200, 'missing_property', words),
  });
  const { message } = await failureOf(client.detach(NORWEGIAN));
  expect(message).toContain('no [hidden] and no [hidden]');
});

test('a list whose pages say no more than their cursor is read to its last page', async () => {
  const { client } = await connect({
    [`GET ${SERVICES}/by_updated_at`]: [
      { body: { services: [{ ...STAY, id: '1' }], summary: { cursor: 'c1' } } },
      { body: { services: [{ ...STAY, id: '2' }], summary: {} } },
    ],
  });
  const ids: string[] = [];
  await client.updated({ from: JANUARY, to: JANUARY + DAY }, (page) => ids.push(...page.map(({ id }) => id)));
  expect(ids).toEqual(['1', '2']);
});

test.each([
  ['without its vehicle', { ...STAY, vehicle: undefined }],
  [
    'with a plate that cannot be read',
    { ...STAY, vehicle: { license_plate_number: '?!', country_code: '' } },
  ],
])('of one plate a service %s is that of the plate that was asked for', async (_, row) => {
  const { client } = await connect({ [`GET ${VEHICLES}/services`]: { body: [row] } });
  expect(await client.servicesOf(NORWEGIAN, WINDOW)).toMatchObject([{ id: STAY.id, plate: NORWEGIAN }]);
});

test('a service whose id is a number is not left out', async () => {
  const { client } = await connect({ [`GET ${VEHICLES}/services`]: { body: [{ ...STAY, id: 17 }] } });
  expect(await client.servicesOf(NORWEGIAN, WINDOW)).toMatchObject([{ id: '17' }]);
});

test('of one plate a service without an id is no answer: nothing could be said of its payment', async () => {
  const { client } = await connect({
    [`POST ${VEHICLES}/disable_payments`]: { body: [STAY, { ...STAY, id: undefined }] },
  });
  expect((await failureOf(client.lock(NORWEGIAN, WINDOW))).code).toBe('PROVIDER_BAD_REPLY');
});

test('a service that is not there any more is refused by name, and does not hold up the others', async () => {
  const route = `POST ${SERVICES}/use-1/decline`;
  const { client } = await connect({ [route]: refusal(404, 'service_not_found', 'No such service') });
  expect((await failureOf(client.decline('use-1'))).code).toBe('PROVIDER_REFUSED');
});

test('a page of something in between that says 404 to a decline refuses nothing', async () => {
  const route = `POST ${SERVICES}/use-1/decline`;
  const { client } = await connect({ [route]: { status: 404, body: '<html>' } });
  expect((await failureOf(client.decline('use-1'))).code).toBe('PROVIDER_BAD_REPLY');
});

test('a token of which nobody says how long it lives lives as long as they usually do: many would end the access', async () => {
  const { server } = await connect({ [TOKEN_ROUTE]: { body: { access_token: 'opaque' } } });
  const minted = await mint({ authUrl: server.url, clientId: 'the-credential', clientSecret: SECRET });
  expect(minted.life).toBe(10 * 3_600_000);
});

const LIST = `GET ${VEHICLES}`;
const ENDED = refusal(403, 'forbidden', 'The access token has expired.');

describe('a 403 "forbidden"', () => {
  test('whose words tell that the token has ended is asked again with a new one, once', async () => {
    const { client, server } = await connect({ [LIST]: [ENDED, { body: [] }] });
    expect(await client.vehicles()).toEqual({ vehicles: [], unread: [] });
    expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
  });

  test.each(['You lack a right.', 'The token lacks the scope of level medium.', 'This vehicle is missing.'])(
    'that says anything else asks for no token, and is shown: %s',
    async (words) => {
      const { client, server } = await connect({ [LIST]: refusal(403, 'forbidden', words) });
      const error = await failureOf(client.vehicles());
      expect([error.code, error.message]).toEqual([
        'PROVIDER_FORBIDDEN',
        expect.stringContaining(`forbidden: ${words}`),
      ]);
      expect(server.to(TOKEN_ROUTE)).toHaveLength(1);
    },
  );

  test('that a new token gets as well is no matter of the token: for a day no further one is asked for', async () => {
    let now = 0;
    const both = refusal(403, 'forbidden', 'Token missing, expired or lacks scope.');
    const { client, server } = await connect({ [LIST]: both }, { now: () => now });
    for (let call = 0; call < 5; call += 1) {
      expect((await failureOf(client.vehicles())).message).toContain('lacks scope');
      now += 60_000;
    }
    expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
  });
});

describe.each([
  ['its error id', { error_id: 'query_limit_error', message: 'Too many.' }],
  ['the field of the token service', { error: 'query_limit_error', error_description: 'Too many.' }],
])('a token service that has too many calls, by %s,', (_, body) => {
  test.each([200, 400, 401, 403, 500])(
    'asks for a wait, and is no wrong credential: status %i',
    async (status) => {
      const { client, server } = await connect({ [TOKEN_ROUTE]: { status, body } });
      const expected = { code: 'PROVIDER_RATE_LIMITED', retryAfter: 60_000 };
      expect(await failureOf(client.vehicles())).toMatchObject(expected);
      const credential = { authUrl: server.url, clientId: 'the-credential', clientSecret: SECRET };
      expect(await failureOf(mint(credential))).toMatchObject(expected);
    },
  );
});
