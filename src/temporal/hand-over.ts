import type { Client } from '@temporalio/client';
import type { Notice } from '../../workflows/contract/notice';
import { handOver, NOTICES, type NoticesInput, noticesId } from '../../workflows/contract/notices';
import { applicationQueue, parkingQueue, TASK_QUEUE } from '../../workflows/contract/task-queues';
import { VinError } from '../base/errors';
import { applicationKey, applicationOf } from '../domain/application';
import { subjectOf } from '../domain/subject';

/** How long the server may take, in milliseconds: the activation's workflow task is held meanwhile. */
const DEADLINE = 5_000;

/** Hands notices over to the workflow that delivers them. */
export interface HandOver {
  /** Handed over twice it is one notice. @throws VinError `NOTICE_NOT_HANDED_OVER`: it is to be tried again. */
  send(notice: Notice): Promise<void>;
}

/**
 * @param channelsOf the channels of a notice, by the routes of today.
 * @param taskQueue in front of the names of task queues.
 */
export function createHandOver(
  client: Client,
  channelsOf: (notice: Notice) => readonly string[],
  taskQueue: string = TASK_QUEUE,
): HandOver {
  return {
    async send(notice) {
      const app = applicationOf(notice);
      const { audience } = notice;
      const start = () =>
        client.workflow.signalWithStart<(input: NoticesInput) => Promise<void>, Parameters<Signal>>(NOTICES, {
          workflowId: noticesId(app, audience),
          // Those who have the credentials of a parking deliver what it tells.
          taskQueue:
            notice.plate === undefined
              ? applicationQueue(app, taskQueue)
              : parkingQueue(app.provider, taskQueue),
          args: [{}],
          signal: handOver,
          signalArgs: [{ notice, channels: channelsOf(notice) }],
          staticSummary: `Notices for ${audience} (${applicationKey(app)})`,
        });
      await client.withDeadline(Date.now() + DEADLINE, start).catch((error: unknown) => {
        throw notHandedOver(notice, error);
      });
    },
  };
}

/** The notice could not be handed over; nothing is known of why but what Temporal says. */
export function notHandedOver(notice: Notice, cause: unknown): VinError {
  const { vin, audience } = notice;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VinError(
    'NOTICE_NOT_HANDED_OVER',
    `A notice about ${subjectOf(notice) ?? 'all vehicles'} for ${audience} could not be handed over: ${why}`,
    'It is handed over again by itself. See to it that Temporal is reached.',
    { vin, cause },
  );
}

type Signal = (handed: { notice: Notice; channels: readonly string[] }) => void;
