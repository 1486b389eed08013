import { parseDuration } from '../../src/domain/duration';
import type { OpenActivation } from '../../src/snapshot/snapshot';
import type { Scenario } from '../../src/trial/simulator/high-mobility/lives';

/** A vehicle, what becomes of it at the provider, and how it stands then. */
export interface Car {
  readonly vin: string;
  readonly brand: string;
  readonly fleet: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly life: Scenario;
}

const SOON = parseDuration('1s');
const CONSENT = 'consent assignment missing';
const PRIVACY = 'privacy mode is enabled';
/** Words of others, which are no markup and need not fit. */
export const HOSTILE = `<img src=x onerror="document.title='taken'"> ${'W'.repeat(120)}`;

const pending = (reason: string | null = null): Scenario => [{ status: 'pending', reason, after: 0 }];
/** At once: the reading after the submission sees it, and nobody doubts it. */
const rejected = (reason: string): Scenario => [...pending(), { status: 'rejected', reason, after: 0 }];
const approved: Scenario = [...pending(), { status: 'approved', after: SOON }];
const tags = { 'vw-group-customer-name': 'Example Logistics' };

export const FORDS = ['WF0AXXWPMAHA90001', 'WF0AXXWPMAHA90002', 'WF0AXXWPMAHA90003'] as const;
export const PRIVATE = 'WVWZZZ1KZAW090004';
export const SUPPORTED = 'VXKUHZKXZP4093158';
export const STRANGE = 'VF1RFB00568204719';

/** One of each kind that a person meets: you, a driver, the provider's support, words that nobody knows, and those that are well. */
export const FLEET: readonly Car[] = [
  ...FORDS.map((vin): Car => ({ vin, brand: 'ford', fleet: 'service', life: pending(CONSENT) })),
  { vin: PRIVATE, brand: 'volkswagen', fleet: 'service', tags, life: rejected(PRIVACY) },
  { vin: SUPPORTED, brand: 'opel', fleet: 'delivery', life: rejected('activation timeout: no data') },
  { vin: STRANGE, brand: 'renault', fleet: 'delivery', life: rejected(HOSTILE) },
  ...[1, 2, 3, 4, 5].map(
    (number): Car => ({ vin: `WBA8E9G50GNT9010${number}`, brand: 'bmw', fleet: 'sales', life: approved }),
  ),
  { vin: 'WBA8E9G50GNT90106', brand: 'bmw', fleet: 'sales', life: pending() },
];

/** Those that webhooks tell of: the carmaker has decided. */
export const DECIDED = FLEET.filter(({ life }) => life.length > 1);

/** Whether they stand where their lives have come to rest, and nobody doubts it. */
export function isStanding(cars: readonly Car[], rows: readonly OpenActivation[]): boolean {
  const standing = new Map(rows.map((row) => [row.vin, row]));
  return cars.every(({ vin, life }) => {
    const { status, reason } = life.at(-1) ?? {};
    const row = standing.get(vin);
    return row?.status === status && row?.reason === (reason ?? null);
  });
}

/** Whether what is rejected waits for a person: it was read, and is believed. */
export function isParked(rows: readonly OpenActivation[]): boolean {
  return rows.every(({ status, step }) => status !== 'rejected' || step === 'parked');
}
