import { createHmac } from 'node:crypto';

/** A secret as Standard Webhooks 1.0.0 writes it: 24 to 64 random bytes in base64 behind `whsec_`. */
export function isWebhookSecret(secret: string): boolean {
  const key = keyOf(secret);
  const isBase64 =
    key.toString('base64').replace(/=+$/, '') === secret.slice(PREFIX.length).replace(/=+$/, '');
  return secret.startsWith(PREFIX) && isBase64 && key.length >= 24 && key.length <= 64;
}

/**
 * The three headers by which a receiver knows that a message is ours, new and whole (Standard Webhooks 1.0.0).
 *
 * @param id the same for every attempt at one message; without a full stop.
 * @param at milliseconds of the attempt.
 */
export function signedHeaders(secret: string, id: string, at: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${hmac.digest('base64')}`,
  };
}

const PREFIX = 'whsec_';

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
