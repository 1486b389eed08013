import { z } from 'zod';
import { checkIdentifier } from '../../domain/vin';
import { isLoopback, isPrivate, readUrl } from '../../http/address';
import type { ProviderProfile, Settings } from '../profile';
import { CATALOGUE } from './catalogue';

const text = z.string().min(1);

/** Where it is, by region ("API Rate Limits"). */
const HOSTS = { us: 'https://api.otonomo.io', eu: 'https://api.eu.otonomo.io' } as const;

const region = z
  .string()
  .transform((name) => name.toLowerCase())
  .pipe(z.enum(['us', 'eu'], 'is neither us nor eu'));

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .refine(
    (address) => readUrl(address) === undefined || isPrivate(address),
    'must begin with https: the client secret is sent there (http only to this machine)',
  )
  .refine((address) => {
    const url = readUrl(address);
    return !url || (url.username === '' && url.password === '');
  }, 'must have no name and password in it')
  .transform((address) => address.replace(/\/+$/, ''));

function addressOf({ BASE_URL: address, REGION: name }: Settings): string {
  return address === undefined ? HOSTS[name as keyof typeof HOSTS] : String(address);
}

/** Which region holds the workspace nobody can guess, and a secret goes there. */
function contradictions(
  { BASE_URL: address, REGION: name }: Settings,
  nameOf: (part: string) => string,
): string[] {
  if (address !== undefined && name !== undefined) {
    return [`${nameOf('REGION')} and ${nameOf('BASE_URL')} are both set. Set one of them.`];
  }
  return address === undefined && name === undefined
    ? [`${nameOf('REGION')} is not set. Set it to us or eu.`]
    : [];
}

/** Otonomo's vehicle management for fleets. One application is one workspace, which it calls a service. */
export const otonomo = {
  id: 'otonomo',
  name: 'Otonomo',
  support: 'https://docs.otonomo.io',
  catalogue: CATALOGUE,
  traits: { filteredList: false, firstData: false, enableStep: null, endsAs: 'removed' },
  // It publishes no limit for these calls ("API Rate Limits"): these are our own modest figures. A `submit` carries up to
  // 100 vehicles, a `list` is the whole workspace.
  budgets: { withdraw: 60, submit: 30, list: 10, eligibility: 60 },
  checkVehicle: (identifier) => checkIdentifier(identifier, [16, 17]),
  variables: {
    REGION: { about: 'Where the workspace is: `us` or `eu`.', schema: region.optional(), isShared: true },
    BASE_URL: {
      about:
        'An address in the place of a region: `https`, or `http` on this machine (`vin simulator otonomo`).',
      schema: baseUrl.optional(),
      isShared: true,
    },
    CLIENT_ID: { about: 'OAuth client id.', schema: text },
    CLIENT_SECRET: { about: 'OAuth client secret.', schema: text },
    SERVICE: { about: 'The id of the service: the workspace whose vehicles these are.', schema: text },
  },
  address: 'BASE_URL',
  credentials: ['REGION', 'BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'SERVICE'],
  contradictions,
  account: (settings: Settings) => ({
    baseUrl: addressOf(settings),
    clientId: `${settings['CLIENT_ID']} ${settings['SERVICE']}`,
  }),
  isSandbox: (address: string) => {
    const url = readUrl(address);
    return url !== undefined && isLoopback(url.hostname);
  },
  connect: (settings: Settings, events = {}) => {
    // Loaded when it is needed: commands that only look at names and addresses start without it.
    const { Otonomo } = require('./client') as typeof import('./client');
    return new Otonomo({
      baseUrl: addressOf(settings),
      clientId: String(settings['CLIENT_ID']),
      clientSecret: String(settings['CLIENT_SECRET']),
      service: String(settings['SERVICE']),
      ...events,
    });
  },
} as const satisfies ProviderProfile;
