import { VEHICLES } from './harness';

export const ROUTE = `GET ${VEHICLES}`;
export const OTHER = 'WAUZZZ8V5KA000002';
export const row = (vin: string, status: string, ...times: string[]) => ({
  vin,
  status,
  brand: 'audi',
  changelog: times.map((timestamp) => ({ timestamp, status })),
});
export const listing = (...body: unknown[]) => ({ [ROUTE]: { body } });
