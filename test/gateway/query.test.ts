import { OPERATIONS } from '../../src/gateway/api/operations';
import { VIN } from './api/activations-double';
import { apiForEachTest } from './api/api-for-each-test';
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

  test('is refused by the fleet page in words, as a form of such bytes is', async () => {
    const page = await startPage();
    const browser = await page.signedIn();
    for (const path of ['/', '/vehicles', `/vehicle/${VIN}`, '/find', '/act', '/sign-in', '/page.css']) {
      const answer = await browser.get(`${path}?fleet=%ff`);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.text).toContain('no UTF-8');
      expect(answer.headers['content-security-policy']).toBeDefined();
    }
    await page.close();
  });

  test('is none where it is UTF-8: the fleet is looked for', async () => {
    const answer = await here.api.call('GET', '/v1/activations?fleet=M%C3%BCller+Leasing');
    expect(answer.status).toBe(200);
  });
});
