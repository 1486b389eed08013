import { createActivities } from '../../activities';
import { APP, APP_KEY } from '../support/application';
import { ProviderDouble } from '../support/provider-double';

const VIN = 'WF0AXXWPMAHA90003';

test('checkFirstData asks the provider of the activation', async () => {
  const provider = new ProviderDouble();
  provider.data = 'not-yet';
  const { checkFirstData } = createActivities({
    providers: { [APP_KEY]: provider },
    rulesOf: () => {
      throw new Error('not asked for');
    },
    notifier: { send: async () => undefined },
  });
  expect(await checkFirstData({ ...APP, vin: VIN })).toBe('not-yet');
  expect(provider.calls).toEqual([{ method: 'data', vin: VIN }]);
  await expect(checkFirstData({ ...APP, provider: 'nobody', vin: VIN })).rejects.toMatchObject({
    type: 'APPLICATION_UNKNOWN',
    nonRetryable: true,
  });
});
