import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { NOTICES, type NoticesInput, noticesId } from '../../workflows/contract/notices';
import { applicationQueue, TASK_QUEUE } from '../../workflows/contract/task-queues';
import { type TroubleMet, troubleMet, troubleOver } from '../../workflows/contract/trouble';
import type { TroubleNews } from '../calls/trouble-gate';
import { type Application, applicationKey } from '../domain/application';

/** How long the server may take, in milliseconds. */
const DEADLINE = 5_000;
/** Milliseconds. */
const AGAIN = 10_000;

/** Tells the workflow of an application's notices of trouble with its provider. */
export interface TroubleTeller {
  /** Told in the background, and again until it is taken. Of an endpoint only the newest counts. */
  tell(news: TroubleNews): void;
  /** Whatever is to be told is, or the signal has ended it. */
  told(): Promise<void>;
}

/**
 * @param channels those for operations, by the routes of today.
 * @param signal ends it: what is not told by then is found out again by the next worker.
 * @param taskQueue in front of the names of task queues.
 * @param again until it is told again, where Temporal did not take it.
 */
export function createTroubleTeller(
  client: Client,
  app: Application,
  {
    channels,
    signal,
    taskQueue = TASK_QUEUE,
    again = AGAIN,
  }: {
    readonly channels: () => readonly string[];
    readonly signal: AbortSignal;
    readonly taskQueue?: string;
    /** Milliseconds. */
    readonly again?: number;
  },
): TroubleTeller {
  const waiting = new Map<string, TroubleNews>();
  let running: Promise<void> | null = null;
  const workflowId = noticesId(app, 'operations');

  async function send(news: TroubleNews): Promise<void> {
    const { provider, application } = app;
    const of = { provider, application, endpoint: news.endpoint, channels: channels() };
    if (news.type === 'over') {
      // Nothing was ever told there: nothing is over.
      await client.workflow
        .getHandle(workflowId)
        .signal(troubleOver, { ...of, at: news.at })
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
      return;
    }
    const { kind, words, next, since } = news;
    await client.workflow.signalWithStart<(input: NoticesInput) => Promise<void>, [TroubleMet]>(NOTICES, {
      workflowId,
      taskQueue: applicationQueue(app, taskQueue),
      args: [{}],
      signal: troubleMet,
      signalArgs: [{ ...of, kind, words, next, since }],
      staticSummary: `Notices for operations (${applicationKey(app)})`,
    });
  }

  async function sendAll(): Promise<void> {
    for (let [first] = waiting; first && !signal.aborted; [first] = waiting) {
      const [endpoint, news] = first;
      const isTaken = await client
        .withDeadline(Date.now() + DEADLINE, () => send(news))
        .then(
          () => true,
          () => false,
        );
      if (!isTaken) await sleep(again, undefined, { signal }).catch(() => undefined);
      else if (waiting.get(endpoint) === news) waiting.delete(endpoint);
    }
    running = null;
  }

  return {
    tell(news) {
      waiting.set(news.endpoint, news);
      running ??= sendAll();
    },
    told: async () => {
      await running;
    },
  };
}
