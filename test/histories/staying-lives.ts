import { ProviderError } from '../../src/providers/provider-error';
import {
  type AmendRequest,
  acknowledge,
  amend,
  clearanceChanged,
  refresh,
  resume,
} from '../../workflows/contract/messages';
import { ask } from '../support/messages';
import { unreachable } from '../support/provider-double';
import type { Life, Script, ScriptedProvider } from './life';

type Told = Omit<Script, 'brand' | 'outcome' | 'cancelled'>;

/** Lives in which nobody here asks the vehicle to leave. */
const uncancelled = (outcome: string, brands: string[], told: Told | Told['live']): Script[] =>
  brands.map((brand) => ({
    brand,
    outcome,
    cancelled: 'uncancelled',
    ...(typeof told === 'function' ? { live: told } : told),
  }));

const away = (provider: ScriptedProvider): void => {
  provider.failure = unreachable();
};

/** The request arrives, its answer does not. */
const losesTheAnswer = (provider: ScriptedProvider): void => {
  provider.beforeSubmitAnswer = async () => {
    provider.beforeSubmitAnswer = async () => undefined;
    provider.set('pending');
    throw new ProviderError('PROVIDER_TIMEOUT', 'no answer in time', 'It is tried again.');
  };
};

async function amended({ handle }: Life, request: AmendRequest): Promise<void> {
  await ask(handle, amend, request);
}

/** Rejected for something that a person has to mend, told so, and approved after that. */
const mended =
  (reason: string): Told['live'] =>
  async (life) => {
    await life.parked(reason);
    await life.retry();
    await life.quiet();
  };

const byPoll: Told['live'] = async (life) => {
  await life.status('pending');
  life.provider.set('pending', 'privacy mode is enabled');
  await life.see(({ reason }) => reason !== null);
  life.provider.set('approved');
  await life.step('quiet');
};

export const STAYING_LIVES: Script[] = [
  ...uncancelled('approved-by-webhook', ['bmw'], (life) => life.quiet()),
  ...uncancelled('approved-by-poll', ['renault'], byPoll),
  ...uncancelled('data-late', ['mercedes-benz'], {
    prepare: (provider) => {
      provider.data = 'not-yet';
    },
    live: async (life) => {
      await life.approved();
      await life.see(({ waitingFor }) => waitingFor?.startsWith('the first data') ?? false);
      life.provider.data = 'flowing';
      await life.step('quiet');
    },
  }),
  ...uncancelled('data-lost', ['volkswagen'], {
    prepare: (provider) => {
      provider.data = 'lost';
    },
    live: async (life) => {
      await life.approved();
      await life.see(({ data, escalationLevel }) => data === 'lost' && escalationLevel > 0);
    },
  }),
  ...uncancelled('rejected-for-good', ['bmw'], async (life) => {
    await life.status('pending');
    await life.hears('rejected', 'unspecified');
    await life.ended();
  }),
  ...uncancelled('rejected-and-mended', ['ford'], mended('consent assignment missing')),
  ...uncancelled('rejected-and-driven', ['opel'], mended('no data received')),
  ...uncancelled('rejected-and-parked', ['skoda'], (life) => life.parked('OEM fleet assignment failed')),
  ...uncancelled('rejected-then-approved', ['mercedes-benz'], async (life) => {
    await life.status('pending');
    await life.hears('rejected', 'VIN activation timeout');
    await life.status('rejected');
    await life.quiet();
  }),
  ...uncancelled('rejected-till-parked', ['ford'], async (life) => {
    const reason = 'invalid OEM state: VIN revoke in progress';
    for (const submit of [1, 2, 3]) {
      await life.see(({ status, attempts }) => status === 'pending' && attempts.submit === submit);
      await life.hears('rejected', reason);
    }
    await life.step('parked');
  }),
  ...uncancelled('tag-amended', ['audi'], async (life) => {
    await life.parked('customer name tag missing');
    await amended(life, { tags: { 'vw-group-customer-name': 'ACME' }, by: 'ops' });
    await life.quiet();
  }),
  ...uncancelled('refused-for-good', ['bmw'], {
    prepare: (provider) => {
      provider.refusal = 'vin should be 17 character(s)';
    },
    live: (life) => life.ended(),
  }),
  ...uncancelled('brand-amended', ['toyota'], {
    prepare: (provider) => {
      provider.refusal = 'The brand is invalid';
    },
    live: async (life) => {
      await life.step('parked');
      life.provider.refusal = null;
      await amended(life, { brand: 'lexus' });
      await life.quiet();
    },
  }),
  ...uncancelled('provider-away-too-long', ['porsche'], {
    prepare: away,
    live: async (life) => {
      await life.step('parked');
      life.provider.failure = null;
      await ask(life.handle, resume, { by: 'ops' });
      await life.quiet();
    },
  }),
  ...uncancelled('answer-lost', ['polestar'], {
    prepare: losesTheAnswer,
    live: (life) => life.quiet(),
  }),
  ...uncancelled('revoked-and-resumed', ['jeep'], async (life) => {
    await life.quiet();
    await life.hears('revoked');
    await life.step('parked');
    await ask(life.handle, resume, { by: 'ops' });
    await life.quiet();
  }),
  ...uncancelled('revoked-and-submitted-again', ['dacia'], async (life) => {
    await life.quiet();
    await amended(life, { policy: { drift: 'resubmit' } });
    await life.hears('revoked');
    await life.see(({ attempts }) => attempts.submit === 2);
    await life.quiet();
  }),
  ...uncancelled('lost-by-the-provider', ['mini'], async (life) => {
    await life.status('pending');
    life.provider.record = null;
    await life.step('parked');
  }),
  ...uncancelled('acknowledged', ['cupra'], async (life) => {
    await life.status('pending');
    await life.hears('pending', 'privacy mode is enabled');
    await life.see(({ reason }) => reason !== null);
    await ask(life.handle, acknowledge, { until: '3d', by: 'ops' });
    await life.quiet();
  }),
  ...uncancelled('refreshed', ['kia'], async (life) => {
    await life.quiet();
    await ask(life.handle, refresh, { by: 'ops' });
    await life.hears('revoked');
    await life.step('parked');
    await ask(life.handle, refresh, { by: 'ops' });
  }),
  ...uncancelled('unknown-status', ['peugeot'], async (life) => {
    await life.status('pending');
    await life.hears('unknown');
    await life.status('unknown');
    await life.hears('approved');
    await life.status('approved');
    await life.step('quiet');
  }),
  ...uncancelled('earlier-withdrawal', ['citroen'], {
    prepare: (provider) => provider.set('revoking'),
    live: async (life) => {
      await life.status('revoking');
      life.provider.set('revoked');
      await life.quiet();
    },
  }),
  ...uncancelled('given-up', ['fiat'], async (life) => {
    await life.status('pending');
    await amended(life, { policy: { giveUp: { after: '1s', by: 'withdraw' } } });
    await life.lets('canceled');
  }),
  ...uncancelled('given-up-and-parked', ['lexus'], async (life) => {
    await life.status('pending');
    await amended(life, { policy: { giveUp: { after: '1s', by: 'park' } } });
    await life.step('parked');
  }),
  ...uncancelled('continued', ['mercedes-benz'], async (life) => {
    await life.status('pending');
    await continued(life);
    await life.quiet();
  }),
];

/** The webhook repeats itself until the activation goes on in a fresh run. */
export async function continued({ handle }: Life): Promise<void> {
  const first = (await handle.describe()).runId;
  while ((await handle.describe()).runId === first) {
    await handle.signal(clearanceChanged, { status: 'pending', deliveryId: 'the same' });
  }
}
