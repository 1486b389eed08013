import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import type { ConnectedClient } from '../../../src/temporal/connection';
import { clearanceChanged, defleet } from '../../../workflows/contract/messages';
import { BUNDLE } from '../../support/bundle';
import { eventually } from '../../support/command-line';
import { devServer, patientClient, patientConnection } from '../../support/temporal';
import { Harness, isPending, QUICK, quietWorkers, soon } from '../harness';
import { asked, waits } from './engine-time.workflow';

const workflowsPath = require.resolve('./engine-time.workflow');
const workflowInterceptorModules = [require.resolve('../../../workflows/activation/whole-tasks')];
const logger = new DefaultLogger('ERROR');
const WAITS = 2_000;
/** How long the activities take; what is due lies in between. */
const TAKES = { quick: 100, slow: 1_500 } as const;
/** Longer than a workflow task: the worker has it repeated meanwhile, and a replay could take the two for one. */
const LONG = 12_000;
/** What is due while a long look is under way. */
const GIVE_UP = { after: '9s', by: 'park' } as const;

describe('the time of an activation, on a real server', () => {
  let connected: ConnectedClient;
  let connection: NativeConnection;

  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
    connection = await patientConnection(devServer());
  });
  afterAll(async () => {
    await connection?.close();
    await connected?.close();
  });

  it('is the same in a replay also where two local activities are under way, and something is due in between', async () => {
    const taskQueue = `time-${randomUUID()}`;
    const checkFirstData = ({ provider }: { provider: keyof typeof TAKES }) => wait(TAKES[provider]);
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowBundle,
      activities: { checkFirstData },
    });
    const history = await worker.runUntil(async () => {
      const handle = await connected.client.workflow.start('twoAtOnce', { taskQueue, workflowId: taskQueue });
      await handle.result();
      return handle.fetchHistory();
    });
    await expect(Worker.runReplayHistory({ workflowBundle }, history)).resolves.toBeUndefined();
  });

  it('is that of the task also where a query has reached a worker that had not kept the workflow', async () => {
    const taskQueue = `asked-${randomUUID()}`;
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger });
    const newWorker = () => Worker.create({ connection, taskQueue, workflowBundle });
    const { client } = connected;
    const start = (_: unknown, index: number) =>
      client.workflow.start(waits, { taskQueue, workflowId: `${taskQueue}-${index}`, args: [WAITS] });
    const first = await newWorker();
    const running = first.run();
    const handles = await Promise.all(Array.from({ length: 10 }, start));
    await Promise.all(handles.map((handle) => handle.query(asked)));
    first.shutdown();
    await running;
    // They wait for a worker, and so does each timer's task: the query may be handed over first.
    const answers = handles.map((handle) => handle.query(asked));
    const hasFired = async (): Promise<boolean> => {
      const histories = await Promise.all(handles.map((handle) => handle.fetchHistory()));
      return histories.every(({ events }) => events?.some((event) => event.timerFiredEventAttributes));
    };
    await eventually(hasFired, (fired) => fired);
    await (await newWorker()).runUntil(async () => {
      expect(await Promise.all(answers)).toEqual(handles.map(() => 'waits'));
      const waited = await Promise.all(handles.map((handle) => handle.result()));
      expect(Math.min(...waited)).toBeGreaterThanOrEqual(WAITS);
    });
    for (const handle of handles) {
      const { events } = await handle.fetchHistory();
      expect(events?.some((event) => event.workflowTaskFailedEventAttributes)).toBe(false);
    }
  });

  it('is the same in a replay of a look that takes longer than a workflow task, also where something was due meanwhile', async () => {
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
        if (isSlow) await new Promise((resolve) => setTimeout(resolve, LONG));
        return list(filter);
      };
      await soon(handle, ({ attempts }) => attempts.read >= 1);
      const view = await soon(handle, ({ step }) => step === 'parked');
      isSlow = false;
      expect(view.status).toBe('pending');
    });
    const history = await handle.fetchHistory();
    await expect(
      Worker.runReplayHistory({ workflowBundle: BUNDLE }, history, handle.workflowId),
    ).resolves.toBeUndefined();
    await handle.terminate();
  });

  it('is the same in a replay of a first submission that takes so long: what is due after it is due at the same moment', async () => {
    const policy = { ...QUICK.policy, cancelPendingAfter: '6s', transitionRetry: '1h' };
    const harness = new Harness({ client: connected.client, nativeConnection: connection }, { policy }, 10);
    harness.provider.beforeSubmitAnswer = () => new Promise((resolve) => setTimeout(resolve, LONG));
    const handle = await harness.start('mercedes-benz');
    await harness.withWorker(async () => {
      await soon(handle, isPending);
      await handle.signal(defleet, { by: 'ops' });
      await soon(handle, ({ attempts }) => attempts.withdraw >= 1);
    });
    const history = await handle.fetchHistory();
    await expect(
      Worker.runReplayHistory({ workflowBundle: BUNDLE }, history, handle.workflowId),
    ).resolves.toBeUndefined();
    await handle.terminate();
  });
});
