import type { Client } from '@temporalio/client';
import { NoticeError } from '../../src/notify/notice-error';
import { createHandOver } from '../../src/temporal/hand-over';
import type { WorkerOptions } from '../../src/temporal/worker';
import { noticeLog, noticesId } from '../../workflows/contract/notices';
import { NOTICE } from '../notify/support';
import { APP } from '../support/application';
import { eventually } from '../support/command-line';

/** What the files of the notices' life are called. */
export const NOTICES_LIFE = 'notices-receiver-away';

/** The log takes every notice; the receiver of the webhook is away until it is called back, and wants none of the first. */
export class ScriptedChannels {
  private isAway = true;

  readonly deliver: NonNullable<WorkerOptions['channels']>['deliver'] = async (channel, { id }) => {
    if (channel === 'log') return { outcome: 'delivered', where: 'the log', id };
    if (this.isAway) throw new NoticeError('The receiver is away.', 500);
    if (id === idOf(0)) return { outcome: 'not-sent', why: 'It wants no more (410).' };
    return { outcome: 'delivered', where: 'the webhook', id };
  };

  comeBack(): void {
    this.isAway = false;
  }
}

function idOf(serial: number): string {
  return `notice-${serial}`;
}

/** Lives it until everything is delivered, in a fresh run. @returns the id of the workflow, and of its first run. */
export async function liveNotices(
  client: Client,
  channels: ScriptedChannels,
): Promise<{ workflowId: string; firstRun: string }> {
  const workflowId = noticesId(APP, NOTICE.audience);
  const handle = client.workflow.getHandle(workflowId);
  const { send } = createHandOver(client, ({ id }) => (id === idOf(1) ? [] : ['log', 'webhook']));
  const runs = async (): Promise<readonly [newest: string, first: string]> => {
    const { runId, raw } = await handle.describe();
    return [runId, raw.workflowExecutionInfo?.firstRunId ?? ''];
  };
  let serial = 0;
  const [, firstRun] = await eventually(
    async () => {
      // The same twice: it is one.
      for (let time = 0; time < 2; time += 1) await send({ ...NOTICE, id: idOf(serial) });
      serial += 1;
      return runs();
    },
    ([newest, first]) => newest !== first,
  );
  channels.comeBack();
  await eventually(
    () => handle.query(noticeLog, undefined),
    (log) => log.every(({ deliveries }) => deliveries.every(({ outcome }) => outcome !== 'under-way')),
  );
  return { workflowId, firstRun };
}
