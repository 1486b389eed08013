import type { Member, Registration, Use } from './fleet';
import type { Switches } from './switches';

/** A time as the samples have it: without a colon in its zone. */
export function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, '+0000');
}

export function vehicleOf(plate: Registration, addedAt: number, { prefix }: Switches): object {
  const { license_plate_number: number, subdivision } = plate;
  const isBare = subdivision && prefix && !number.startsWith(subdivision);
  return {
    license_plate_number: isBare ? subdivision + number : number,
    country_code: plate.country_code,
    ...(subdivision && { subdivision }),
    created_at: timeOf(addedAt),
  };
}

export function memberOf({ plate, addedAt }: Member, switches: Switches): object {
  return vehicleOf(plate, addedAt, switches);
}

/** A service as lists show it. */
export function serviceOf(use: Use, addedAt: number, switches: Switches): object {
  return {
    ...placesOf(switches),
    id: use.id,
    vehicle: vehicleOf(use.plate, addedAt, switches),
    start_time: timeOf(use.startedAt),
    ...(use.endedAt !== null && { end_time: timeOf(use.endedAt), cost: costOf(use) }),
    operator_id: use.operator,
    type: use.type,
    [switches.data]: { lane: '1' },
    invoicing_status: use.invoicing,
  };
}

/** A notification: of the entry, or after so many seconds. */
export function notificationOf(use: Use, addedAt: number, switches: Switches, period: number | null): object {
  return {
    ...placesOf({ ...switches, bare: false }),
    id: use.id,
    vehicle: vehicleOf(use.plate, addedAt, switches),
    start_time: timeOf(use.startedAt),
    operator_id: use.operator,
    type: use.type,
    ...(period !== null && { notification_period: String(period) }),
    [switches.data]: { lane: '1' },
  };
}

function placesOf({ bare }: Switches): object {
  if (bare) return {};
  return { facility: { code: '100', name: 'Quay 1' }, zone: { code: '7', name: 'Level 2' } };
}

function costOf({ gross, currency }: Use): object {
  const net = Math.round(gross * 80) / 100;
  return {
    currency,
    vat_percent: 25,
    net_amount: net,
    vat_amount: Math.round((gross - net) * 100) / 100,
    gross_amount: gross,
  };
}
