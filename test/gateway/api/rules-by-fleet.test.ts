import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { ActivationsDouble } from './activations-double';
import { type RunningApi, startApi } from './support';

const VW = 'WVWZZZ1KZAW000001';
const TAG = 'vw-group-customer-name';
const FLEETS = { acme: { policy: { defaultTags: { [TAG]: 'ACME Leasing' } } } };

describe('an API whose catalogue has rules of one fleet', () => {
  let api: RunningApi;
  beforeEach(async () => {
    const catalogue = loadCatalogue(undefined, { fleets: FLEETS });
    api = await startApi(new ActivationsDouble().asActivations, { catalogue });
  });
  afterEach(() => api.close());

  const start = (more: object, token?: string) =>
    api.call('POST', '/v1/activations', {
      body: { vin: VW, brand: 'vw', ...more },
      ...(token && { token }),
    });

  it('takes its vehicles without the tag that it gives them, and asks others for it', async () => {
    expect((await start({ fleet: 'acme' })).status).toBe(202);
    for (const more of [{}, { fleet: 'other' }, { fleet: 'constructor' }]) {
      const answer = await start(more);
      expect([answer.status, answer.body.errors?.[0].code]).toEqual([422, 'TAG_MISSING']);
    }
  });

  it('knows the fleet by the token as well', async () => {
    expect((await start({}, api.tokenFor('operate', ['acme']))).status).toBe(202);
    expect((await start({}, api.tokenFor('operate', ['other']))).status).toBe(422);
  });

  it('says that an activation lives by another catalogue', async () => {
    const { body } = await api.call('GET', `/v1/activations/${VW}`);
    expect(body).toMatchObject({ catalogueVersion: '1', otherRules: true });
  });
});
