import type { Client, HistoryAndWorkflowId } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { ACTIVATION, SWEEP } from '../../workflows/contract/messages';
import { NOTICES } from '../../workflows/contract/notices';
import { queryOf } from '../activations/search';
import { bundleWorkflows } from '../temporal/bundle';
import { GRPC, grpcCode } from '../temporal/grpc';
import { ahead } from './ahead';

/** A run that the code could not go through, and why. */
export interface FailedReplay {
  readonly workflowId: string;
  readonly runId: string;
  /** Whether it is alive: only then something has to be done about it. */
  readonly isAlive: boolean;
  readonly problem: string;
}

/** What came of replaying histories. */
export interface Replayed {
  readonly replayed: number;
  readonly failed: readonly FailedReplay[];
}

export interface ReplayOptions {
  /** Also what has ended, each run of it, and the newest sweeps. Default: the activations that are alive, and who delivers their notices. */
  readonly all?: boolean;
  /** The most histories to replay. */
  readonly limit?: number;
  /** Told after each. */
  readonly onReplayed?: (replayed: number) => void;
}

/** Histories that are fetched at a time, ahead of their replay. */
const AT_ONCE = 10;

/** So many sweeps: each is like the other. */
const MOST_SWEEPS = 100;

/** A history that came, or why it did not. Null for a run that the server has forgotten meanwhile. */
type Fetched = (Omit<FailedReplay, 'problem'> & (HistoryAndWorkflowId | { readonly problem: string })) | null;

/**
 * Runs work with a silent SDK: what fails is in the answers, and it would say it with all circumstances. Its runtime is
 * ended after it, also where nothing was replayed: until then it keeps the process alive.
 */
export async function withQuietRuntime<T>(work: () => Promise<T>): Promise<T> {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF' } },
    // It would take signals for itself, and do nothing about them.
    shutdownSignals: [],
  });
  try {
    return await work();
  } finally {
    await Runtime.instance().shutdown();
  }
}

/** The workflows' code to replay with; where none is built, it is bundled now. */
export async function codeToReplay(built: WorkflowBundleOption | undefined): Promise<WorkflowBundleOption> {
  return built ?? (await bundleWorkflows(Runtime.instance().logger));
}

/**
 * Replays the histories of activations, newest first, and says which of them the code could not take over. It only
 * reads: no activation is touched. A history that cannot be read is one that fails, and the others are replayed.
 *
 * @param workflowBundle the workflows' code; where it is not given, it is bundled now.
 */
export async function replayActivations(
  client: Client,
  workflowBundle: WorkflowBundleOption | undefined,
  { all = false, limit = Number.POSITIVE_INFINITY, onReplayed = () => {} }: ReplayOptions = {},
): Promise<Replayed> {
  const code = await codeToReplay(workflowBundle);
  const failed: FailedReplay[] = [];
  const open = new Map<string, Omit<FailedReplay, 'problem'>>();
  let replayed = 0;
  const count = (): void => {
    replayed += 1;
    onReplayed(replayed);
  };

  async function* histories(): AsyncIterable<HistoryAndWorkflowId> {
    for await (const one of first(limit, fetchAll(client, all))) {
      if (one === null) continue;
      const { workflowId, runId, isAlive } = one;
      if ('problem' in one) {
        failed.push(one);
        count();
        continue;
      }
      // Of several runs of one life, the result names only the workflow: so each has a name of its own here.
      const name = `${runId}/${workflowId}`;
      open.set(name, { workflowId, runId, isAlive });
      yield { workflowId: name, history: one.history };
    }
  }

  for await (const { workflowId: name, error } of Worker.runReplayHistories(
    { workflowBundle: code },
    histories(),
  )) {
    const known = open.get(name);
    open.delete(name);
    if (error && known) failed.push({ ...known, problem: error.message });
    count();
  }
  return { replayed, failed };
}

async function* fetchAll(client: Client, all: boolean): AsyncIterable<Fetched> {
  const fetch = (query: string): AsyncIterable<Fetched> => fetched(client, query);
  if (!all) {
    yield* fetch(queryOf({}));
    yield* fetch(`WorkflowType = '${NOTICES}' AND ExecutionStatus = 'Running'`);
    return;
  }
  for (const type of [ACTIVATION, NOTICES]) yield* fetch(`WorkflowType = '${type}'`);
  yield* first(MOST_SWEEPS, fetch(`WorkflowType = '${SWEEP}'`));
}

function fetched(client: Client, query: string): AsyncIterable<Fetched> {
  return ahead(
    client.workflow.list({ query }),
    async ({ workflowId, runId, status }): Promise<Fetched> => {
      const run = { workflowId, runId, isAlive: status.name === 'RUNNING' };
      try {
        return { ...run, history: await client.workflow.getHandle(workflowId, runId).fetchHistory() };
      } catch (error) {
        const code = grpcCode(error);
        if (code === GRPC.notFound || (error as Error).name === 'WorkflowNotFoundError') return null;
        if (code === GRPC.unavailable) throw error;
        return { ...run, problem: `Its history cannot be read: ${(error as Error).message}` };
      }
    },
    AT_ONCE,
  );
}

async function* first<T>(limit: number, items: AsyncIterable<T>): AsyncIterable<T> {
  let taken = 0;
  if (limit <= 0) return;
  for await (const item of items) {
    yield item;
    if (++taken >= limit) return;
  }
}
