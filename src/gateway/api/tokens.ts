import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Fleets } from '../../activations/search';
import { APPLICATION_NAME, type Application, applicationOf } from '../../domain/application';
import { fleetName, nameOf } from './names';

/** What a token may do: `read` looks; `operate` also starts activations and sends messages. */
const ROLES = ['read', 'operate'] as const;
export type Role = (typeof ROLES)[number];

const application = z.strictObject({
  provider: z.string().regex(APPLICATION_NAME),
  application: z.string().regex(APPLICATION_NAME),
});

/** Applications of one token beside its own. */
export const MOST_OTHERS = 20;

const token = z.strictObject({
  id: z.string().min(1),
  /** Who has it; kept with what is done by it. */
  name: nameOf(60),
  role: z.enum(ROLES),
  fleets: z.union([z.literal('*'), z.array(fleetName).min(1)]),
  /** The application that it is for; without them: the gateway's own. */
  provider: z.string().regex(APPLICATION_NAME).optional(),
  application: z.string().regex(APPLICATION_NAME).optional(),
  /** Further ones that a request may name. */
  others: z.array(application).max(MOST_OTHERS).optional(),
  /** SHA-256 of the token, in hex. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
});

/** What is kept of a token: enough to know it again, not enough to use it. */
export type Token = z.infer<typeof token>;

export const tokenFile = z.strictObject({ version: z.literal(1), tokens: z.array(token) });

const PREFIX = 'vin_';
const BYTES = 32;
const FORM = /^vin_[A-Za-z0-9_-]{43}$/;

/** Without an application it is for the gateway's own. */
export interface TokenWish extends Partial<Application> {
  readonly name: string;
  readonly role: Role;
  readonly fleets: Fleets;
  /** Applications that a request may name beside the token's own. @default none */
  readonly others?: readonly Application[];
  /** Milliseconds since 1970, or null for never. */
  readonly expiresAt: number | null;
}

/** Makes a token. `text` is shown once and kept nowhere. */
export function makeToken(wish: TokenWish, now: number): { text: string; token: Token } {
  const text = `${PREFIX}${randomBytes(BYTES).toString('base64url')}`;
  return {
    text,
    token: {
      id: randomUUID().slice(0, 8),
      name: wish.name,
      role: wish.role,
      fleets: wish.fleets === '*' ? '*' : [...wish.fleets],
      ...(wish.provider && wish.application && { provider: wish.provider, application: wish.application }),
      ...(wish.others && wish.others.length > 0 && { others: wish.others.map(applicationOf) }),
      hash: hashOf(text).toString('hex'),
      createdAt: new Date(now).toISOString(),
      expiresAt: wish.expiresAt === null ? null : new Date(wish.expiresAt).toISOString(),
    },
  };
}

/**
 * The token that somebody shows, if it is one of these and has not expired. Each is compared in constant time, and
 * all of them are.
 */
export function findToken(tokens: readonly Token[], text: string, now: number): Token | null {
  if (!FORM.test(text)) return null;
  const shown = hashOf(text);
  const [found] = tokens.filter(({ hash }) => timingSafeEqual(Buffer.from(hash, 'hex'), shown));
  return found && !isExpired(found, now) ? found : null;
}

export function isExpired({ expiresAt }: Token, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now;
}

/**
 * One round of SHA-256 is right here. Slow hashes such as bcrypt protect words that people choose; nobody can guess
 * 256 random bits, and a slow hash on each request would only help those who want to keep us busy.
 */
function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
