import { parseDuration } from '../../../domain/duration';

/** Where a vehicle is. What the API calls it depends on the edition (`words.ts`). */
export const STATES = ['verification', 'enablement', 'incomplete', 'enabled', 'disabled', 'error'] as const;
export type State = (typeof STATES)[number];

/** One step of a vehicle: the state it takes, simulated milliseconds after the step before. */
export interface LifeStep {
  readonly state: State;
  readonly after: number;
}

/** What becomes of a vehicle by itself, from the moment it is uploaded or enabled once more. */
export type Life = readonly LifeStep[];

/** How long things usually take here. Otonomo promises no durations; these are plausible ones. */
export const USUAL = { verification: parseDuration('1d'), enablement: parseDuration('1d') } as const;

export const USUAL_LIFE: Life = [
  { state: 'verification', after: 0 },
  { state: 'enablement', after: USUAL.verification },
  { state: 'enabled', after: USUAL.enablement },
];

/** Makes by how their VINs begin (ISO 3780), as far as a demonstration needs them: an upload names no make. */
const MAKES: readonly (readonly [RegExp, string])[] = [
  [/^WBA|^WBY/, 'BMW'],
  [/^WDD|^W1[KNV]/, 'Mercedes'],
  [/^WVW|^WV[12]/, 'Volkswagen'],
  [/^WAU/, 'Audi'],
  [/^WF0|^1F/, 'Ford'],
  [/^VF1/, 'Renault'],
  [/^VF3/, 'Peugeot'],
  [/^YV1/, 'Volvo'],
];

export function makeOf(vin: string): string {
  return MAKES.find(([beginning]) => beginning.test(vin))?.[1] ?? 'otonomo-demo';
}
