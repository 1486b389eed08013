import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { VinError } from '../../base/errors';
import { stayOf } from '../../domain/stay';
import type { NotificationReader } from '../parking';
import type { Webhook } from '../profile';
import { hasPlate, serviceRow } from './services';

/**
 * Whether a header `Authorization` has one of these tokens: two while one is being changed. Takes as long for a nearly right
 * token as for a wrong one. Empty tokens never match.
 */
export function verifyBearer(header: string | undefined, tokens: readonly string[]): boolean {
  const [, given] = /^Bearer (\S+)$/i.exec(header ?? '') ?? [];
  if (given === undefined) return false;
  const hash = hashOf(given);
  return tokens
    .filter((token) => token !== '')
    .map((token) => timingSafeEqual(hashOf(token), hash))
    .includes(true);
}

/** Seconds since the entry, as a text; a number is taken as well. What is neither says nothing. */
const period = z.object({
  notification_period: z.coerce.number().int().min(1).max(100_000_000).nullish().catch(null).default(null),
});

/**
 * Reads the body of a notification whose token was right. One of a plate that cannot be read is none of ours.
 *
 * @throws VinError `WEBHOOK_MALFORMED`, naming the field; never a value of it.
 */
export function parseNotification(rawBody: Buffer): Webhook {
  const body = parseJson(rawBody);
  const read = serviceRow.safeParse(body);
  if (read.success) {
    const { notification_period: seconds } = period.parse(body);
    const { plate } = read.data;
    return { type: 'parking-notified', plate, stay: stayOf(read.data), period: seconds, receivedAt: null };
  }
  const [issue] = read.error.issues;
  if (issue?.path[0] === 'vehicle' && hasPlate(body)) {
    return { type: 'other', name: 'a plate that cannot be read', receivedAt: null };
  }
  throw malformed(`${issue?.path.join('.') || 'the body'}: ${issue?.message}`);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    throw malformed('the body is not JSON');
  }
}

function malformed(problem: string): VinError {
  return new VinError(
    'WEBHOOK_MALFORMED',
    `A notification of Autopay cannot be read: ${problem}.`,
    'Nothing was changed; the next sweep finds what it said. If it happens again, tell the support of Autopay.',
  );
}

/** How notifications are verified and read: of an entry and of a period, each address with tokens of its own. */
export const notificationReader: Omit<NotificationReader, 'doors'> = {
  signatureHeader: 'Authorization',
  deliveryHeader: null,
  verify: (_body, header, tokens) => verifyBearer(header, tokens),
  parse: parseNotification,
};
