import { replyWith, VIN } from './activations-double';
import { apiForEachTest } from './api-for-each-test';

const here = apiForEachTest();

const READ = `/v1/activations/${VIN}`;
const CANARY = 'only-for-us';

describe('a field that the report and the rows have, and the schema of the API does not', () => {
  beforeEach(() => {
    here.activations.unknownFields = { newColumn: CANARY, nested: { deep: CANARY } };
    here.activations.listed = [{ vin: VIN }];
  });

  test.each<[string, number, string, string, unknown]>([
    ['the activation', 200, 'GET', READ, undefined],
    ['the activation that was waited for', 200, 'GET', `${READ}?wait=approved&timeout=1s`, undefined],
    ['a page', 200, 'GET', '/v1/activations', undefined],
    ['what was started', 202, 'POST', '/v1/activations', { vin: VIN, brand: 'bmw' }],
  ])('is not in the answer: %s', async (_, status, method, path, body) => {
    const answer = await here.api.call(method, path, body === undefined ? {} : { body });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(VIN);
    expect(answer.text).not.toContain(CANARY);
  });

  test('is not in the answer to a message', async () => {
    here.activations.reply = { ...replyWith('taken'), ...here.activations.unknownFields };
    const answer = await here.api.call('POST', `${READ}/retry`, { body: {} });
    expect(answer.body.outcome).toBe('taken');
    expect(answer.text).not.toContain(CANARY);
  });
});
