import { USUAL_SHARE } from '../../src/config/token-share';
import { OPERATIONS } from '../../src/gateway/api/operations';
import { ActivationsDouble, VIN } from './api/activations-double';
import { apiForEachTest } from './api/api-for-each-test';
import { startApi } from './api/support';
import { startPage } from './page/support';

const QUERIES = ['fleet=%ff', 'limit=5&x=%', '%e4=1', 'a=1&fleet=M%fcller'];

describe('a query that is no UTF-8', () => {
  const here = apiForEachTest();
  const paths = OPERATIONS.map(({ method, path, body }): [string, string, object | undefined] => [
    method,
    `/v1${path.replace('{vin}', VIN).replace('{plate}', 'NO-AA12345').replace('{id}', 'one')}`,
    body && {},
  ]);

  test.each(paths)('is refused by the API: %s %s', async (method, path, body) => {
    for (const query of QUERIES) {
      const answer = await here.api.call(method, `${path}?${query}`, { body });
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'QUERY_MALFORMED']);
    }
  });

  test('is not looked at where the token is no good', async () => {
    const answer = await here.api.call('GET', '/v1/activations?fleet=%ff', { token: null });
    expect(answer.body.code).toBe('TOKEN_REFUSED');
  });

  test.each([
    ['GET', '/healthz'],
    ['GET', '/readyz'],
    ['GET', '/openapi.json'],
    ['POST', '/webhooks/high-mobility/default'],
  ])('is refused elsewhere: %s %s', async (method, path) => {
    const answer = await here.api.call(method, `${path}?x=%ff`, { token: null });
    expect([answer.status, answer.body.code]).toEqual([400, 'QUERY_MALFORMED']);
  });

  test('is refused by the fleet page in words', async () => {
    const page = await startPage();
    const browser = await page.signedIn();
    for (const path of ['/', '/vehicles', `/vehicle/${VIN}`, '/find', '/act', '/sign-in', '/page.css']) {
      const answer = await browser.get(`${path}?fleet=%ff`);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.text).toContain('no UTF-8');
      expect(answer.headers['content-security-policy']).toBeDefined();
    }
    // One a connection: a stranger may leave it unread.
    expect((await page.browser().get('/?x=%ff')).headers['connection']).toBe('close');
    await page.close();
  });

  test('is a call of the share of its token: else each would be a line in the log, without end', async () => {
    const share = { ...USUAL_SHARE, calls: 20 };
    const api = await startApi(new ActivationsDouble().asActivations, { share, holdFor: 0 });
    const token = api.tokenFor('read', '*');
    const statuses = [];
    for (let time = 0; time < 3; time += 1)
      statuses.push((await api.call('GET', '/v1/summary?fleet=%ff', { token })).status);
    expect(statuses).toEqual([400, 429, 429]);
    await api.close();
  });

  test('is none where it is UTF-8: the fleet is looked for', async () => {
    const answer = await here.api.call('GET', '/v1/activations?fleet=M%C3%BCller+Leasing');
    expect(answer.status).toBe(200);
  });
});
