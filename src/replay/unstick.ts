import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { activationId } from '../../workflows/contract/messages';
import { Activations } from '../activations/activations';
import { VinError } from '../base/errors';
import type { Application } from '../domain/application';
import { codeToReplay } from './replay';
import { findResetPoint, type ResetPoint } from './reset-point';

export interface Unstuck {
  readonly vin: string;
  readonly workflowId: string;
  /** The run that was looked at. */
  readonly runId: string;
  /** Null: it is not stuck, and nothing was done. */
  readonly point: ResetPoint | null;
  /** The run in which it goes on; null where nothing was done. */
  readonly newRunId: string | null;
  /** Messages of later that it was given again, by name, and those that it could not be given. */
  readonly givenAgain: readonly string[];
  readonly notGiven: readonly { readonly name: string; readonly problem: string }[];
}

interface UnstickOptions {
  readonly app: Application;
  /** Look only. */
  readonly dryRun: boolean;
}

/** `temporal.api.enums.v1.ResetReapplyType` of Temporal's API: what came later comes again … */
const REAPPLY_ALL = 3;
/**
 * … but updates, `ResetReapplyExcludeType`: they would meet the fault once more (sdk-rust#1146). A message that comes again
 * may come too late to count; so what had been taken is sent again.
 */
const UPDATES = 2;

/** How long a worker may take for the first task after the reset, in milliseconds, and how often to look. */
const FIRST_TASK = { within: 10_000, look: 250 };

/** For the history of one activation, in milliseconds. */
const DEADLINE = 30_000;

/**
 * Sets an activation whose history cannot be replayed back to before the workflow task that cannot be replayed. It is
 * given the messages of later again; what was done at the provider stays done, and is read there again.
 *
 * @param workflowBundle the workflows' code; where it is not given, it is bundled now.
 * @throws VinError `ACTIVATION_UNKNOWN` when none is alive, `UNSTICK_FAILED` when there is no such point.
 */
export async function unstick(
  client: Client,
  vin: string,
  workflowBundle: WorkflowBundleOption | undefined,
  { dryRun, app }: UnstickOptions,
): Promise<Unstuck> {
  const workflowId = activationId(app, vin);
  const runId = await aliveRun(client, workflowId, vin);
  const history = await client.withDeadline(Date.now() + DEADLINE, () =>
    client.workflow.getHandle(workflowId, runId).fetchHistory(),
  );
  const code = await codeToReplay(workflowBundle);
  let problem = '';
  const replays = async (beginning: typeof history): Promise<boolean> => {
    try {
      await Worker.runReplayHistory({ workflowBundle: code }, beginning, workflowId);
      return true;
    } catch (error) {
      problem = (error as Error).message;
      return false;
    }
  };
  const point = await findResetPoint(history, replays);
  const looked = { vin, workflowId, runId, point, newRunId: null, givenAgain: [], notGiven: [] };
  if (!point && problem !== '') throw beyondHelp(vin, problem);
  const cut = history.events?.find(({ eventId }) => Number(eventId) === point?.eventId)?.eventId;
  if (!point || !cut || dryRun) return looked;
  const { runId: newRunId } = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: `vin unstick: event ${point.badEventId} cannot be replayed`,
    workflowTaskFinishEventId: cut,
    requestId: randomUUID(),
    resetReapplyType: REAPPLY_ALL,
    resetReapplyExcludeTypes: [UPDATES],
    identity: client.options.identity,
  });
  if (point.messages.length > 0) await firstTask(client, workflowId, newRunId);
  return { ...looked, newRunId, ...(await giveAgain(new Activations(client, app), vin, point)) };
}

/** Waits until a worker has taken the activation up: then it hears a message in the order in which it is replayed. */
async function firstTask(client: Client, workflowId: string, runId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const end = Date.now() + FIRST_TASK.within;
  while (Date.now() < end) {
    const events = (await handle.fetchHistory()).events ?? [];
    const reset = events.findLastIndex((event) => event.workflowTaskFailedEventAttributes);
    if (events.slice(reset).some((event) => event.workflowTaskCompletedEventAttributes)) return;
    await setTimeout(FIRST_TASK.look);
  }
}

async function giveAgain(
  activations: Activations,
  vin: string,
  { messages }: ResetPoint,
): Promise<Pick<Unstuck, 'givenAgain' | 'notGiven'>> {
  const givenAgain: string[] = [];
  const notGiven: { name: string; problem: string }[] = [];
  for (const { name, request } of messages) {
    try {
      await activations.send(name, vin, request);
      givenAgain.push(name);
    } catch (error) {
      notGiven.push({ name, problem: (error as Error).message });
    }
  }
  return { givenAgain, notGiven };
}

async function aliveRun(client: Client, workflowId: string, vin: string): Promise<string> {
  try {
    const { status, runId } = await client.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING') return runId;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  throw new VinError(
    'ACTIVATION_UNKNOWN',
    `There is no activation of ${vin} that is alive`,
    `Look with vin status ${vin}. What has ended is not stuck.`,
    { vin },
  );
}

function beyondHelp(vin: string, problem: string): VinError {
  return new VinError(
    'UNSTICK_FAILED',
    `The activation of ${vin} cannot be replayed even at its beginning: ${problem}`,
    'Run the version of the worker that began it. If there is none: terminate it in Temporal, then vin activate VIN again; the clearance at the provider is found and taken over.',
    { vin },
  );
}
