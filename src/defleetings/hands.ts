import type { WorkflowExecutionInfo } from '@temporalio/client';
import { columnsIn } from '../../workflows/contract/search-attributes';
import type { ActivationFound } from '../../workflows/defleeting/state';

/** A vehicle that leaves one fleet may be in another one by the day on which it is asked to. */

interface Asked {
  readonly fleets?: readonly string[] | undefined;
}

/**
 * Whether an activation or a parking is of another fleet. What is of no fleet is nobody else's.
 *
 * @param asked.fleets those of whoever asks that the vehicle leaves; absent: all.
 */
export function isOfOthers(
  { typedSearchAttributes }: Pick<WorkflowExecutionInfo, 'typedSearchAttributes'>,
  { fleets }: Asked,
): boolean {
  if (fleets === undefined) return false;
  const { fleet } = columnsIn(typedSearchAttributes);
  return fleet !== null && !fleets.includes(fleet);
}

/** The same, and it runs. */
export function livesWithOthers(
  run: Pick<WorkflowExecutionInfo, 'status' | 'typedSearchAttributes'>,
  asked: Asked,
): boolean {
  return run.status.name === 'RUNNING' && isOfOthers(run, asked);
}

/** An activation of others: nothing is sent to it, and nothing of it is told. */
export const OF_OTHERS: ActivationFound = {
  ...{ kind: 'leaving', status: null, brand: null, owner: 'operations' },
  reason: 'Another fleet has it here by now: it is not asked',
  action: 'Take back that it leaves, or wait until the other fleet has ended its access.',
};
