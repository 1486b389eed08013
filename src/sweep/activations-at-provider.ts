import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client';
import { ACTIVATION, activationId, clearanceSwept } from '../../workflows/contract/messages';
import { columnsIn } from '../../workflows/contract/search-attributes';
import type { Observation } from '../../workflows/lifecycle/state';
import { rowOf } from '../activations/reports';
import { atApplication, oneOf } from '../activations/search';
import type { Application } from '../domain/application';
import { vinKey } from '../domain/vehicle-key';
import type { ListedBelief } from './agreement';

/** An activation that runs, as a search finds it. */
export interface RunningActivation extends ListedBelief {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What a sweep needs of the activations of one provider. Searches lag a little behind the truth. */
export interface SweptActivations {
  /** Those of some vehicles that run. */
  of(vins: readonly string[]): Promise<Map<string, RunningActivation>>;
  /** All that run. */
  all(): AsyncIterable<RunningActivation>;
  /**
   * Tells an activation what was read; false when none runs.
   *
   * @param begun a time before it was read, by Temporal's clock; null where none is known.
   * @throws the client's error when it cannot be told.
   */
  tell(vin: string, clearance: Observation | null, begun: number | null): Promise<boolean>;
}

/** What a vehicle's activation can be asked by: anything else at the provider names no vehicle and has none. */
const VIN_SHAPE = /^[A-Z0-9]{1,32}$/;

/** @param app whose activations they are. */
export function sweptActivations(client: Client, app: Application): SweptActivations {
  const search = (condition: string): AsyncIterable<WorkflowExecutionInfo> => {
    const ours = [`WorkflowType = '${ACTIVATION}'`, ...atApplication(app)].join(' AND ');
    return client.workflow.list({ query: `${ours} AND ${condition}` });
  };
  return {
    async of(vins) {
      const asked = vins.filter((vin) => VIN_SHAPE.test(vin));
      const found = new Map<string, RunningActivation>();
      if (asked.length === 0) return found;
      // A run that has just continued in a fresh one is seen before the fresh one is: it must not count as gone.
      const alive = `ExecutionStatus IN ('Running', 'ContinuedAsNew')`;
      for await (const run of search(`${alive} AND ${oneOf('vin', asked.map(vinKey))}`)) {
        const one = beliefOf(run);
        const isRunning = run.status.name === 'RUNNING';
        if (one && (isRunning || !found.has(one.vin))) {
          found.set(one.vin, isRunning ? one : { ...one, status: 'unknown', reason: null });
        }
      }
      return found;
    },
    async *all() {
      for await (const run of search(`ExecutionStatus = 'Running'`)) {
        const one = beliefOf(run);
        if (one) yield one;
      }
    },
    async tell(vin, clearance, begun) {
      try {
        const handle = client.workflow.getHandle(activationId(app, vin));
        await handle.signal(clearanceSwept, { clearance, begun });
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

/** Null for what was started by hand without search attributes, in its first moment. */
function beliefOf(run: WorkflowExecutionInfo): RunningActivation | null {
  if (columnsIn(run.typedSearchAttributes).vin === '') return null;
  const { vin, status, reason } = rowOf(run);
  return { vin, status, reason, startedAt: run.startTime.getTime() };
}
