import { randomUUID } from 'node:crypto';
import type { Batching } from '../../activities/calls';
import type { ConnectedClient } from '../../src/temporal/connection';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { activationId, status } from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { freshVins, startActivations } from '../support/activations';
import { APP } from '../support/application';
import { eventually } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';
import { budgetsOf, CREDENTIALS, ROUTES, startTestWorker, type TestWorker } from './support';

/** As many as the provider takes, and so long that groups leave only when they are full: a busy machine takes seconds to get so far. */
const FULL = { size: 100, window: 20_000 };
/** So that there are many groups, each of which meets a fault. */
const SMALL = { size: 30, window: 4_000 };
/**
 * More than there are: what waits out such a long window in its workflow task would be the first to be thrown out, and
 * would begin again.
 */
const CACHE = 1_000;
/** The provider takes VINs of 17 characters only. */
const TOO_SHORT = 3;

/** A machine that is busy with other things takes its time; milliseconds. */
const PATIENCE = 800_000;

describe('vehicles that are started at once on one worker', () => {
  let connected: ConnectedClient;
  let simulator: Simulator;
  let worker: TestWorker | undefined;

  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
  });
  beforeEach(async () => {
    simulator = await startSimulator(CREDENTIALS);
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
    await simulator.close();
  });
  afterAll(() => connected?.close());

  /** They wait for a worker, which then takes them all. Gives those that are pending, once each is settled. */
  async function startAll(vins: readonly string[], batching: Batching): Promise<string[]> {
    const taskQueue = `batches-${randomUUID()}`;
    const { workflow } = connected.client;
    // So that none is begun again because the machine is busy.
    await startActivations(connected.client, vins, taskQueue, { workflowTaskTimeout: '1 minute' });
    const budgets = budgetsOf(600);
    worker = await startTestWorker({
      temporal: devServer(),
      simulator,
      taskQueue,
      batching,
      budgets,
      maxCachedWorkflows: CACHE,
      transitionRetry: '2s',
    });
    const here = `TaskQueue = '${applicationQueue(APP, taskQueue)}' AND ClearanceStatus`;
    // Not asked one by one: a query waits until the activation's own submission is through.
    await eventually(
      () => workflow.count(`${here} IN ('pending', 'error')`),
      ({ count }) => count === vins.length,
      PATIENCE,
    );
    const pending = new Set<string>();
    for await (const { workflowId } of workflow.list({ query: `${here} = 'pending'` }))
      pending.add(workflowId);
    return vins.filter((vin) => pending.has(activationId(APP, vin)));
  }

  const posts = () => simulator.ledger.calls.filter(ROUTES.submit);
  const lists = () => simulator.ledger.calls.filter(ROUTES.list);

  function expectOneClearanceOfEach(vins: readonly string[]): void {
    const { ledger } = simulator;
    expect(ledger.effectiveClearances()).toEqual(Object.fromEntries(vins.map((vin) => [vin, 1])));
    expect(ledger.repeats).toEqual([]);
  }

  test('travel, when they are 300, in a few POSTs of at most 100, each once; those that are refused fail nobody else', async () => {
    const all = freshVins(300);
    const refused = all.slice(0, TOO_SHORT).map((vin) => `${vin.slice(0, 12)}${vin.slice(13)}`);
    const good = all.slice(TOO_SHORT);
    // Refused ones among the others, in different POSTs.
    const vins = good.flatMap((vin, index) => (index % 90 === 0 ? [...refused.splice(0, 1), vin] : [vin]));
    const short = vins.filter(({ length }) => length < 17);
    expect(short).toHaveLength(TOO_SHORT);

    const pending = await startAll(vins, FULL);

    // Three, and more where a busy machine has not filled a group in time.
    expect(posts().length).toBeLessThanOrEqual(8);
    // And what was refused for good is read once more before it ends.
    expect(lists().length).toBeLessThanOrEqual(8 + TOO_SHORT);
    for (const call of posts()) expect(call.vins.length).toBeLessThanOrEqual(FULL.size);
    expect(
      posts()
        .flatMap((call) => call.vins)
        .sort(),
    ).toEqual([...vins].sort());
    expect(pending).toEqual(good);
    for (const vin of short) {
      const handle = connected.client.workflow.getHandle(activationId(APP, vin));
      expect(await handle.query(status)).toMatchObject({
        status: 'error',
        reason: 'vin should be 17 character(s)',
      });
    }
    expectOneClearanceOfEach(good);
  });

  test('are read before they are sent again where a reply is lost or does not name each once', async () => {
    const vins = freshVins(240);
    const [missing = '', doubled = '', recased = ''] = [vins[1], vins[90], vins[180]];
    simulator.setFault({ on: 'submit', kind: 'missing-row', vin: missing });
    simulator.setFault({ on: 'submit', kind: 'doubled-row', vin: doubled });
    simulator.setFault({ on: 'submit', kind: 'recased-row', vin: recased });
    simulator.setFault({ on: 'submit', kind: 'drop', commit: true });
    simulator.setFault({ on: 'submit', kind: 'truncated' });
    simulator.setFault({ on: 'submit', kind: 'html', status: 502, commit: true });
    // Nothing of this one was carried out: only its VINs have to be sent again.
    simulator.setFault({ on: 'submit', kind: 'drop' });

    const pending = await startAll(vins, SMALL);

    expect(pending).toEqual(vins);
    expectOneClearanceOfEach(vins);
    const sent = new Map<string, number>();
    for (const vin of posts().flatMap((call) => call.vins)) sent.set(vin, (sent.get(vin) ?? 0) + 1);
    expect(sent.size).toBe(vins.length);
    const notCarriedOut = posts().filter((call) => call.vins.some((vin) => sent.get(vin) === 2))[0];
    const again = [...sent].filter(([, times]) => times > 1).map(([vin]) => vin);
    expect(again.length).toBeGreaterThan(0);
    expect(again.sort()).toEqual([...(notCarriedOut?.vins ?? [])].sort());
    expect(Math.max(...sent.values())).toBe(2);
  });
});
