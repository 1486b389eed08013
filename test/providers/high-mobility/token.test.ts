import { tokenRequest } from '../../../src/providers/high-mobility/sign-in';
import { createTokenSource } from '../../../src/providers/shared/token';
import { lifeOf } from '../../../src/providers/shared/token-life';
import {
  closeAll,
  connect,
  failureOf,
  SECRET,
  TOKEN,
  TOKEN_ROUTE,
  tokenReply,
  VEHICLES,
  VIN,
} from './harness';

const GET = `GET ${VEHICLES}`;
const found = { body: [{ vin: VIN, status: 'approved' }] };
const unauthorized = {
  status: 401,
  body: { errors: [[{ detail: 'Missing or invalid authorization header', source: 'Authorization' }]] },
};

afterEach(closeAll);

/** A server that issues `token-1`, `token-2`, … and takes only those in `valid`; all if it is not given. */
function issuing(expiresIn: number, valid?: Set<string>) {
  let issued = 0;
  return {
    [TOKEN_ROUTE]: () => tokenReply(`token-${++issued}`, expiresIn),
    [GET]: ({ headers }: { headers: { authorization?: string | undefined } }) =>
      !valid || valid.has(headers.authorization?.replace('Bearer ', '') ?? '') ? found : unauthorized,
  };
}

test('asks for a token with client credentials in JSON', async () => {
  const { client, server } = await connect({ [GET]: found });
  await client.list();
  const [asked] = server.to(TOKEN_ROUTE);
  expect(asked?.headers['content-type']).toBe('application/json');
  expect(asked?.headers.authorization).toBeUndefined();
  expect(JSON.parse(asked?.body ?? '')).toEqual({
    client_id: 'client-id-of-the-test',
    client_secret: SECRET,
    grant_type: 'client_credentials',
  });
});

test('a hundred calls at once share one request for a token', async () => {
  const { client, server } = await connect({ [GET]: found });
  await Promise.all(Array.from({ length: 100 }, () => client.list()));
  expect(server.to(TOKEN_ROUTE)).toHaveLength(1);
  expect(server.to(GET)).toHaveLength(100);
});

test.each([
  ['60 s before its end', 300, 240],
  ['at half of a life under two minutes', 100, 50],
])('is renewed %s', async (_, life, renewedAt) => {
  let seconds = 0;
  const { client, server } = await connect(issuing(life), { now: () => seconds * 1_000 });
  const usedAt = async (time: number) => {
    seconds = time;
    await client.list();
    return server.to(GET).at(-1)?.headers.authorization;
  };
  expect(await usedAt(0)).toBe('Bearer token-1');
  expect(await usedAt(renewedAt - 1)).toBe('Bearer token-1');
  expect(await usedAt(renewedAt)).toBe('Bearer token-2');
  expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
});

/** A JWT with these claims. Nobody checks its signature here. */
function jwt(claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part(claims)}.signature`;
}

/** When tokens are asked for, in seconds, by a client that calls every second for so long. */
async function renewals(grant: object, until: number): Promise<number[]> {
  let seconds = 0;
  const { client, server } = await connect(
    { [TOKEN_ROUTE]: { body: grant }, [GET]: found },
    { now: () => seconds * 1_000 },
  );
  const asked: number[] = [];
  for (; seconds <= until; seconds += 1) {
    const before = server.to(TOKEN_ROUTE).length;
    await client.list();
    if (server.to(TOKEN_ROUTE).length > before) asked.push(seconds);
  }
  return asked;
}

test.each<[string, object]>([
  ['no life', {}],
  ['null', { expires_in: null }],
  ['an empty text', { expires_in: '' }],
  ['blanks', { expires_in: ' ' }],
  ['0', { expires_in: 0 }],
  ['a negative number', { expires_in: -5 }],
  ['a negative text', { expires_in: '-300' }],
  ['a text that is no number', { expires_in: 'soon' }],
  ['an endless number', { expires_in: '1e999' }],
  ['a list', { expires_in: [300] }],
  ['true', { expires_in: true }],
])('a token that comes with %s is renewed after half a minute, not for each call', async (_, life) => {
  expect(await renewals({ access_token: 'an-opaque-token', ...life }, 61)).toEqual([0, 30, 60]);
});

test.each(['300', ' 300 ', '300.0'])('a life in text is read: "%s"', async (life) => {
  expect(await renewals({ access_token: 'an-opaque-token', expires_in: life }, 241)).toEqual([0, 240]);
});

test('a token that says its own end lives until then, by the clock of who made it', async () => {
  const iat = 1_000_000;
  expect(await renewals({ access_token: jwt({ iat, exp: iat + 200 }) }, 141)).toEqual([0, 140]);
  expect(await renewals({ access_token: jwt({ iat, exp: iat + 200 }), expires_in: 100 }, 51)).toEqual([
    0, 50,
  ]);
});

describe('the life of a token', () => {
  const NOW = 1_700_000_000_000;
  test.each<[string, string, unknown, number]>([
    ['is what the reply says', jwt({ exp: 1 }), 300, 300_000],
    [
      'is up to its end, where the token does not say when it began',
      jwt({ exp: 1_700_000_200 }),
      null,
      200_000,
    ],
    ['is short when its end is over', jwt({ exp: 1_600_000_000 }), null, 60_000],
    ['is short when it ends before it began', jwt({ iat: 200, exp: 100 }), null, 60_000],
    ['is short when its end is a text', jwt({ exp: '1700000200' }), null, 60_000],
    ['is short when it has no end', jwt({}), null, 60_000],
    ['is short when its claims are none', jwt(null), null, 60_000],
    ['is short when it is no JWT', 'a.b.c', null, 60_000],
    ['is short when it is opaque', 'opaque', undefined, 60_000],
    ['is short when it is less than a second', 'opaque', 0.001, 60_000],
  ])('%s', (_, token, expiresIn, life) => {
    expect(lifeOf(token, expiresIn, NOW)).toBe(life);
  });
});

test('a refused token is replaced once and the call repeated', async () => {
  const { client, server } = await connect(issuing(300, new Set(['token-2'])));
  expect(await client.list()).toMatchObject([{ status: 'approved' }]);
  expect(server.to(GET)).toHaveLength(2);
  expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
});

test('a fresh token that is refused too ends the call: no third try', async () => {
  const { client, server } = await connect(issuing(300, new Set()));
  const error = await failureOf(client.list());
  expect(error).toMatchObject({ code: 'PROVIDER_CREDENTIALS', status: 401 });
  expect(error.message).toContain('Missing or invalid authorization header');
  expect(server.to(GET)).toHaveLength(2);
  expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
});

test('when a token ends under a thousand calls, one request replaces it for all', async () => {
  const valid = new Set(['token-1']);
  // Each call has longer than a busy machine needs for all of them.
  const { client, server } = await connect(issuing(300, valid), { timeouts: { call: 100_000 } });
  await client.list();
  valid.clear();
  valid.add('token-2');
  await Promise.all(Array.from({ length: 1_000 }, () => client.list()));
  expect(server.to(TOKEN_ROUTE)).toHaveLength(2);
});

test('wrong credentials, a 400, name the variables to check and show no value', async () => {
  const body = { error: 'invalid_request', error_description: 'client_secret is invalid' };
  const { client, server } = await connect({ [TOKEN_ROUTE]: { status: 400, body } });
  const error = await failureOf(client.list());
  expect(error).toMatchObject({ code: 'PROVIDER_CREDENTIALS', status: 400 });
  expect(error.message).toContain('client_secret is invalid');
  expect(error.next).toContain('HIGH_MOBILITY_CLIENT_ID');
  expect(error.next).toContain('HIGH_MOBILITY_CLIENT_SECRET');
  expect(server.to(TOKEN_ROUTE)).toHaveLength(1);
});

test('a failure is shared by those who wait for it, and forgotten after', async () => {
  const { client, server } = await connect({
    [TOKEN_ROUTE]: [{ status: 503, headers: { 'retry-after': '7' } }, tokenReply()],
    [GET]: found,
  });
  const errors = await Promise.all(Array.from({ length: 20 }, () => failureOf(client.list())));
  expect(new Set(errors.map(({ code, retryAfter }) => `${code} ${retryAfter}`))).toEqual(
    new Set(['PROVIDER_UNAVAILABLE 7000']),
  );
  expect(server.to(TOKEN_ROUTE)).toHaveLength(1);
  expect(await client.list()).toMatchObject([{ status: 'approved' }]);
});

test('the token endpoint never refuses a vehicle: an address that is not there is a bad reply', async () => {
  const { client } = await connect({ [TOKEN_ROUTE]: { status: 404, body: { errors: [{ title: 'no' }] } } });
  expect(await failureOf(client.list())).toMatchObject({ code: 'PROVIDER_BAD_REPLY', retryable: true });
});

test.each([
  { access_token: '', expires_in: 300 },
  { access_token: `${TOKEN}\r\nx: y`, expires_in: 300 },
  { expires_in: 300 },
  null,
])('refuses a grant that it cannot use (%#)', async (body) => {
  const { client } = await connect({ [TOKEN_ROUTE]: { body } });
  expect((await failureOf(client.list())).code).toBe('PROVIDER_BAD_REPLY');
});

test('a token that was replaced meanwhile is not replaced again', async () => {
  let issued = 0;
  const send = async () => ({
    status: 200,
    headers: {},
    requestId: undefined,
    body: JSON.stringify({ access_token: `token-${++issued}`, expires_in: 300 }),
  });
  const source = createTokenSource(
    () => tokenRequest({ baseUrl: 'http://localhost', clientId: 'id', clientSecret: SECRET }),
    send,
    () => 0,
  );
  const first = await source.get();
  expect(await source.replace(first)).toBe('token-2');
  expect(await source.replace(first)).toBe('token-2');
});
