import { z } from 'zod';
import { checkIdentifier } from '../../src/domain/vin';
import type { ProviderProfile } from '../../src/providers/profile';
import { CATALOGUE } from './catalogue';
import { Nutshell } from './client';

const text = z.string().min(1);

/** A provider that differs from every other one in all that a provider can differ in. */
export const nutshell = {
  id: 'nutshell',
  name: 'Nutshell',
  support: 'help@nutshell.test',
  catalogue: CATALOGUE,
  traits: { filteredList: false, firstData: false, enableStep: 'to-enable', endsAs: 'absent' },
  budgets: { withdraw: 60, submit: 60, enable: 60, list: 60 },
  checkVehicle: (identifier) => checkIdentifier(identifier, [16]),
  variables: {
    BASE_URL: { about: 'Where it is.', schema: z.url() },
    CLIENT_ID: { about: 'Its id.', schema: text },
    CLIENT_SECRET: { about: 'Its secret.', schema: text },
    SERVICE: { about: 'What it calls an application.', schema: text },
  },
  address: 'BASE_URL',
  credentials: ['BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'SERVICE'],
  account: (settings) => ({
    baseUrl: String(settings['BASE_URL']),
    clientId: `${settings['CLIENT_ID']} ${settings['SERVICE']}`,
  }),
  isSandbox: () => false,
  connect: (settings) =>
    new Nutshell({
      baseUrl: String(settings['BASE_URL']),
      clientId: String(settings['CLIENT_ID']),
      clientSecret: String(settings['CLIENT_SECRET']),
      service: String(settings['SERVICE']),
    }),
} satisfies ProviderProfile;
