import type { ParkingStep } from '../../workflows/contract/parking';
import { type Application, applicationKey } from '../domain/application';
import { CLEARANCE_STATUSES, type ClearanceStatus } from '../domain/status';
import { turnOf } from './parking-turns';
import type { Snapshot } from './snapshot';

/** How many activations of an application are alive, and how they stand. */
export interface Counts {
  readonly byStatus: Readonly<Record<ClearanceStatus, number>>;
  /** Those for which a person has to act. */
  readonly needAttention: number;
  /** Those that wait because a command failed. */
  readonly inTrouble: number;
  /** Those whose deadline is over. */
  readonly overdue: number;
  /** Seconds since the oldest activation that is still pending has begun; 0 where none is. */
  readonly oldestPending: number;
}

/** Counts the activations of an application. */
export function countsOf({ activations, at }: Snapshot, app: Application): Counts {
  const own = activations.filter((row) => applicationKey(row) === applicationKey(app));
  const byStatus = Object.fromEntries(CLEARANCE_STATUSES.map((status) => [status, 0])) as Record<
    ClearanceStatus,
    number
  >;
  let oldest = at;
  for (const { status, startedAt } of own) {
    byStatus[status as ClearanceStatus] += 1;
    if (status === 'pending') oldest = Math.min(oldest, Date.parse(startedAt));
  }
  const count = (isOne: (row: (typeof own)[number]) => boolean): number => own.filter(isOne).length;
  return {
    byStatus,
    needAttention: count(({ needsAttention }) => needsAttention),
    inTrouble: count(({ inTrouble }) => inTrouble),
    overdue: count(({ deadlineAt }) => deadlineAt !== null && Date.parse(deadlineAt) < at),
    oldestPending: (at - oldest) / 1_000,
  };
}

/** How many parkings of a provider are open, and how they stand. */
export interface ParkingCounts {
  readonly byStep: Readonly<Record<(typeof OPEN_STEPS)[number], number>>;
  /** Those for which a person has to act. */
  readonly needAttention: number;
  /** Those for which something has failed, and is tried again. */
  readonly inTrouble: number;
}

/** Where a parking is that has not ended. */
export const OPEN_STEPS = ['adding', 'in-fleet', 'leaving'] as const satisfies ParkingStep[];

/** Counts the parkings of a provider. */
export function parkingCountsOf({ parkings, at }: Snapshot, provider: string): ParkingCounts {
  const own = parkings.filter((row) => row.provider === provider);
  const count = (isOne: (row: (typeof own)[number]) => boolean): number => own.filter(isOne).length;
  return {
    byStep: {
      adding: count(({ step }) => step === 'adding'),
      'in-fleet': count(({ step }) => step === 'in-fleet'),
      leaving: count(({ step }) => step === 'leaving'),
    },
    needAttention: count((row) => turnOf(row, at) !== null),
    inTrouble: count(({ trouble }) => trouble !== null),
  };
}
