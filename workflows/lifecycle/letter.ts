import type { Running } from './state';

/** What the provider's support needs to find the vehicle, ready to copy. @param since when it became its turn. */
export function letterOf(
  { vehicle, rules, clearance, parked, reasonSince, requestIds = [] }: Running,
  since: number | null,
): string {
  const { status, reason } = clearance;
  const began = reasonSince ?? since ?? clearance.since;
  const lines: [string, string | null][] = [
    ['VIN', vehicle.vin],
    ['Brand', rules.brand.name],
    ['Status', reason === null ? status : `${status}: "${reason}"`],
    ['What happened', parked && !parked.why.startsWith(`${status}: `) ? parked.why : null],
    ['Since', new Date(began).toISOString()],
    ['Request ids', requestIds.length > 0 ? requestIds.join(', ') : null],
  ];
  return lines.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])).join('\n');
}
