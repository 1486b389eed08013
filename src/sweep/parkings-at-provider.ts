import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import {
  type Moved,
  PARKING,
  PARKING_MEMO,
  type ParkingListed,
  type ParkingStep,
  parkingIdOf,
  parkingSwept,
  type Swept,
  stayMoved,
} from '../../workflows/contract/parking';

/** What a sweep needs of the parkings of one provider. Searches lag a little behind the truth. */
export interface SweptParkings {
  /** All that run. */
  all(): AsyncIterable<{ readonly plate: string; readonly step: ParkingStep }>;
  /** Whether one runs, by the truth. */
  isThere(plate: string): Promise<boolean>;
  /** Tells a parking what was read; false when none runs. @throws the client's error when it cannot be told. */
  tell(plate: string, swept: Swept): Promise<boolean>;
  /** Tells a parking that a stay is another vehicle's; false when none runs. */
  moved(plate: string, moved: Moved): Promise<boolean>;
}

/** @param provider whose parkings they are. */
export function sweptParkings(client: Client, provider: string): SweptParkings {
  async function send<A extends [unknown]>(
    plate: string,
    signal: SignalDefinition<A>,
    ...args: A
  ): Promise<boolean> {
    try {
      await client.workflow.getHandle(parkingIdOf(provider, plate)).signal(signal, ...args);
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
  return {
    async *all() {
      const query = `WorkflowType = '${PARKING}' AND ExecutionStatus = 'Running'`;
      for await (const { memo } of client.workflow.list({ query })) {
        const listed = memo?.[PARKING_MEMO] as ParkingListed | undefined;
        if (listed?.provider === provider) yield { plate: listed.plate, step: listed.step };
      }
    },
    async isThere(plate) {
      try {
        const { status } = await client.workflow.getHandle(parkingIdOf(provider, plate)).describe();
        return status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    tell: (plate, swept) => send(plate, parkingSwept, swept),
    moved: (plate, moved) => send(plate, stayMoved, moved),
  };
}
