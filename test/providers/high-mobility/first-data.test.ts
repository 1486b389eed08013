import type { ServerResponse } from 'node:http';
import type { FirstData } from '../../../src/domain/first-data';
import type { ProviderErrorCode } from '../../../src/providers/provider-error';
import { closeAll, connect, failureOf, TOKEN_ROUTE, tokenReply, VIN } from './harness';

const DATA = `GET /v1/vehicle-data/autoapi-13/${VIN}`;
const problem = (title: string, detail: string) => ({ errors: [{ title, detail }], request_id: 'r-1' });

afterEach(closeAll);

test('200 means that data flows, whatever the data is', async () => {
  const { client } = await connect({ [DATA]: { body: { diagnostics: {} } } });
  expect(await client.firstData(VIN)).toBe('flowing');
});

test('a document that would never end is not read to its end', async () => {
  let response: ServerResponse | undefined;
  const { client } = await connect({
    [DATA]: {
      raw: (reply) => {
        response = reply;
        const more = () => {
          while (reply.write('x'.repeat(64 * 1024)));
        };
        reply.on('drain', more);
        more();
      },
    },
  });
  expect(await client.firstData(VIN)).toBe('flowing');
  expect(response?.writableFinished).toBe(false);
});

test.each<[FirstData, number, string, string]>([
  ['not-yet', 422, 'Pending', 'Vehicle data is not available yet'],
  ['not-yet', 408, 'Timeout', 'Vehicle is offline or asleep'],
  ['lost', 401, 'Not authorized', 'Consent is removed by OEM'],
  ['lost', 403, 'Forbidden', 'No active consent for this vehicle'],
  ['lost', 403, 'Forbidden', 'Privacy mode is active'],
  ['lost', 403, 'Forbidden', 'the driver switched something off'],
  ['not-asked', 403, 'Forbidden', 'The scope vehicle:data is missing'],
  ['not-asked', 404, 'Not found', 'path is not found'],
  ['not-asked', 405, 'Method not allowed', ''],
  ['not-asked', 501, 'Not implemented', ''],
])('%s: %i "%s: %s"', async (answer, status, title, detail) => {
  const { client, server } = await connect({ [DATA]: { status, body: problem(title, detail) } });
  expect(await client.firstData(VIN)).toBe(answer);
  expect(server.to(TOKEN_ROUTE)).toHaveLength(1);
});

test('a 401 about our token gets a new token, once, and the answer to it counts', async () => {
  const refused = {
    status: 401,
    body: problem('Not authorized', 'Missing or invalid authorization header.'),
  };
  const lost = { status: 401, body: problem('Not authorized', 'Consent is removed by OEM') };
  const tokens = [tokenReply('the-first-token'), tokenReply('the-second-token')];
  const { client, server } = await connect({ [TOKEN_ROUTE]: tokens, [DATA]: [refused, lost] });
  expect(await client.firstData(VIN)).toBe('lost');
  expect(server.to(DATA).map(({ headers }) => headers.authorization)).toEqual([
    'Bearer the-first-token',
    'Bearer the-second-token',
  ]);
});

test.each<[ProviderErrorCode, number, unknown]>([
  ['PROVIDER_CREDENTIALS', 401, problem('Not authorized', 'Missing or invalid authorization header.')],
  [
    'PROVIDER_APPLICATION_REFUSED',
    403,
    problem('Forbidden', 'This service account is not associated with a fleet.'),
  ],
  ['PROVIDER_FORBIDDEN', 403, '<html>Access denied</html>'],
  ['PROVIDER_FORBIDDEN', 403, ''],
  ['PROVIDER_TIMEOUT', 408, '<html>Request Timeout</html>'],
  ['PROVIDER_BAD_REPLY', 422, '<html>Unprocessable</html>'],
  ['PROVIDER_BAD_REPLY', 302, ''],
  ['PROVIDER_BAD_REPLY', 404, ''],
  ['PROVIDER_BAD_REPLY', 404, { timestamp: 1, status: 404, error: 'Not Found' }],
  ['PROVIDER_BAD_REPLY', 405, '<html>Not allowed</html>'],
  ['PROVIDER_BAD_REPLY', 422, ''],
  ['PROVIDER_BAD_REPLY', 422, { error: 'Unprocessable Entity' }],
  ['PROVIDER_FORBIDDEN', 403, { status: 403, error: 'Forbidden' }],
  ['PROVIDER_TIMEOUT', 408, ''],
  ['PROVIDER_CREDENTIALS', 401, { error: 'consent_required' }],
  ['PROVIDER_UNAVAILABLE', 501, ''],
  ['PROVIDER_RATE_LIMITED', 429, problem('Rate limit exceeded', 'retry after 7s')],
  ['PROVIDER_UNAVAILABLE', 500, ''],
  ['PROVIDER_UNAVAILABLE', 503, problem('Failure', 'Failure when fetching data from OEM')],
  ['PROVIDER_UNAVAILABLE', 504, ''],
])('%s: %i %j says nothing of the data', async (code, status, body) => {
  const { client } = await connect({ [DATA]: { status, body } });
  const error = await failureOf(client.firstData(VIN));
  expect(error).toMatchObject({ code, status, details: { vin: VIN } });
  if (code === 'PROVIDER_RATE_LIMITED') expect(error.retryAfter).toBe(7_000);
});

test('a page that came with a 200 is not data', async () => {
  const { client } = await connect({ [DATA]: { headers: { 'content-type': 'text/html' }, body: '<html>' } });
  expect((await failureOf(client.firstData(VIN))).code).toBe('PROVIDER_BAD_REPLY');
});

test('an empty VIN is not sent', async () => {
  const { client, server } = await connect({ '*': { status: 422 } });
  expect((await failureOf(client.firstData(''))).code).toBe('PROVIDER_REFUSED');
  expect(server.requests).toEqual([]);
});
