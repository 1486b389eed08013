import { z } from 'zod';
import { isPrivate, readUrl } from '../../http/address';
import { LEVELS, type Level, type ParkingProfile } from '../parking';
import type { Settings } from '../profile';

const text = z.string().min(1);

const address = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .refine(
    (value) => readUrl(value) === undefined || isPrivate(value),
    'must begin with https: the client secret is sent there (http only to this machine)',
  )
  .refine((value) => {
    const url = readUrl(value);
    return !url || (url.username === '' && url.password === '');
  }, 'must have no name and password in it')
  .transform((value) => value.replace(/\/+$/, ''));

const baseUrl = address
  .refine(
    (value) => !/\/v1$/.test(value),
    'is that of Fleet API version 1, which ended on 2026-11-05. Write it without /fleet/v1: version 2 is asked',
  )
  .transform((value) => value.replace(/\/fleet(?:\/v2)?$/, ''));

const level = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(LEVELS, `is none of ${LEVELS.join(', ')}`));

function credentialOf(settings: Settings) {
  const { BASE_URL, AUTH_URL, CLIENT_ID, CLIENT_SECRET } = settings;
  return {
    baseUrl: String(BASE_URL),
    authUrl: String(AUTH_URL),
    clientId: String(CLIENT_ID),
    clientSecret: String(CLIENT_SECRET),
  };
}

/** Autopay's Fleet API. One credential is one agreement with one operator; the fleet's profile is one for all of them. */
export const autopay = {
  id: 'autopay',
  name: 'Autopay',
  support: 'sales@autopay.io',
  variables: {
    BASE_URL: {
      fallback: 'https://api.autopay.io',
      about: "Autopay's API: `https`, or `http` on this machine (`vin simulator autopay`).",
      schema: baseUrl,
      isShared: true,
    },
    AUTH_URL: {
      fallback: 'https://api-auth.autopay.io',
      about: 'Where its access tokens come from.',
      schema: address,
      isShared: true,
    },
    CLIENT_ID: { about: 'OAuth client id of the credential, which is bound to one operator.', schema: text },
    CLIENT_SECRET: { about: 'OAuth client secret of the credential.', schema: text },
    OPERATOR: {
      about: 'The operator whose agreement it is, as you call it: for people.',
      schema: text.optional(),
    },
    LEVEL: {
      fallback: 'medium',
      about:
        'What the agreement allows: `small`, `medium` (services, locks) or `enterprise` (notifications). What it does not have is not asked for.',
      schema: level,
    },
  },
  address: 'BASE_URL',
  credentials: ['BASE_URL', 'AUTH_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'OPERATOR', 'LEVEL'],
  // No limit is documented: a modest figure of our own.
  callsAMinute: 240,
  account: (settings: Settings) => ({
    baseUrl: String(settings['BASE_URL']),
    clientId: String(settings['CLIENT_ID']),
  }),
  secret: (settings: Settings) => String(settings['CLIENT_SECRET']),
  level: (settings: Settings) => settings['LEVEL'] as Level,
  operator: (settings: Settings) => (settings['OPERATOR'] as string | undefined) ?? null,
  connect: (settings: Settings, connection = {}) => {
    // Loaded when it is needed: commands that only look at names and addresses start without it.
    const { createAutopay } = require('./client') as typeof import('./client');
    return createAutopay({ ...credentialOf(settings), ...connection });
  },
  mint: (settings: Settings) => {
    const { mint } = require('./sign-in') as typeof import('./sign-in');
    return mint(credentialOf(settings));
  },
} as const satisfies ParkingProfile;
