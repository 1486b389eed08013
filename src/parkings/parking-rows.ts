import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import {
  PARKING,
  PARKING_MEMO,
  type ParkingListed,
  type ParkingMatter,
} from '../../workflows/contract/parking';
import { columnName } from '../../workflows/contract/search-attributes';
import { type Fleets, fleetIn, quote } from '../activations/search';
import { type Plate, plateText } from '../domain/plate';
import { vinKey } from '../domain/vehicle-key';

/** What lists show of a parking, and what only Temporal knows. */
export type ParkingRow = ParkingListed & {
  readonly workflowId: string;
  /** Temporal's word for the workflow. */
  readonly execution: string;
};

/** Narrows a list. */
export interface ParkingFilter {
  /** Also those that have left. */
  readonly all?: boolean;
  readonly fleet?: string;
  readonly vin?: string;
  readonly plate?: Plate;
  /** What waits for a person; the server has no column for it, so all others are read as well. */
  readonly matter?: ParkingMatter['matter'];
}

/** The search that a filter means. */
export function queryOf({ all, fleet, vin, plate }: ParkingFilter, fleets: Fleets = '*'): string {
  return [
    `WorkflowType = '${PARKING}'`,
    all ? `ExecutionStatus != 'ContinuedAsNew'` : `ExecutionStatus = 'Running'`,
    ...(fleets === '*' ? [] : [fleetIn(fleets)]),
    ...(fleet === undefined ? [] : [fleetIn([fleet])]),
    ...(vin === undefined ? [] : [`${columnName('vin')} = ${quote(vinKey(vin))}`]),
    ...(plate === undefined ? [] : [`${columnName('plate')} = ${quote(plateText(plate))}`]),
  ].join(' AND ');
}

export function parkingRowOf({
  workflowId,
  memo,
  status,
}: Pick<WorkflowExecutionInfo | WorkflowExecutionDescription, 'workflowId' | 'memo' | 'status'>): ParkingRow {
  const stored = memo?.[PARKING_MEMO] as ParkingListed | undefined;
  const isRunning = status.name === 'RUNNING';
  return {
    ...(stored ?? unknownListed(workflowId)),
    ...(isRunning ? {} : { step: 'ended' as const }),
    workflowId,
    execution: status.name,
  };
}

/** Of one that was started by hand. */
function unknownListed(workflowId: string): ParkingListed {
  const [, provider = '', plate = ''] = workflowId.split(':');
  return {
    ...{ provider, plate, vin: null, fleet: null, externalId: null, step: 'adding', addedAt: null },
    ...{ waitingFor: null, nextAt: null, trouble: null },
  };
}

/** Whether something of this kind waits for a person; no column says it. */
export function waitsFor({ matters = [] }: ParkingRow, wanted: ParkingFilter['matter']): boolean {
  return wanted === undefined || matters.some(({ matter }) => matter === wanted);
}
