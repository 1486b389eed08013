import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { VinError } from '../../base/errors';
import { plainVin } from '../../domain/vin';
import type { Webhook, WebhookClaim } from '../profile';
import { keepText } from '../shared/text';
import { readTimestamp } from '../shared/timestamp';
import { readStatus } from './status';

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const SIGNATURE_LENGTH = 'sha256='.length + 64;

/**
 * Whether the header `X-HM-Signature-256` belongs to these bytes: HMAC-SHA256 of the body as it came, in
 * lower-case hex (High Mobility webhooks documentation). True if any of the secrets made it, so that a
 * secret can be changed while both are in use. Takes as long for a nearly right signature as for a wrong one.
 *
 * @param header null-like, malformed or several values joined: false. Empty secrets never match.
 */
export function verifySignature(
  rawBody: Buffer,
  header: string | undefined,
  secrets: readonly string[],
): boolean {
  if (header?.length !== SIGNATURE_LENGTH || !SIGNATURE.test(header)) return false;
  const given = Buffer.from(header.slice('sha256='.length), 'hex');
  return secrets
    .filter((secret) => secret !== '')
    .map((secret) => timingSafeEqual(createHmac('sha256', secret).update(rawBody).digest(), given))
    .includes(true);
}

/** A ping as High Mobility would send and sign it: it changes nothing. @param at when it was had. */
export function probeWebhook(
  secret: string,
  at: Date,
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const body = JSON.stringify({ event: { type: 'ping', received_at: at.toISOString() } });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { body, headers: { 'x-hm-signature-256': `sha256=${signature}`, 'x-hm-delivery': randomUUID() } };
}

const optionalText = z.string().nullish().catch(null);

const envelope = z.object({
  event: z.object({ type: optionalText, action: z.unknown().optional(), received_at: optionalText }),
});

const claim = z.object({
  vehicle: z.object({
    vin: z
      .string()
      .transform(plainVin)
      .pipe(z.string().regex(/^[A-Z0-9]{1,32}$/, 'is not a VIN')),
  }),
  event: z.object({
    action: z.string().trim().min(1).max(100),
    detail: optionalText,
  }),
  // Where the detail stands is not documented: it is read from both places.
  detail: optionalText,
});

/**
 * Reads the body of a webhook whose signature was verified. An event without a type counts as a claim
 * when it has an action.
 *
 * @throws VinError `WEBHOOK_MALFORMED`, naming the field; never a value of it.
 */
export function parseWebhook(rawBody: Buffer): Webhook {
  const body = parseJson(rawBody);
  const { event } = check(envelope, body);
  const type = event.type?.trim().toLowerCase() ?? (event.action === undefined ? '' : CHANGED);
  const receivedAt = event.received_at ? readTimestamp(event.received_at) : null;
  if (type === 'ping') return { type, receivedAt };
  if (type === CHANGED) return toClaim(check(claim, body), receivedAt);
  if (type === '') throw malformed('event.type is missing');
  return { type: 'other', name: keepText(type), receivedAt };
}

const CHANGED = 'fleet_clearance_changed';

function toClaim(
  { vehicle, event, detail }: z.output<typeof claim>,
  receivedAt: number | null,
): WebhookClaim {
  const words = event.detail?.trim() ? event.detail : detail;
  return {
    type: 'clearance-changed',
    vin: vehicle.vin,
    ...readStatus(event.action, words?.trim() ? keepText(words) : null),
    receivedAt,
  };
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    throw malformed('the body is not JSON');
  }
}

function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed(`${issue?.path.join('.') || 'the body'}: ${issue?.message}`);
}

function malformed(problem: string): VinError {
  return new VinError(
    'WEBHOOK_MALFORMED',
    `A webhook of High Mobility cannot be read: ${problem}.`,
    'Nothing was changed; the next poll finds what it said. If it happens again, tell the support of High Mobility.',
  );
}
