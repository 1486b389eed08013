import type { ScenarioStep } from '../../src/trial/simulator/high-mobility/lives';
import type { Random } from '../simulation/random';

const HOUR = 3_600_000;
const BRANDS = ['bmw', 'audi', 'mercedes-benz', 'peugeot', 'ford', 'kia'] as const;
/** Brands whose pending clearances can be cancelled (Activation Process). */
export const CANCELABLE: readonly string[] = ['audi', 'mercedes-benz', 'peugeot'];

/** What the carmaker does with a vehicle; hours are seconds in a campaign. */
const LIVES: readonly ((random: Random) => ScenarioStep[])[] = [
  (random) => [pending(), { status: 'approved', after: random.between(1, 12) * HOUR }],
  (random) => [pending(), { status: 'approved', after: random.between(1, 12) * HOUR }],
  () => [{ status: 'approved', after: 0 }],
  () => [pending()],
  (random) => [
    { ...pending(), reason: 'consent assignment missing' },
    { status: 'approved', after: random.between(4, 30) * HOUR },
  ],
  (random) => [
    pending(),
    { status: 'rejected', reason: 'ineligible VIN', after: random.between(1, 12) * HOUR },
  ],
  (random) => [
    pending(),
    { status: 'rejected', reason: 'customer name tag missing', after: random.between(1, 6) * HOUR },
  ],
  (random) => [
    pending(),
    { status: 'approved', after: HOUR },
    { status: 'revoked', after: random.between(2, 20) * HOUR },
  ],
];

function pending(): ScenarioStep {
  return { status: 'pending', after: 0 };
}

/** One vehicle of a campaign. */
export interface Car {
  readonly vin: string;
  readonly brand: string;
  readonly life: readonly ScenarioStep[];
  /** When its data begins to flow after the approval, in simulated milliseconds. */
  readonly data: number;
  /** Nobody asks for a second clearance of it: it must never have one. */
  readonly isPlain: boolean;
}

/** A fleet, the same for the same chance. */
export function drawFleet(random: Random, vehicles: number): Car[] {
  return Array.from({ length: vehicles }, (_, index) => ({
    vin: `WBA8E9G50GC${String(index + 1).padStart(6, '0')}`,
    brand: random.pick(BRANDS),
    life: random.pick(LIVES)(random),
    data: random.between(0, 6) * HOUR,
    isPlain: random.chance(0.5),
  }));
}
