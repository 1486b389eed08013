import { MOST_TOKENS, tokenRequests } from '../../../src/providers/otonomo/sign-in';
import { closeAll, connect, failureOf, ONE, TOKEN_ROUTE, tokenReply, VEHICLES, workspace } from './harness';

afterEach(closeAll);

const LIST = `GET ${VEHICLES}`;
const HOUR = 3_600_000;

test('the token is asked for by a form that names the workspace', async () => {
  const { client, server } = await connect({ [LIST]: workspace({}) });
  await client.list();
  const [asked] = server.to(TOKEN_ROUTE);
  expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
    client_id: 'client-id-of-the-test',
    client_secret: expect.any(String),
    grant_type: 'client_credentials',
    service: 'workspace-of-the-test',
  });
  expect(server.to(LIST)[0]?.headers.authorization).toMatch(/^Bearer /);
});

test.each([
  [3_600, 1],
  [86_400, 24],
])('a token of %d seconds is asked for again after %d hours, less a minute', async (life, hours) => {
  let now = 0;
  const { client, server } = await connect(
    { [TOKEN_ROUTE]: tokenReply('a-token', life), [LIST]: workspace({}) },
    { now: () => now },
  );
  const tokensAt = async (time: number) => {
    now = time;
    await client.list();
    return server.to(TOKEN_ROUTE).length;
  };
  expect(await tokensAt(0)).toBe(1);
  expect(await tokensAt(hours * HOUR - 61_000)).toBe(1);
  expect(await tokensAt(hours * HOUR - 60_000)).toBe(2);
});

test('calls that need a token at the same time wait for one request', async () => {
  const { client, server } = await connect({ [LIST]: workspace({}) });
  await Promise.all([client.list(), client.list(), client.eligibility({ vin: ONE }).catch(() => {})]);
  expect(server.to(TOKEN_ROUTE)).toHaveLength(1);
});

test.each([
  [400, {}],
  [400, { error: 'invalid_client' }],
  [401, { detail: 'no' }],
])('a token that is refused by %d %j is a matter of credentials', async (status, body) => {
  const { client } = await connect({ [TOKEN_ROUTE]: { status, body } });
  const error = await failureOf(client.contact(5_000));
  expect(error).toMatchObject({ code: 'PROVIDER_CREDENTIALS', status });
  expect(error.next).toContain('OTONOMO_SERVICE');
});

test('no more tokens are asked for than an hour allows, whatever refuses them', () => {
  let now = 0;
  const asking = tokenRequests({ clientId: 'id', clientSecret: 'a-secret', service: 'one' }, () => now);
  for (let call = 0; call < MOST_TOKENS; call++) asking();
  now = HOUR / 2;
  expect(asking).toThrow(expect.objectContaining({ code: 'PROVIDER_RATE_LIMITED', retryAfter: HOUR / 2 }));
  now = HOUR + 1;
  expect(asking).not.toThrow();
  expect(MOST_TOKENS).toBeLessThanOrEqual(5_000);
});
