import type { WorkflowExecutionInfo } from '@temporalio/client';
import { TOKENS_MEMO, type TokensListed, type TokenTrouble } from '../../workflows/contract/tokens';
import { type ParkingRow, parkingRowOf } from '../parkings/parking-rows';

/** A parking of the snapshot. */
export interface OpenParking extends ParkingRow {
  /** When it ended, ISO 8601; null while it is there. */
  readonly endedAt: string | null;
  /** Whether Temporal says that a fault of the program keeps it from going on. */
  readonly isFaulty: boolean;
  readonly startedAt: string;
}

/** A credential for parking, by the workflow that keeps its token. */
export interface OpenCredential {
  /** `autopay:default`. */
  readonly application: string;
  /** Why there is no new token; null: nothing is known to be wrong. */
  readonly trouble: TokenTrouble | null;
}

export function openParkingOf(execution: WorkflowExecutionInfo, isFaulty: boolean): OpenParking {
  return {
    ...parkingRowOf(execution),
    isFaulty,
    startedAt: execution.startTime.toISOString(),
    endedAt: execution.closeTime?.toISOString() ?? null,
  };
}

export function openCredentialOf({ workflowId, memo }: WorkflowExecutionInfo): OpenCredential {
  const stored = memo?.[TOKENS_MEMO] as TokensListed | undefined;
  // Never the token itself, sealed as it is.
  return { application: workflowId.slice(workflowId.indexOf(':') + 1), trouble: stored?.trouble ?? null };
}
