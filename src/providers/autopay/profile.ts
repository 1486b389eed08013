import { z } from 'zod';
import { isPrivate, readUrl } from '../../http/address';
import { LEVELS, type Level, type ParkingProfile } from '../parking';
import type { Settings } from '../profile';
import { notificationReader } from './notification';

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
    (value) => !/\/v1(?:\/|$)/i.test(readUrl(value)?.pathname ?? ''),
    'is that of Fleet API version 1, which ended on 2026-11-05. Write it without /fleet/v1: version 2 is asked',
  )
  .transform((value) => value.replace(/\/fleet(?:\/v2(?:\/.*)?)?$/i, ''));

/** Its own samples have 12 characters. */
const token = z
  .string()
  .regex(/^\S+$/, 'has a space in it')
  .min(8, 'is too short: a token has 8 characters or more')
  .optional();

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
    WEBHOOK_TOKEN: {
      about:
        'The token that Autopay sends with notifications of entries: they come in at `/webhooks/autopay/<credential>` of the gateway. Unset: none are taken.',
      schema: token,
    },
    WEBHOOK_TOKEN_PREVIOUS: {
      about: 'The token before it, accepted too while you change it.',
      schema: token,
    },
    WEBHOOK_PERIODIC_TOKEN: {
      about:
        'The same for periodical notifications, at `/webhooks/autopay/<credential>/periodic`. Unset: that of entries.',
      schema: token,
    },
    WEBHOOK_PERIODIC_TOKEN_PREVIOUS: {
      about: 'The token before it, accepted too while you change it.',
      schema: token,
    },
  },
  notifications: {
    ...notificationReader,
    doors: [
      { under: '', tokens: ['WEBHOOK_TOKEN', 'WEBHOOK_TOKEN_PREVIOUS'] },
      { under: '/periodic', tokens: ['WEBHOOK_PERIODIC_TOKEN', 'WEBHOOK_PERIODIC_TOKEN_PREVIOUS'] },
    ],
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
