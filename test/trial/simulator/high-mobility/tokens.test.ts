import { Tokens } from '../../../../src/trial/simulator/high-mobility/tokens';
import { expectReplyMatches } from '../../../contracts/contract';
import { CREDENTIALS, closeAll, start, VEHICLES } from './support';

afterEach(closeAll);

describe('the token endpoint', () => {
  test('gives a bearer token of 300 seconds that looks like the provider’s', async () => {
    const reply = await (await start()).askToken();
    expectReplyMatches('POST', '/v1/access_tokens', reply.status, reply.body);
    expect(reply.body).toMatchObject({ expires_in: 300, token_type: 'bearer' });
    const [header, claims] = reply.body.access_token
      .split('.')
      .map((part: string) => safeJson(Buffer.from(part, 'base64url').toString()));
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT' });
    expect(claims).toMatchObject({ ver: 1, sub: 'client', exp: claims.iat + 300 });
  });

  test('takes the same fields form-encoded', async () => {
    const caller = await start();
    const body = new URLSearchParams({
      client_id: CREDENTIALS.clientId,
      client_secret: CREDENTIALS.clientSecret,
      grant_type: 'client_credentials',
    });
    expect((await caller.raw('POST', '/v1/access_tokens', { body })).status).toBe(200);
  });

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 'client_secret is invalid'],
    ['a wrong client', { client_id: 'wrong' }, 'client_id is invalid'],
    ['another grant', { grant_type: 'password' }, 'grant_type is invalid'],
    [
      'missing fields',
      { client_id: '', client_secret: undefined, grant_type: null },
      "client_id can't be blank, client_secret can't be blank, grant_type can't be blank",
    ],
  ])('answers 400 to %s, and not 401', async (_, changes, description) => {
    const reply = await (await start()).askToken(changes);
    expectReplyMatches('POST', '/v1/access_tokens', 400, reply.body);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error: 'invalid_request', error_description: description });
  });
});

describe('a call', () => {
  const calls: [string, string][] = [
    ['POST', VEHICLES],
    ['GET', VEHICLES],
    ['GET', `${VEHICLES}/X`],
    ['DELETE', `${VEHICLES}/X`],
  ];
  test.each(calls)('%s %s without a token, or with a foreign one, is answered 401', async (method, path) => {
    const caller = await start();
    for (const authorization of ['', 'Bearer nonsense', `Basic ${await caller.newToken()}`]) {
      const reply = await caller.raw(method, path, { headers: { authorization } });
      expectReplyMatches(method, path, 401, reply.body);
      expect(reply.status).toBe(401);
      expect(reply.body.errors[0].detail).toContain('Missing or invalid authorization header');
    }
  });

  test('is answered 401 once the tokens are taken back, until a new one is fetched', async () => {
    const caller = await start();
    expect((await caller.list()).status).toBe(200);
    caller.simulator.revokeTokens();
    expect((await caller.list()).status).toBe(401);
    const authorization = `Bearer ${await caller.newToken()}`;
    expect((await caller.raw('GET', VEHICLES, { headers: { authorization } })).status).toBe(200);
  });

  test('does not age with the simulated clock', async () => {
    const caller = await start();
    await caller.list();
    caller.pass(40 * 86_400_000);
    expect((await caller.list()).status).toBe(200);
  });
});

test('a token is good until its last millisecond and no longer', () => {
  let now = 1_000_000;
  const tokens = new Tokens('client', 2_500, () => now);
  const token = tokens.issue('http://issuer');
  expect(token.expires_in).toBe(2);
  now += 2_499;
  expect(tokens.accepts(`Bearer ${token.access_token}`)).toBe(true);
  now += 1;
  expect(tokens.accepts(`Bearer ${token.access_token}`)).toBe(false);
});

/** The signature is no JSON. */
function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
