import { API_BRANDS, CAN_CANCEL_PENDING, STELLANTIS, VW_GROUP } from '../domain/facts';
import { type Awkwardness, NOT_AWKWARD } from './awkward';
import { DAY, HOUR, MINUTE, SECOND } from './clock';
import type { Random } from './random';

export const VIN = 'WBA8E9G50GNT00001';
/** What the provider may call the brand of a vehicle, and nobody knows. */
export const NO_BRAND = 'MOON ROVER';

/** What the provider holds of the VIN from before this life. */
export type Before =
  | 'nothing'
  | 'revoked'
  | 'rejected'
  | 'canceled'
  | 'pending'
  | 'approved'
  | 'revoking'
  | 'open beside newer ended'
  | 'two open'
  | 'two ended'
  | 'unheard-of word'
  | 'unreadable row';

/** When somebody asks for the end of the access. */
export type Leaving =
  | 'never'
  | 'before the submission'
  | 'during the submission'
  | 'some day'
  | 'once approved'
  | 'with a change at the provider';

/** How this life's provider, carmaker and people are. Everything is drawn from the seed before the life begins. */
export interface World {
  readonly brand: string;
  /** What the provider's row of before calls it, where that is another brand. */
  readonly brandBefore: string;
  readonly policy: PolicyName;
  /**
   * Whether the provider is of the other kind: it keeps no record of what has ended, wants an approved vehicle to be enabled,
   * sends no webhooks and cannot be asked for data.
   */
  readonly isForgetful: boolean;
  /** Whether it is Otonomo: as the other kind, but a record stays until it is removed, and nothing has to be enabled. */
  readonly isOtonomo?: boolean;
  /** Whether it never removes a record. */
  readonly keepsRecords?: boolean;
  /** The provider's clock minus ours. */
  readonly skew: number;
  /** How exact the provider's times are. */
  readonly grain: number;
  readonly timeFormat: 'zulu' | 'no zone' | 'microseconds' | 'none';
  readonly before: Before;
  readonly canCancelPending: boolean;
  readonly faults: Faults;
  readonly awkward: Awkwardness;
  readonly rows: {
    /** Where the reason of a row stands. */
    readonly reason: 'changelog' | 'beside' | 'both' | 'missing';
    /** The part of clearances that go through a word that we do not know. */
    readonly oddWords: number;
    /** The part of lists whose rows cannot be read. */
    readonly unreadable: number;
    readonly lowerCase: boolean;
  };
  /** What becomes of a POST for a vehicle that has an open clearance. */
  readonly doubleSubmit: 'the same row' | 'a second row' | 'refused';
  /** Which of several open rows a DELETE ends. */
  readonly deleteEnds: 'the newest' | 'the oldest' | 'all';
  /** The part of POSTs that are refused by their row, or end at once. */
  readonly refusals: number;
  /** The part of requests that the carmaker has rejected before anybody can look. */
  readonly rejectedAtOnce: number;
  /** Whether the same refusal comes again and again. */
  readonly refusesForGood: boolean;
  /** Submissions whose row no reader sees for so long; 0 is none. */
  readonly hiddenFor: number;
  /** Whether a DELETE knows of rows that readers do not see. */
  readonly deleteSeesAll: boolean;
  /** The part of DELETEs that are answered with something that is not so. */
  readonly falseAnswers: number;
  /** When the provider is restored from a backup, and how old that is. */
  readonly restores: { readonly at: number; readonly back: number } | null;
  readonly webhooks: {
    readonly lost: number;
    readonly doubled: number;
    readonly delay: number;
    readonly named: boolean;
    readonly timed: boolean;
    /** Bodies of an earlier life, and old bodies, that are sent again. */
    readonly replayed: number;
  };
  /** How long the provider takes to end a clearance. */
  readonly withdrawalTakes: number;
  /** Whether an approval may overtake a cancellation. */
  readonly cancelFails: boolean;
  readonly ownerReacts: boolean;
  /** Whether people ask to try again at the word of a webhook, right before a sweep. Absent: they do not. */
  readonly isEager?: boolean;
  readonly leaves: Leaving;
  /** How many messages people press for no reason. */
  readonly presses: number;
  readonly sweeps: 'none' | 'daily' | 'soon';
  readonly eligibility: 'off' | 'advisory' | 'blocking';
  readonly machines: Machines;
  /** A notice cannot be handed over so often. */
  readonly noticeFaults: number;
}

export interface Faults {
  /** The part of all calls that go wrong. */
  readonly rate: number;
  readonly away: readonly (readonly [from: number, to: number])[];
  /** The part of lists that come from an old copy, and how old that may be. */
  readonly staleRate: number;
  readonly staleBy: number;
  /** The part of lists that are empty for no reason. */
  readonly emptyRate: number;
  /** The part of replies that take many seconds. */
  readonly slowRate: number;
}

/** How Temporal and its workers are. */
export interface Machines {
  /** Chance that a worker dies at a step of a workflow task. */
  readonly deaths: number;
  /** Chance that it dies right after the provider has acted, or while it keeps a task for a call that is slow. */
  readonly deathsAfterActing: number;
  /** Chance that a local activity's result is reported before the run has heard it: a query has come meanwhile. */
  readonly earlyReports: number;
  readonly lostTasks: number;
  readonly doubledTasks: number;
  readonly evictions: number;
  readonly keepsDetails: boolean;
  /** How long a task waits for its worker, at most. */
  readonly delay: number;
  readonly downtime: number;
  /** From so many events on the server suggests a fresh run. */
  readonly bound: number;
  /** Chance that it does so at any time. */
  readonly suggests: number;
  /** Calls of one worker travel together. */
  readonly batches: boolean;
  /** Chance that a call has no slot in time. */
  readonly noSlot: number;
}

export type PolicyName =
  | 'plain'
  | 'gives up by withdrawing'
  | 'gives up by parking'
  | 'resubmits'
  | 'asks for no data'
  | 'asks before'
  | 'asks before, blocking';

export function drawWorld(random: Random, start: number): World {
  const brand = random.chance(0.35)
    ? random.pick(API_BRANDS)
    : random.pick(['ford', 'mercedes-benz', ...STELLANTIS, ...VW_GROUP]);
  const isAwkward = random.chance(0.5);
  return {
    brand,
    brandBefore: random.chance(0.8) ? brand : random.pick(['mercedes-benz', 'ford', NO_BRAND]),
    policy: random.pick([
      'plain',
      'plain',
      'plain',
      'gives up by withdrawing',
      'gives up by parking',
      'resubmits',
      'asks for no data',
      'asks before',
      'asks before, blocking',
    ] as const),
    skew: random.chance(0.3)
      ? 0
      : random.chance(0.2)
        ? random.between(-11 * HOUR, 11 * HOUR)
        : random.between(-10 * MINUTE, 10 * MINUTE),
    grain: random.pick([1, 1, SECOND, SECOND, MINUTE, random.chance(0.2) ? DAY : 1]),
    timeFormat: random.pick([
      'zulu',
      'zulu',
      'no zone',
      'microseconds',
      random.chance(0.2) ? 'none' : 'zulu',
    ]),
    isForgetful: false,
    before: random.chance(0.65)
      ? 'nothing'
      : random.pick([
          'revoked',
          'rejected',
          'canceled',
          'pending',
          'approved',
          'revoking',
          'open beside newer ended',
          'two ended',
          'unheard-of word',
          'unreadable row',
        ] as const),
    canCancelPending: random.chance(0.95) && (CAN_CANCEL_PENDING as readonly string[]).includes(brand),
    faults: drawFaults(random, start),
    awkward: NOT_AWKWARD,
    rows: {
      reason: random.pick(['changelog', 'changelog', 'beside', 'both', 'missing'] as const),
      oddWords: isAwkward && random.chance(0.15) ? 0.5 : 0,
      unreadable: isAwkward && random.chance(0.15) ? random.pick([0.05, 0.5]) : 0,
      lowerCase: random.chance(0.1),
    },
    doubleSubmit: random.pick(['the same row', 'a second row', 'refused'] as const),
    deleteEnds: random.pick(['the newest', 'the oldest', 'all'] as const),
    refusals: random.pick([0, 0.02, random.chance(0.2) ? 1 : 0.1]),
    rejectedAtOnce: random.pick([0, 0.03, random.chance(0.3) ? 0.6 : 0.1]),
    refusesForGood: random.chance(0.2),
    hiddenFor: random.chance(0.1)
      ? random.pick([10 * SECOND, 2 * MINUTE, 20 * MINUTE, 5 * HOUR, 1_000 * DAY])
      : 0,
    deleteSeesAll: random.chance(0.5),
    falseAnswers: isAwkward && random.chance(0.3) ? random.pick([0.1, 0.5]) : 0.02,
    restores: random.chance(0.08)
      ? { at: start + random.between(DAY, 38 * DAY), back: random.pick([HOUR, DAY, 9 * DAY]) }
      : null,
    webhooks: {
      lost: random.pick([0, 0.05, 0.5, 1]),
      doubled: random.pick([0, 0.1, 0.5]),
      delay: random.pick([10 * SECOND, 10 * MINUTE, 12 * HOUR]),
      named: random.chance(0.7),
      timed: random.chance(0.4),
      replayed: random.pick([0, 0, 1, 4]),
    },
    withdrawalTakes: random.pick([MINUTE, HOUR, 10 * HOUR, 2 * DAY]),
    cancelFails: random.chance(0.1),
    ownerReacts: random.chance(0.6),
    leaves: random.pick([
      'never',
      'never',
      'before the submission',
      'during the submission',
      'during the submission',
      'some day',
      'some day',
      'once approved',
      'with a change at the provider',
    ] as const),
    presses: random.chance(0.04) ? 120 : random.pick([0, 1, 3, 8]),
    sweeps: random.pick(['none', 'daily', 'soon', 'soon'] as const),
    eligibility: random.pick(['off', 'off', 'advisory', 'blocking'] as const),
    machines: drawMachines(random),
    noticeFaults: random.pick([0, 0, 0.1, 0.5]),
  };
}

/** The words of a clearance that waits to be enabled. */
export const TO_ENABLE = 'has to be switched on';

/** The same world with a provider of the other kind. */
export function forgetful(world: World): World {
  const isOpenBefore = world.before === 'pending' || world.before === 'approved';
  return {
    ...world,
    isForgetful: true,
    before: isOpenBefore ? world.before : 'nothing',
    // Nothing else tells that it waits for us.
    rows: { ...world.rows, reason: 'both' },
    doubleSubmit: world.doubleSubmit === 'a second row' ? 'refused' : world.doubleSubmit,
    deleteEnds: 'all',
    webhooks: { ...world.webhooks, lost: 1, replayed: 0 },
    sweeps: world.sweeps === 'none' ? 'daily' : world.sweeps,
  };
}

function drawFaults(random: Random, start: number): Faults {
  return {
    rate: random.pick([0, 0.02, 0.1, 0.3]),
    away: Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, () => {
      const from = start + random.between(0, 30 * DAY);
      return [from, from + (random.chance(0.05) ? 4 * DAY : random.between(10 * MINUTE, 8 * HOUR))] as const;
    }),
    staleRate: random.pick([0, 0, 0.1, 0.5]),
    staleBy: random.pick([SECOND * 10, MINUTE, 10 * MINUTE]),
    emptyRate: random.pick([0, 0, 0.05]),
    slowRate: random.pick([0, 0, 0.1, 0.5]),
  };
}

function drawMachines(random: Random): Machines {
  const isRough = random.chance(0.5);
  const rough = (...rates: number[]): number => (isRough ? random.pick([0, ...rates]) : 0);
  return {
    deaths: rough(0.01, 0.05),
    deathsAfterActing: rough(0.2, 0.6),
    lostTasks: rough(0.02, 0.1),
    doubledTasks: rough(0.02, 0.1),
    earlyReports: random.pick([0, 0, 0.3]),
    evictions: random.pick([0, 0.02, 0.1]),
    keepsDetails: random.chance(0.5),
    delay: random.pick([20, 2 * SECOND, 10 * SECOND]),
    downtime: random.pick([SECOND, SECOND, 5 * MINUTE, random.chance(0.1) ? 2 * DAY : 3 * HOUR]),
    bound: random.between(60, 400),
    suggests: random.pick([0, 0, 0.02]),
    batches: random.chance(0.3),
    noSlot: random.pick([0, 0, 0, 0.1]),
  };
}
