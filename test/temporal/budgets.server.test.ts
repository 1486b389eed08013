import { randomUUID } from 'node:crypto';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { allowed } from '../../src/config/budgets';
import type { Budgets } from '../../src/domain/endpoint';
import type { ConnectedClient } from '../../src/temporal/connection';
import type { LedgerCall } from '../../src/trial/simulator/high-mobility/ledger';
import { type Simulator, startSimulator } from '../../src/trial/simulator/high-mobility/simulator';
import { activationId, clearanceChanged, status } from '../../workflows/contract/messages';
import { freshVins, startActivations } from '../support/activations';
import { APP } from '../support/application';
import { eventually } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';
import {
  budgetsOf,
  CREDENTIALS,
  mostWithin,
  ROUTES,
  slotsGiven,
  startTestWorker,
  type TestWorker,
  withoutSlot,
} from './support';

/** Those whose budget is looked at. */
const BOTH = ['submit', 'data'] as const;

describe('the provider', () => {
  let connected: ConnectedClient;
  let simulator: Simulator;
  let taskQueue: string;
  const workers: TestWorker[] = [];

  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
  });
  beforeEach(async () => {
    simulator = await startSimulator(CREDENTIALS);
    taskQueue = `budgets-${randomUUID()}`;
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await simulator.close();
  });
  afterAll(() => connected?.close());

  /** A worker with connections, slots and a gate of its own. */
  async function addWorker(budgets: Budgets, batching = { size: 1, window: 0 }, askForData = false) {
    const temporal = devServer();
    workers.push(await startTestWorker({ temporal, simulator, taskQueue, batching, budgets, askForData }));
  }

  const handleOf = (vin: string) => connected.client.workflow.getHandle(activationId(APP, vin));
  const calls = (is: (call: LedgerCall) => boolean) => simulator.ledger.calls.filter(is);

  /** Vehicles that the provider has approved already. */
  function approved(count: number): string[] {
    const vins = freshVins(count);
    for (const vin of vins) {
      simulator.add({ vin, brand: 'bmw' });
      simulator.setStatus(vin, 'approved');
    }
    return vins;
  }

  test('is called by two workers no more often than one budget allows', async () => {
    const COUNT = 80;
    const WINDOW = 10;
    // Four a second; lists are not to be what the others wait for.
    const budgets = { ...budgetsOf(240), list: 6_000 };
    await addWorker(budgets, { size: 1, window: 0 }, true);
    await addWorker(budgets, { size: 1, window: 0 }, true);
    // So that none is begun again because the machine is busy, which would make it busier.
    await startActivations(connected.client, [...freshVins(COUNT), ...approved(COUNT)], taskQueue, {
      workflowTaskTimeout: '1 minute',
    });
    await simulator.ledger.until(
      () => calls(ROUTES.submit).length >= COUNT && calls(ROUTES.data).length >= COUNT,
    );
    // The way from a slot to its call takes longer on a busy machine: so calls are not counted by the clock here. Lists of Temporal lag.
    const slots = await eventually(
      () => slotsGiven(connected.client, taskQueue),
      (given) => BOTH.every((endpoint) => withoutSlot(calls(ROUTES[endpoint]), given(endpoint)) === 0),
    );
    // src/config/budgets.ts: its rate, and a burst of a second's worth or of one for each of four partitions; and five seconds, in which
    // a busy server writes down what it gave before. Two budgets of their own would let through 75 in ten seconds.
    const most = (allowed(budgets, 1).submit / 60) * (WINDOW + 5) + 4;
    expect(most).toBeLessThan(62);
    for (const endpoint of BOTH) {
      expect(mostWithin(slots(endpoint), WINDOW * 1_000)).toBeLessThanOrEqual(most);
      expect(withoutSlot(calls(ROUTES[endpoint]), slots(endpoint))).toBe(0);
    }
    expect(simulator.ledger.repeats).toEqual([]);
  });

  test('is left alone as long as each of several 429 says, and everything ends well', async () => {
    const vins = freshVins(30);
    const until = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 15_000);
    const tooMany = { kind: 'status', status: 429, detail: '' } as const;
    simulator.setFault({ ...tooMany, on: 'list', retryAfter: '3' });
    simulator.setFault({ ...tooMany, on: 'list', retryAfter: until.toUTCString() });
    simulator.setFault({ ...tooMany, on: 'list', retryAfter: ['1', '2'] });
    simulator.setFault({ ...tooMany, on: 'submit', detail: 'retry after 4s' });
    // They leave together, however long a busy machine takes to get them so far.
    await startActivations(connected.client, vins, taskQueue, { workflowTaskTimeout: '2 minutes' });
    await addWorker(budgetsOf(600), { size: vins.length, window: 60_000 });
    await simulator.ledger.until(
      (ledger) => vins.length === ledger.clearances.length && calls(ROUTES.submit).length > 1,
    );

    const made = calls((call) => ROUTES.list(call) || ROUTES.submit(call));
    const refused = made.filter((call) => call.status === 429);
    expect(refused.map((call) => call.method)).toEqual(['GET', 'GET', 'GET', 'POST']);
    const [seconds, date, two, text] = refused.map((call) => ({
      at: call.realAt,
      next: made[made.indexOf(call) + 1]?.realAt,
    }));
    expect(seconds?.next).toBeGreaterThanOrEqual((seconds?.at ?? 0) + 3_000);
    expect(date?.next).toBeGreaterThanOrEqual(until.getTime());
    expect(two?.next).toBeGreaterThanOrEqual((two?.at ?? 0) + 2_000);
    expect(text?.next).toBeGreaterThanOrEqual((text?.at ?? 0) + 4_000);
    for (const vin of vins) {
      const handle = handleOf(vin);
      await eventually(
        () => handle.query(status),
        ({ status, step }) => status === 'pending' && step === 'waiting',
      );
    }
    expect(simulator.ledger.effectiveClearances()).toEqual(Object.fromEntries(vins.map((vin) => [vin, 1])));
    expect(simulator.ledger.repeats).toEqual([]);
  });

  /** When a call that was turned away is due again, and how long that was when the server heard of it. */
  async function comesBack(vin: string): Promise<{ readonly due: number; readonly wait: number }> {
    const [call] = await eventually(
      async () => (await handleOf(vin).describe()).raw.pendingActivities ?? [],
      ([found]) => Boolean(found?.lastFailure && found.nextAttemptScheduleTime),
    );
    const due = optionalTsToMs(call?.nextAttemptScheduleTime) ?? Number.NaN;
    return { due, wait: due - (optionalTsToMs(call?.lastAttemptCompleteTime) ?? Number.NaN) };
  }

  test('sees withdrawals first after a pause, then all other calls', async () => {
    const [leaving = '', asked = ''] = approved(2);
    const [joining = ''] = freshVins(1);
    await addWorker(budgetsOf(600));
    await startActivations(connected.client, [leaving, asked], taskQueue);
    for (const vin of [leaving, asked]) {
      await eventually(
        () => handleOf(vin).query(status),
        ({ status }) => status === 'approved',
      );
    }
    // It does not end while somebody looks.
    const PAUSE = 3_600;
    simulator.setFault({ on: 'list', kind: 'status', status: 429, detail: '', retryAfter: String(PAUSE) });
    await startActivations(connected.client, [joining], taskQueue);
    await simulator.ledger.until(() => calls((call) => call.status === 429).length > 0);
    const begun = simulator.ledger.calls.length;
    // In the opposite order: a claim that has to be read, and the end of another.
    await handleOf(asked).signal(clearanceChanged, { status: 'rejected', deliveryId: randomUUID() });
    const told = Date.now();
    await handleOf(leaving).cancel();
    const [first, ...others] = await Promise.all([leaving, asked, joining].map(comesBack));

    expect(simulator.ledger.calls.slice(begun)).toEqual([]);
    const paused = calls((call) => call.status === 429)[0]?.realAt ?? 0;
    expect(first?.due).toBeGreaterThanOrEqual(paused + PAUSE * 1_000);
    // A busy server hears of each late: it was turned away after it was told.
    const earliest = told + (first?.wait ?? Number.NaN);
    for (const other of others) expect(earliest).toBeLessThan(other.due);
  });
});
