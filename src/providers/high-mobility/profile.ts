import { createPrivateKey, KeyObject } from 'node:crypto';
import { z } from 'zod';
import { readPrivate, UnreadableFile } from '../../base/private-files';
import { checkVin } from '../../domain/vin';
import { isLoopback, isPrivate, readUrl } from '../../http/address';
import type { ProviderProfile, Settings } from '../profile';
import { CATALOGUE, SUPPORT, TRAITS } from './catalogue';
import { parseWebhook, probeWebhook, verifySignature } from './webhook';

const text = z.string().min(1);

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .refine(
    isPrivateOrNone,
    'must begin with https: the client secret is sent there (http only to this machine)',
  )
  .refine(hasNoPassword, 'must have no name and password in it')
  .transform((value) => value.replace(/\/+$/, '').replace(/\/v1$/, ''));

/** The key that is in a file. */
const privateKey = text.transform((file, context) => {
  try {
    const key = createPrivateKey(readPrivate(file));
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
    context.addIssue({ code: 'custom', message: 'its key is not one for ES256 (curve P-256)' });
  } catch (error) {
    // What OpenSSL says of a key holds nothing of it, and helps nobody either.
    const isOfFile = error instanceof UnreadableFile;
    context.addIssue({
      code: 'custom',
      message: isOfFile ? error.message : 'there is no private key in it (PEM)',
    });
  }
  return z.NEVER;
});

/** What the variables of the sign-in say against each other: a secret, or a key with its id. */
function contradictions(settings: Settings, name: (part: string) => string): string[] {
  const [secret, key, id] = ['CLIENT_SECRET', 'PRIVATE_KEY_FILE', 'PRIVATE_KEY_ID'].map(
    (part) => settings[part] !== undefined,
  );
  const [ofSecret, ofKey, ofId] = ['CLIENT_SECRET', 'PRIVATE_KEY_FILE', 'PRIVATE_KEY_ID'].map(name);
  if (key !== id) return [`${key ? ofKey : ofId} is set without ${key ? ofId : ofKey}. Set both or none.`];
  if (secret && key) return [`${ofSecret} and ${ofKey} are both set. Set the one that you sign in with.`];
  if (!secret && !key) return [`${ofSecret} is not set. Set it, or ${ofKey} and ${ofId}.`];
  return [];
}

/** High Mobility's Fleet Clearance. */
export const highMobility = {
  id: 'high-mobility',
  name: 'High Mobility',
  support: SUPPORT,
  catalogue: CATALOGUE,
  traits: TRAITS,
  // It limits only single reads, which we do not use, and asks for moderate use of the others (Fleet Clearance API
  // reference): these are our own modest figures. A `submit` or `list` carries up to 100 vehicles.
  budgets: { withdraw: 60, submit: 60, list: 60, data: 60, eligibility: 60 },
  checkVehicle: checkVin,
  variables: {
    BASE_URL: {
      fallback: 'https://sandbox.api.high-mobility.com',
      about:
        "The provider's API: `https`, or `http` on this machine. Production is `https://api.high-mobility.com`.",
      schema: baseUrl,
      isShared: true,
    },
    CLIENT_ID: { about: 'OAuth client id of the application (console, tab "OAuth").', schema: text },
    CLIENT_SECRET: {
      about: 'OAuth client secret of the application. Or sign in with a private key:',
      schema: text.optional(),
    },
    PRIVATE_KEY_FILE: {
      about:
        'The file of a private key of the application (PEM, curve P-256), in the place of its secret. Nobody else may read the file.',
      schema: privateKey.optional(),
    },
    PRIVATE_KEY_ID: { about: 'The id that the console shows for that key.', schema: text.optional() },
    WEBHOOK_SECRET: { about: 'The secret that you typed for the webhook in the console.', schema: text },
    WEBHOOK_SECRET_PREVIOUS: {
      about: 'The secret before it, accepted too while you change it (docs/deploying.md).',
      schema: text.optional(),
    },
  },
  address: 'BASE_URL',
  credentials: ['BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'PRIVATE_KEY_FILE', 'PRIVATE_KEY_ID'],
  contradictions,
  // OAuth2 API reference: the scopes of a fleet application.
  scopes: {
    'fleet:clearance': 'no vehicle is submitted, read or withdrawn',
    'vehicle:eligibility-check': 'carmakers are not asked which vehicles can give data (vin eligibility)',
    'vehicle:data': 'nobody sees whether the data of an approved vehicle flows',
  },
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
    const { CLIENT_SECRET: clientSecret, PRIVATE_KEY_FILE: key, PRIVATE_KEY_ID: id } = settings;
    return createHighMobility({
      baseUrl: String(settings['BASE_URL']),
      clientId: String(settings['CLIENT_ID']),
      ...(key instanceof KeyObject
        ? { signingKey: { key, id: String(id) } }
        : { clientSecret: String(clientSecret) }),
      ...events,
    });
  },
  webhook: {
    signatureHeader: 'X-HM-Signature-256',
    deliveryHeader: 'X-HM-Delivery',
    secrets: ['WEBHOOK_SECRET', 'WEBHOOK_SECRET_PREVIOUS'],
    verify: verifySignature,
    parse: parseWebhook,
    probe: probeWebhook,
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
