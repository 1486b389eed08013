import { webcrypto } from 'node:crypto';
import pino from 'pino';
import type { Logger } from '../../src/config/log';
import type { Notice } from '../../workflows/contract/notice';
import { APP } from '../support/application';
import type { RecordedRequest } from '../support/scripted-server';

/** 32 bytes, as the README tells to make them. */
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const VIN = 'WF0AXXWPMAHA90003';

export const NOTICE: Notice = {
  id: `notice-high-mobility-${VIN}-1767225600000-1`,
  kind: 'reminder',
  vin: VIN,
  ...APP,
  brand: 'ford',
  externalId: null,
  fleet: 'acme',
  status: 'pending',
  reason: 'consent assignment missing',
  level: 2,
  audience: 'fleet-manager',
  owner: 'driver',
  action: 'Give the consent in the app – then drive.',
  letter: null,
  since: '2025-12-30T00:00:00.000Z',
  at: '2026-01-01T00:00:00.000Z',
};

/** A log that keeps its lines. */
export function recordingLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

/**
 * Whether a message is signed as a receiver has to check it: by the standard's own words, on another
 * implementation of HMAC than the sender's.
 */
export async function isSigned({ headers, body }: RecordedRequest, secret = SECRET): Promise<boolean> {
  const bytes = Uint8Array.from(atob(secret.slice('whsec_'.length)), (char) => char.charCodeAt(0));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const given = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
  return version === 'v1' && webcrypto.subtle.verify('HMAC', key, given, new TextEncoder().encode(content));
}
