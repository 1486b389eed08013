import type { NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { type ConnectedClient, connectClient } from '../../src/temporal/connection';
import { connectWorker } from '../../src/temporal/worker-connection';
import { clearanceChanged, defleet } from '../../workflows/messages';
import { devServer } from '../support/temporal';
import { Harness, isPending, QUICK, quietWorkers, soon } from './harness';

const SECOND = 1_000;
/** Longer than a workflow task: the worker has it repeated meanwhile, and a replay takes the two for one. */
const SLOW = 12 * SECOND;
/** What is due while the look is under way. */
const GIVE_UP = { after: '9s', by: 'park' } as const;

describe('a look that takes longer than a workflow task, on a real server', () => {
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

  it('is replayed as it was carried out, also where something was due meanwhile', async () => {
    const policy = { ...QUICK.policy, pollInterval: '5s', giveUp: GIVE_UP };
    const harness = new Harness({ client: connected.client, nativeConnection: connection }, { policy }, 10);
    const handle = await harness.start('bmw');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      // News that changes nothing: a task without a command, and the next one too while its look is under way.
      await handle.signal(clearanceChanged, { status: 'pending' });
      const list = harness.provider.list.bind(harness.provider);
      let isSlow = true;
      harness.provider.list = async (filter) => {
        if (isSlow) await new Promise((resolve) => setTimeout(resolve, SLOW));
        return list(filter);
      };
      await soon(handle, ({ attempts }) => attempts.read === 1);
      const view = await soon(handle, ({ step }) => step === 'parked');
      isSlow = false;
      expect(view.status).toBe('pending');
    });
    const history = await handle.fetchHistory();
    const options = { workflowsPath: require.resolve('../../workflows') };
    await expect(Worker.runReplayHistory(options, history, handle.workflowId)).resolves.toBeUndefined();
    await handle.terminate();
  });

  it('holds for the first submission too: what is due after it is due at the same moment in a replay', async () => {
    const policy = { ...QUICK.policy, cancelPendingAfter: '6s', transitionRetry: '1h' };
    const harness = new Harness({ client: connected.client, nativeConnection: connection }, { policy }, 10);
    harness.provider.beforeSubmitAnswer = () => new Promise((resolve) => setTimeout(resolve, SLOW));
    const handle = await harness.start('mercedes-benz');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await handle.signal(defleet, { by: 'ops' });
      await soon(handle, ({ attempts }) => attempts.withdraw === 1);
    });
    const history = await handle.fetchHistory();
    const options = { workflowsPath: require.resolve('../../workflows') };
    await expect(Worker.runReplayHistory(options, history, handle.workflowId)).resolves.toBeUndefined();
    await handle.terminate();
  });
});
