import type { ClearanceRequest } from '../../domain/clearance';
import { plainVin } from '../../domain/vin';
import type { SubmitAnswer } from '../provider';
import { keepText } from '../shared/text';
import type { SubmitRow } from './schemas';
import { readStatus } from './status';

/** The body of POST /v1/fleets/vehicles. A VIN that is asked for twice is sent once, as asked first. */
export function submitBody(requests: readonly ClearanceRequest[]): unknown {
  const first = new Map<string, ClearanceRequest>();
  for (const request of requests) {
    if (!first.has(plainVin(request.vin))) first.set(plainVin(request.vin), request);
  }
  return { vehicles: [...first.values()].map(vehicle) };
}

function vehicle({ vin, brand, tags, odometer }: ClearanceRequest) {
  return {
    vin,
    brand,
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(odometer && { control_measures: { odometer: { value: odometer.value, unit: odometer.unit } } }),
  };
}

/**
 * One answer for each request, in their order. Rows are found by VIN, whatever their order and case;
 * rows of other vehicles are ignored. Several rows of one VIN must say the same status, and the last
 * counts; when they contradict each other nothing is known, as if there were none.
 */
export function matchAnswers(
  requests: readonly ClearanceRequest[],
  rows: readonly (SubmitRow | null)[],
): SubmitAnswer[] {
  const byVin = new Map<string, SubmitRow[]>();
  for (const row of rows) {
    if (row) byVin.set(plainVin(row.vin), [...(byVin.get(plainVin(row.vin)) ?? []), row]);
  }
  return requests.map(({ vin }) => answer(vin, byVin.get(plainVin(vin)) ?? []));
}

function answer(vin: string, rows: readonly SubmitRow[]): SubmitAnswer {
  const last = rows.at(-1);
  if (!last) return { vin, outcome: 'missing' };
  const said = [last.description, last.reason].find((text) => text?.trim());
  const { status, reason: description } = readStatus(last.status, said ? keepText(said) : null);
  if (rows.some((row) => readStatus(row.status, null).status !== status)) return { vin, outcome: 'missing' };
  if (status === 'error') {
    const isKnown = /\balready\b/i.test(description ?? '');
    return { vin, outcome: 'refused', description: description ?? '', ...(isKnown && { isKnown }) };
  }
  return { vin, outcome: 'accepted', status, description };
}
