import type { ActivateInput, WorkflowInterceptors } from '@temporalio/workflow';

import { NOT_WHOLE } from '../contract/not-whole';

type Activation = ActivateInput['activation'];
type Job = NonNullable<Activation['jobs']>[number];

/**
 * Refuses what no workflow task has brought. A query that reaches a worker which has not kept the workflow comes with its
 * whole history, also with events that have happened since the last workflow task: the SDK hands them over with the time
 * of that task, which may be days ago. What is decided then is of a time that is over, and no replay decides it again.
 * Refused, the query fails, and the worker forgets the workflow; the task that brings the events is carried out as ever.
 */
export function interceptors(): WorkflowInterceptors {
  let last = { time: '', length: 0 };
  return {
    internals: [
      {
        activate(input, next) {
          const { activation } = input;
          const time = timeOf(activation);
          const length = activation.historyLength ?? 0;
          if (activation.jobs?.some(isNews) && length > last.length && time === last.time) {
            throw new Error(
              `${NOT_WHOLE}: the query came with events that no workflow task has brought yet. Ask again.`,
            );
          }
          if (!activation.jobs?.every(({ queryWorkflow }) => queryWorkflow)) last = { time, length };
          next(input);
        },
      },
    ],
  };
}

/** To the nanosecond: no two workflow tasks of a run have begun at the same time. */
function timeOf({ timestamp }: Activation): string {
  return `${timestamp?.seconds}.${timestamp?.nanos}`;
}

/** What the history tells; the result of a local activity is of the task that is under way. */
function isNews({ fireTimer, signalWorkflow, cancelWorkflow, resolveActivity }: Job): boolean {
  return Boolean(
    fireTimer || signalWorkflow || cancelWorkflow || (resolveActivity && !resolveActivity.isLocal),
  );
}
