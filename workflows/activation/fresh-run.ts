import { makeContinueAsNewFunc, type Workflow, workflowInfo } from '@temporalio/workflow';

/**
 * Goes on in a fresh run, which lists show as this one from its first moment. By itself a fresh run has the columns and the
 * memo that the workflow was started with, until a worker has done its first workflow task (seen at server 1.32.0, SDK 1.24.0).
 */
export function goOnAfresh<F extends Workflow>(...args: Parameters<F>): Promise<never> {
  const { memo, typedSearchAttributes } = workflowInfo();
  return makeContinueAsNewFunc<F>({ ...(memo && { memo }), typedSearchAttributes })(...args);
}
