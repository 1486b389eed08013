import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { type ConnectedClient, connectClient } from '../../src/temporal/connection';
import { connectWorker } from '../../src/temporal/worker-connection';
import { devServer } from '../support/temporal';
import { quietWorkers } from './harness';

const workflowsPath = require.resolve('./engine-time.workflow');
/** How long the activities take; what is due lies in between. */
const TAKES = { quick: 100, slow: 1_500 } as const;

describe('the time of an activation, on a real server', () => {
  let connected: ConnectedClient;
  let connection: NativeConnection;

  beforeAll(async () => {
    quietWorkers();
    connected = await connectClient(devServer());
    connection = await connectWorker(devServer());
  });
  afterAll(async () => {
    await connection?.close();
    await connected?.close();
  });

  it('is the same in a replay also where two local activities are under way, and something is due in between', async () => {
    const taskQueue = `time-${randomUUID()}`;
    const checkFirstData = ({ provider }: { provider: keyof typeof TAKES }) => wait(TAKES[provider]);
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowsPath,
      activities: { checkFirstData },
    });
    const history = await worker.runUntil(async () => {
      const handle = await connected.client.workflow.start('twoAtOnce', { taskQueue, workflowId: taskQueue });
      await handle.result();
      return handle.fetchHistory();
    });
    await expect(Worker.runReplayHistory({ workflowsPath }, history)).resolves.toBeUndefined();
  });
});
