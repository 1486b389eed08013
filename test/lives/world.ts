import { API_BRANDS, CAN_CANCEL_PENDING, STELLANTIS, VW_GROUP } from '../domain/facts';
import { DAY, HOUR, MINUTE } from './clock';
import type { Random } from './random';

export const VIN = 'WBA8E9G50GNT00001';

/** How this life's provider, carmaker and people are. Everything is drawn from the seed before the life begins. */
export interface World {
  readonly brand: string;
  readonly policy:
    | 'plain'
    | 'gives up by withdrawing'
    | 'gives up by parking'
    | 'resubmits'
    | 'asks for no data';
  /** The provider's clock minus ours. */
  readonly skew: number;
  /** Whether the provider's times have whole seconds only. */
  readonly wholeSeconds: boolean;
  /** What the provider holds of the VIN from before this life. */
  readonly before: 'nothing' | 'revoked' | 'rejected' | 'canceled' | 'pending' | 'approved' | 'revoking';
  readonly canCancelPending: boolean;
  /** The part of all calls that go wrong. */
  readonly faultRate: number;
  readonly away: readonly (readonly [from: number, to: number])[];
  /** The part of reads that come from an old copy, and how old that may be. */
  readonly staleRate: number;
  readonly staleBy: number;
  /** The submission that is answered with 200 and then unknown for this long: 0 is none. */
  readonly lostWriteFor: number;
  /** Whether a DELETE knows of a write that readers do not see yet. */
  readonly deleteSeesAll: boolean;
  readonly webhooks: {
    readonly lost: number;
    readonly doubled: number;
    readonly delay: number;
    readonly named: boolean;
    readonly timed: boolean;
  };
  /** How long the provider takes to end a clearance. */
  readonly withdrawalTakes: number;
  /** Whether an approval may overtake a cancellation. */
  readonly cancelFails: boolean;
  readonly ownerReacts: boolean;
  readonly leaves: Leaving;
  /** Whether the real sweep runs, on which the activation leans; otherwise a slow one that only hints. */
  readonly sweeps: boolean;
}

/** When somebody asks for the end of the access. */
export type Leaving =
  | 'never'
  | 'before the submission'
  | 'during the submission'
  | 'some day'
  | 'once approved';

export function drawWorld(random: Random, start: number): World {
  const brand = random.chance(0.35)
    ? random.pick(API_BRANDS)
    : random.pick(['ford', 'mercedes-benz', ...STELLANTIS, ...VW_GROUP]);
  return {
    brand,
    policy: random.pick([
      'plain',
      'plain',
      'plain',
      'gives up by withdrawing',
      'gives up by parking',
      'resubmits',
      'asks for no data',
    ] as const),
    skew: random.chance(0.3) ? 0 : random.between(-10 * MINUTE, 10 * MINUTE),
    wholeSeconds: random.chance(0.5),
    before: random.chance(0.7)
      ? 'nothing'
      : random.pick(['revoked', 'rejected', 'canceled', 'pending', 'approved', 'revoking'] as const),
    canCancelPending: random.chance(0.95) && (CAN_CANCEL_PENDING as readonly string[]).includes(brand),
    faultRate: random.pick([0, 0.02, 0.1, 0.3]),
    away: Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, () => {
      const from = start + random.between(0, 30 * DAY);
      return [from, from + (random.chance(0.05) ? 4 * DAY : random.between(10 * MINUTE, 8 * HOUR))] as const;
    }),
    staleRate: random.pick([0, 0.1, 0.5]),
    staleBy: random.pick([MINUTE, 10 * MINUTE]),
    lostWriteFor: random.chance(0.06) ? random.pick([2 * MINUTE, 5 * HOUR, 1_000 * DAY]) : 0,
    deleteSeesAll: random.chance(0.5),
    webhooks: {
      lost: random.pick([0, 0.05, 0.5, 1]),
      doubled: random.pick([0, 0.1, 0.5]),
      delay: random.pick([10 * 1_000, 10 * MINUTE, 12 * HOUR]),
      named: random.chance(0.7),
      timed: random.chance(0.4),
    },
    withdrawalTakes: random.pick([MINUTE, HOUR, 10 * HOUR, 2 * DAY]),
    cancelFails: random.chance(0.1),
    ownerReacts: random.chance(0.6),
    leaves: random.pick([
      'never',
      'never',
      'before the submission',
      'during the submission',
      'some day',
      'some day',
      'once approved',
    ] as const),
    sweeps: random.chance(0.3),
  };
}
