import { VinError } from '../../src/base/errors';
import { parseWebhook } from '../../src/providers/high-mobility/webhook';
import type { Target } from './kit/target';

const VIN = 'VIN0TESTVIN000000';
const body = (event: object, more: object = { vehicle: { vin: VIN } }): string =>
  JSON.stringify({ ...more, event });
const changed = { type: 'fleet_clearance_changed', received_at: '2025-01-22T10:42:14.000000Z' };

/** Longer than what is kept of the provider's words, with the unknown status in front. */
const LONGEST = 1_000;

export const target: Target = {
  about: 'the body of a webhook whose signature is right',
  corpus: [
    body({ ...changed, action: 'rejected', detail: 'privacy mode is enabled' }),
    body({ ...changed, action: 'approved' }),
    body({ action: 'pending', received_at: null }),
    body({ ...changed, action: 'teapot', detail: 'x' }),
    body({ type: 'ping' }, {}),
    body({ type: 'trip_started', received_at: '2025-01-22 10:42:14+0200' }),
    JSON.stringify({
      detail: 'outside',
      vehicle: { vin: ` ${VIN.toLowerCase()} ` },
      event: { ...changed, action: ' Canceled ' },
    }),
    ' {"event" : {"type":"PING"} } ',
  ],
  words: [
    '"vin":',
    '"action":',
    '"detail":',
    '"type":',
    '"received_at":',
    '"ping"',
    '"approved"',
    '2025-01-22T10:42:14Z',
    VIN,
    '\\u0000',
  ],
  holds: (bytes) => {
    try {
      const webhook = parseWebhook(bytes);
      const { receivedAt } = webhook;
      if (receivedAt !== null && !Number.isSafeInteger(receivedAt)) throw new Error(`the time ${receivedAt}`);
      // What a handler does with it must not fail.
      if (receivedAt !== null) new Date(receivedAt).toISOString();
      if (webhook.type === 'other' && webhook.name.length > LONGEST) throw new Error('a long name');
      if (webhook.type !== 'clearance-changed') return;
      if (!/^[A-Z0-9]{1,32}$/.test(webhook.vin)) throw new Error(`the VIN ${webhook.vin}`);
      if (webhook.reason === '' || (webhook.reason?.length ?? 0) > LONGEST) throw new Error('the reason');
    } catch (error) {
      if (!(error instanceof VinError) || error.code !== 'WEBHOOK_MALFORMED') throw error;
      if (error.message.length > 500) throw new Error('a message that is too long');
    }
  },
};
