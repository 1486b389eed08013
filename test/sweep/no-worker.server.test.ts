import { runSweep } from '../../src/sweep/sweeps';
import type { ConnectedClient, TemporalConfig } from '../../src/temporal/connection';
import { SWEEP } from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { APP } from '../support/application';
import { eventually } from '../support/command-line';
import { patientClient } from '../support/temporal';
import { ownNamespace } from './namespace';

/** Of a worker that was. */
const QUEUE = applicationQueue(APP);

describe('a sweep that is asked for by hand', () => {
  let config: TemporalConfig;
  let connected: ConnectedClient;
  const news: string[] = [];

  beforeAll(async () => {
    config = await ownNamespace('no-worker');
    connected = await patientClient(config);
  });
  afterAll(() => connected?.close());

  const sweep = () =>
    runSweep(connected.client, {
      ...APP,
      full: false,
      untaken: 1_000,
      onNews: (one) => void news.push(one),
    });

  it('is not started where nobody is there to make it', async () => {
    await expect(sweep()).rejects.toMatchObject({ code: 'WORKER_MISSING' });
  });

  it('is not waited for when its worker has just stopped, which the server still names', async () => {
    const { client } = connected;
    const queue = { namespace: config.namespace, taskQueue: { name: QUEUE } };
    const worker = new AbortController();
    const poll = client.withAbortSignal(worker.signal, () =>
      client.workflowService.pollWorkflowTaskQueue({ ...queue, identity: 'gone' }),
    );
    await eventually(
      () => client.workflowService.describeTaskQueue({ ...queue, taskQueueType: 1 }),
      ({ pollers }) => pollers.length > 0,
    );
    worker.abort();
    await poll.catch(() => undefined);
    news.length = 0;
    await expect(sweep()).rejects.toMatchObject({
      code: 'WORKER_MISSING',
      next: 'Start a worker with: vin worker. Then ask again: you are given the same sweep.',
    });
    expect(news).toEqual(['No worker has taken it yet.']);
  });

  it('is the same one when it is asked for again', async () => {
    await expect(sweep()).rejects.toMatchObject({ code: 'WORKER_MISSING' });
    const { count } = await eventually(
      () => connected.client.workflow.count(`WorkflowType = '${SWEEP}'`),
      (found) => found.count > 0,
    );
    expect(count).toBe(1);
  });
});
