import { z } from 'zod';
import { isLoopback, isPrivate, readUrl } from '../../http/address';
import type { ProviderProfile, Settings } from '../profile';
import { CATALOGUE } from './catalogue';
import { parseWebhook, verifySignature } from './webhook';

const text = z.string().min(1);

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .refine(
    isPrivateOrNone,
    'must begin with https: the client secret is sent there (http only to this machine)',
  )
  .refine(hasNoPassword, 'must have no name and password in it')
  .transform((value) => value.replace(/\/+$/, '').replace(/\/v1$/, ''));

/** High Mobility's Fleet Clearance. */
export const highMobility = {
  id: 'high-mobility',
  name: 'High Mobility',
  support: 'support@high-mobility.com',
  catalogue: CATALOGUE,
  variables: {
    BASE_URL: {
      fallback: 'https://sandbox.api.high-mobility.com',
      about:
        "The provider's API: `https`, or `http` on this machine. Production is `https://api.high-mobility.com`.",
      schema: baseUrl,
      isShared: true,
    },
    CLIENT_ID: { about: 'OAuth client id of the application (console, tab "OAuth").', schema: text },
    CLIENT_SECRET: { about: 'OAuth client secret of the application.', schema: text },
    WEBHOOK_SECRET: { about: 'The secret that you typed for the webhook in the console.', schema: text },
    WEBHOOK_SECRET_PREVIOUS: {
      about: 'The secret before it, accepted too while you change it (docs/deploying.md).',
      schema: text.optional(),
    },
  },
  address: 'BASE_URL',
  credentials: ['BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET'],
  account: (settings: Settings) => ({
    baseUrl: String(settings['BASE_URL']),
    clientId: String(settings['CLIENT_ID']),
  }),
  isSandbox: (address: string) => {
    const { hostname } = new URL(address);
    return hostname.startsWith('sandbox.') || isLoopback(hostname);
  },
  connect: (settings: Settings, events = {}) => {
    // Loaded when it is needed: commands that only look at names and addresses start without it.
    const { createHighMobility } = require('./client') as typeof import('./client');
    return createHighMobility({
      baseUrl: String(settings['BASE_URL']),
      clientId: String(settings['CLIENT_ID']),
      clientSecret: String(settings['CLIENT_SECRET']),
      ...events,
    });
  },
  webhook: {
    signatureHeader: 'X-HM-Signature-256',
    deliveryHeader: 'X-HM-Delivery',
    secrets: ['WEBHOOK_SECRET', 'WEBHOOK_SECRET_PREVIOUS'],
    verify: verifySignature,
    parse: parseWebhook,
  },
} as const satisfies ProviderProfile;

/** What is no address is said already. */
function isPrivateOrNone(address: string): boolean {
  return readUrl(address) === undefined || isPrivate(address);
}

/** A password in an address would be shown wherever the address is. */
function hasNoPassword(address: string): boolean {
  const url = readUrl(address);
  return !url || (url.username === '' && url.password === '');
}
