import { createActivities } from '../../activities';
import { ProviderDouble } from '../support/provider-double';

const VIN = 'WF0AXXWPMAHA90003';

test('checkFirstData asks the provider of the activation', async () => {
  const provider = new ProviderDouble();
  provider.data = 'not-yet';
  const { checkFirstData } = createActivities({
    providers: { 'high-mobility': provider },
    rulesOf: () => {
      throw new Error('not asked for');
    },
    notifier: { send: async () => undefined },
  });
  expect(await checkFirstData({ provider: 'high-mobility', vin: VIN })).toBe('not-yet');
  expect(provider.calls).toEqual([{ method: 'data', vin: VIN }]);
  await expect(checkFirstData({ provider: 'nobody', vin: VIN })).rejects.toMatchObject({
    type: 'PROVIDER_UNKNOWN',
    nonRetryable: true,
  });
});
