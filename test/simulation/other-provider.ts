import type { Application } from '../../src/domain/application';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { API } from '../../src/providers/high-mobility/errors';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { Otonomo } from '../../src/providers/otonomo/client';
import type { ProviderProfile } from '../../src/providers/profile';
import type { ClearanceProvider, EnableAnswer } from '../../src/providers/provider';
import { statusError } from '../../src/providers/shared/errors';
import type { Transport } from '../../src/providers/shared/transport';
import { APP } from '../support/application';
import { ENABLE } from './forgetful';
import { TO_ENABLE, type World } from './world';

/**
 * A provider of other traits, at another application. It speaks the words of the first on the wire: what differs is what it
 * does with them.
 */
export const FORGETFUL: Pick<ProviderProfile, 'id' | 'catalogue' | 'traits'> = {
  id: 'other',
  traits: { filteredList: false, firstData: false, enableStep: 'to-enable', endsAs: 'absent' },
  catalogue: {
    ...highMobility.catalogue,
    reasons: [
      ...highMobility.catalogue.reasons,
      {
        id: 'to-enable',
        on: ['pending'],
        texts: [TO_ENABLE],
        brands: ['*'],
        class: 'progress',
        owner: 'nobody',
        action: 'Nothing: it is enabled by itself.',
        retry: { kind: 'never' },
        ladder: 'waiting',
        source: 'the lives',
      },
    ],
  },
};

/** Whose the vehicle of a life is. */
export function appOf({ isForgetful }: World): Application {
  return isForgetful ? { provider: 'other', application: 'acme' } : APP;
}

/** The real client of the provider of a life. */
export function clientOf({ isOtonomo, isForgetful }: World, transport: Transport) {
  const options = {
    baseUrl: 'http://provider.invalid',
    clientId: 'simulation',
    clientSecret: 'simulation-secret',
    transport,
  };
  if (isOtonomo) return new Otonomo({ ...options, service: 'simulation' });
  const client = createHighMobility(options);
  return isForgetful ? { ...client, ...enabling(client, transport) } : client;
}

/** The client with the step that enables. */
function enabling(provider: ClearanceProvider, transport: Transport): ClearanceProvider {
  return {
    ...provider,
    enable: async (vin): Promise<EnableAnswer> => {
      const endpoint = { api: API, name: `POST ${ENABLE}`, vin };
      const request = { endpoint, method: 'POST', path: ENABLE, maxBytes: 1_024 } as const;
      const reply = await transport.send(request, new AbortController().signal);
      if (reply.status === 202) return { outcome: 'accepted' };
      const word = API.readErrors(reply.body)?.problems[0]?.detail ?? '';
      if (reply.status === 404 && API.isWord(reply.body)) return { outcome: 'absent', detail: word };
      if (reply.status === 403 && word.includes('not ready')) return { outcome: 'not-yet', detail: word };
      throw statusError(endpoint, reply);
    },
  };
}
