import { VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();

const READ = `/v1/activations/${VIN}`;
const START = '/v1/activations';

describe('an address', () => {
  test('that does not exist is answered with 404', async () => {
    for (const path of [
      `/v1/activations/${'W'.repeat(700)}`,
      '/v1/activations/%zz',

      '/v1/',
      '/v1/vehicles',
      `${READ}/delete`,
      '/v1/activations/batch/x',
      `/v1/activations//`,
    ]) {
      const answer = await here.api.call('POST', path, { body: {} });
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'NOT_FOUND']);
    }
  });

  test('that does not know the method says which it knows', async () => {
    for (const [method, path, allow] of [
      ['DELETE', READ, 'GET, HEAD'],
      ['PUT', START, 'POST, GET, HEAD'],
      ['GET', `${START}/batch`, 'POST'],
      ['GET', `${READ}/defleet`, 'POST'],
      ['OPTIONS', START, 'POST, GET, HEAD'],
    ] as const) {
      const answer = await here.api.call(method, path);
      expect([path, answer.status, answer.body.code, answer.headers['allow']]).toEqual([
        path,
        405,
        'METHOD_NOT_ALLOWED',
        allow,
      ]);
    }
  });

  test('has headers that keep answers out of caches and browsers from guessing', async () => {
    for (const answer of [
      await here.api.call('GET', READ),
      await here.api.call('GET', READ, { token: null }),
    ]) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('/openapi.json can be read without a token', async () => {
    const answer = await here.api.call('GET', '/openapi.json', { token: null });
    expect([answer.status, answer.body.openapi]).toEqual([200, '3.1.0']);
    // Else a few bytes would ask for it many times, and nobody has to read it.
    expect(answer.headers['connection']).toBe('close');
  });

  test('for webhooks still takes bytes and answers in its own form', async () => {
    const answer = await here.api.call('POST', '/webhooks/high-mobility/default', {
      token: null,
      body: '{}',
    });
    expect([answer.status, answer.body.code]).toEqual([401, 'SIGNATURE_WRONG']);
  });
});
