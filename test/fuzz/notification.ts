import { VinError } from '../../src/base/errors';
import { parseNotification } from '../../src/providers/autopay/notification';
import type { Target } from './kit/target';

const VEHICLE = { license_plate_number: 'HDBB12345', country_code: 'DE', subdivision: 'HD' };
const entry = {
  id: 'fb58c8b1-eb76-405e-99de-2a1a339a8222',
  vehicle: { ...VEHICLE, created_at: '2022-12-13T13:00:00+0000' },
  facility: { code: 'TEST_FACILITY_1', name: 'Test Facility 1' },
  zone: { code: 'TEST_ZONE_1', name: 'Test Zone 1' },
  start_time: '2022-12-14T16:00:00+0000',
  operator_id: 'operator_id',
  type: 'PARKING',
};

export const target: Target = {
  about: 'the body of a notification of parking whose token is right',
  corpus: [
    JSON.stringify(entry),
    JSON.stringify({ ...entry, notification_period: '900', serviceData: { key: 'value' } }),
    JSON.stringify({ ...entry, notification_period: 900, service_data: { key: 1 }, type: 'TOLL_ROAD' }),
    JSON.stringify({ id: 'a', vehicle: { license_plate_number: ' no-1.2 ', country_code: 'no' } }),
    JSON.stringify({ id: 'a', vehicle: { license_plate_number: '?', country_code: 'XX' }, facility: null }),
  ],
  words: [
    '"id":',
    '"vehicle":',
    '"license_plate_number":',
    '"country_code":',
    '"notification_period":',
    '"-1"',
  ],
  holds: (bytes) => {
    try {
      const read = parseNotification(bytes);
      if (read.type === 'other') return;
      if (read.type !== 'parking-notified') throw new Error(`the type ${read.type}`);
      const { plate, stay, period } = read;
      if (!/^[\p{Lu}\p{Nd}]{1,15}$/u.test(plate.number)) throw new Error(`the plate ${plate.number}`);
      if (!/^[A-Z]{2}$/.test(plate.country)) throw new Error(`the country ${plate.country}`);
      if (stay.id === '' || stay.id.length > 1_000) throw new Error('the id');
      if (period !== null && !(Number.isSafeInteger(period) && period > 0)) throw new Error('the period');
      // What a workflow shows must not fail.
      for (const at of [stay.startedAt, stay.endedAt]) if (at !== null) new Date(at).toISOString();
    } catch (error) {
      if (!(error instanceof VinError) || error.code !== 'WEBHOOK_MALFORMED') throw error;
      if (error.message.length > 500) throw new Error('a message that is too long');
    }
  },
};
