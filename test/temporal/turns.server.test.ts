import { randomUUID } from 'node:crypto';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import type { ConnectedClient } from '../../src/temporal/connection';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { ACTIVATION, activationId, defleet } from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { freshVins } from '../support/activations';
import { APP } from '../support/application';
import { eventually } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';
import { budgetsOf, CREDENTIALS, ROUTES, startTestWorker, type TestWorker } from './support';

const PATIENCE = 240_000;
const MANY = 30;
/** Calls a minute: so few that most of the large fleet still waits when a busy machine has them all in the queue; then enough. */
const BUDGET = { held: 4, let: 240 };

describe('withdrawals of two fleets', () => {
  let connected: ConnectedClient;
  let simulator: Simulator;
  let worker: TestWorker | undefined;
  const taskQueue = `turns-${randomUUID()}`;

  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
    simulator = await startSimulator(CREDENTIALS);
  });
  afterAll(async () => {
    await worker?.stop();
    await simulator?.close();
    await connected?.close();
  });

  /** Vehicles that are approved at the provider, and leave from the first moment. */
  async function leave(vins: readonly string[], fleet: string): Promise<void> {
    await withConcurrency(vins, 16, async (vin) => {
      simulator.add({ vin, brand: 'bmw' });
      simulator.setStatus(vin, 'approved');
      await connected.client.workflow.signalWithStart(ACTIVATION, {
        workflowId: activationId(APP, vin),
        taskQueue: applicationQueue(APP, taskQueue),
        args: [{ ...APP, vin, brand: 'bmw', fleet, adopt: true }],
        signal: defleet,
        signalArgs: [{ id: randomUUID() }],
      });
    });
  }
  async function startWorker(withdraw: number): Promise<void> {
    const temporal = devServer();
    const batching = { size: 100, window: 100 };
    const budgets = { ...budgetsOf(6_000), withdraw };
    worker = await startTestWorker({ temporal, simulator, taskQueue, batching, budgets });
  }
  const sent = () => simulator.ledger.calls.filter(ROUTES.withdraw);
  const isSent = (vin: string): boolean => sent().some(({ path }) => path.includes(vin));
  /** Whether its DELETE waits for the budget, or has had it. */
  const isQueued = async (vin: string): Promise<boolean> => {
    const { raw } = await connected.client.workflow.getHandle(activationId(APP, vin)).describe();
    const waiting = raw.pendingActivities?.map(({ activityType }) => activityType?.name) ?? [];
    return waiting.includes('withdrawClearance') || isSent(vin);
  };

  async function untilQueued(vins: readonly string[]): Promise<void> {
    for (const vin of vins)
      await eventually(
        () => isQueued(vin),
        (is) => is,
        PATIENCE,
      );
  }

  test('take turns at the provider: a large one does not stand before a small one', async () => {
    const vins = freshVins(MANY + 3);
    const [large, small] = [vins.slice(0, MANY), vins.slice(MANY)];
    // Longer than a key may be.
    await leave(large, `The large fleet ${'ö'.repeat(60)}`);
    await startWorker(BUDGET.held);
    await untilQueued(large);
    await leave(small, 'small');
    await untilQueued(small);
    await worker?.stop();
    await startWorker(BUDGET.let);
    await eventually(
      async () => small.every(isSent),
      (is) => is,
      PATIENCE,
    );
    const last = Math.max(...small.map((vin) => sent().findIndex(({ path }) => path.includes(vin))));
    expect(last).toBeLessThan(MANY);
  }, 600_000);
});
