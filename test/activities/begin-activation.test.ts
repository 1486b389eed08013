import { MockActivityEnvironment } from '@temporalio/testing';
import { type Beginning, createActivities } from '../../activities';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../src/catalogue/schema';
import { rulesFor } from '../../src/domain/rules';
import { begin } from '../../workflows/lifecycle/begin';
import { decide } from '../../workflows/lifecycle/lifecycle';
import type { ActivationState } from '../../workflows/lifecycle/state';
import type { SubmissionTrace } from '../../workflows/lifecycle/submission-trace';
import { APP, APP_KEY } from '../support/application';
import { ProviderDouble } from '../support/provider-double';

const VIN = 'WBA8E9G50GN000001';
const NOW = Date.UTC(2026, 0, 1);

let provider: ProviderDouble;
beforeEach(() => {
  provider = new ProviderDouble();
});

function state(brand = 'bmw', provider: string = APP.provider, fleet = 'acme'): ActivationState {
  return begin({ ...APP, provider, vin: VIN, brand, fleet, tags: { depot: 'north' } }, NOW);
}

function beginActivation(
  of: ActivationState,
  overrides?: CatalogueOverrides,
  lost: Partial<SubmissionTrace> = {},
): Promise<Beginning> {
  const catalogue = loadCatalogue(undefined, overrides);
  const { beginActivation: activity } = createActivities({
    providers: { [APP_KEY]: provider },
    rulesOf: (brand, _app, fleet) => rulesFor(catalogue, brand, { speed: 1, fleet }),
    notifier: { send: async () => undefined },
  });
  return new MockActivityEnvironment().run(activity, of, {
    startedAt: of.startedAt,
    maySent: false,
    seen: null,
    ...lost,
  });
}

describe('beginActivation', () => {
  test('reads the rules, and submits where the lifecycle does that first', async () => {
    const { rules, submission } = await beginActivation(state());
    expect(rules.brand.id).toBe('bmw');
    expect(submission).toEqual({
      outcome: 'accepted',
      status: 'pending',
      description: null,
      earlierChange: null,
    });
    expect(provider.calls.map(({ method }) => method)).toEqual(['list', 'submit']);
  });

  test('reads the rules of its fleet', async () => {
    const fleets = { acme: { policy: { eligibility: 'advisory' as const } } };
    expect((await beginActivation(state(), { fleets })).rules.policy.eligibility).toBe('advisory');
    expect(
      (await beginActivation(state('bmw', APP.provider, 'other'), { fleets })).submission,
    ).not.toBeNull();
  });

  test('sends nothing where a worker was lost that may have sent it a moment ago: the list may lag behind', async () => {
    const lost = { maySent: true, sentAt: Date.now() };
    await expect(beginActivation(state(), undefined, lost)).rejects.toMatchObject({
      type: 'PROVIDER_UNSETTLED',
      details: [{ next: expect.any(String), wait: expect.any(Number), told: { maySent: true } }],
    });
    expect(provider.count('submit')).toBe(0);
  });

  test('sends nothing for a vehicle that leaves already', async () => {
    const asked = { type: 'defleet-asked', at: NOW, via: 'cancel', by: null, reason: null } as const;
    const { submission } = await beginActivation(decide(state(), asked).state);
    expect(submission).toBeNull();
    expect(provider.calls).toEqual([]);
  });

  test('sends nothing where the policy has the carmaker asked first', async () => {
    const { rules, submission } = await beginActivation(state(), { policy: { eligibility: 'advisory' } });
    expect(rules.policy.eligibility).toBe('advisory');
    expect(submission).toBeNull();
    expect(provider.calls).toEqual([]);
  });

  test('fails for a brand or a provider that this worker does not know, and sends nothing', async () => {
    await expect(beginActivation(state('trabant'))).rejects.toMatchObject({ type: 'BRAND_UNKNOWN' });
    await expect(beginActivation(state('bmw', 'nobody'))).rejects.toMatchObject({
      type: 'APPLICATION_UNKNOWN',
    });
    expect(provider.calls).toEqual([]);
  });
});
