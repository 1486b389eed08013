import type { WorkflowExecutionInfo } from '@temporalio/client';
import { DEFLEETING } from '../../workflows/contract/defleetings';
import { ACTIVATION } from '../../workflows/contract/messages';
import { PARKING } from '../../workflows/contract/parking';
import { TOKENS } from '../../workflows/contract/tokens';
import { type ActivationRow, rowOf } from '../activations/reports';
import { type DefleetingRow, defleetingRowOf } from '../defleetings/defleeting-rows';
import { type OpenCredential, type OpenParking, openCredentialOf, openParkingOf } from './parkings';

/** An activation of the snapshot. */
export interface OpenActivation extends ActivationRow {
  /** Whether Temporal says that a fault of the program keeps it from going on. */
  readonly isFaulty: boolean;
  /** When it ended, ISO 8601; null while it is alive. */
  readonly endedAt: string | null;
}

/** A defleeting of the snapshot. */
export interface OpenDefleeting extends DefleetingRow {
  /** When it ended, ISO 8601; null while it is under way. */
  readonly endedAt: string | null;
}

/** Temporal's own column: it is set after five failed workflow tasks in a row (server 1.30 and newer). */
const PROBLEMS = 'TemporalReportedProblems';

/** What stands in a snapshot: the type of the workflows, and how a row is read of what a list has of one. One entry for each kind. */
export const KINDS = {
  activations: {
    type: ACTIVATION,
    read: (execution: WorkflowExecutionInfo): OpenActivation => ({
      ...rowOf(execution),
      endedAt: execution.closeTime?.toISOString() ?? null,
      isFaulty: isFaulty(execution),
    }),
  },
  defleetings: {
    type: DEFLEETING,
    read: (execution: WorkflowExecutionInfo): OpenDefleeting => ({
      ...defleetingRowOf(execution),
      endedAt: execution.closeTime?.toISOString() ?? null,
    }),
  },
  parkings: {
    type: PARKING,
    read: (execution: WorkflowExecutionInfo): OpenParking => openParkingOf(execution, isFaulty(execution)),
  },
  credentials: {
    type: TOKENS,
    read: (execution: WorkflowExecutionInfo): OpenCredential => openCredentialOf(execution),
  },
} as const;

function isFaulty({ searchAttributes }: WorkflowExecutionInfo): boolean {
  return (searchAttributes?.[PROBLEMS]?.length ?? 0) > 0;
}

type Kinds = typeof KINDS;
export type Kind = keyof Kinds;

/** All that is open, as it was at one time: of every application and every fleet, one row for each workflow. */
export type Snapshot = { readonly [K in Kind]: readonly ReturnType<Kinds[K]['read']>[] } & {
  /** When reading it began; milliseconds since 1970. */
  readonly at: number;
  /** How long that took, in milliseconds, and by how many calls. */
  readonly duration: number;
  readonly calls: number;
};

/** A snapshot, how old it is, and whether a newer one could not be read. */
export interface Seen {
  readonly snapshot: Snapshot;
  /** Milliseconds. */
  readonly age: number;
  /** Why there is no newer one; null where nothing is wrong. */
  readonly problem: string | null;
}
