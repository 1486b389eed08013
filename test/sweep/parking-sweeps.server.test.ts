import { type NativeConnection, Worker } from '@temporalio/worker';
import { createParkingActivities } from '../../activities/parking';
import { createParkingSweepActivities } from '../../activities/parking-sweep';
import { createNotificationDelivery } from '../../src/gateway/webhooks/notified-parkings';
import { createSignals } from '../../src/gateway/webhooks/signals';
import { Parkings } from '../../src/parkings/parkings';
import { createAutopay } from '../../src/providers/autopay/client';
import { createParkingSweeper } from '../../src/sweep/parking-sweeper';
import { sweptParkings } from '../../src/sweep/parkings-at-provider';
import { keepParkingRead, keepParkingSweeps } from '../../src/sweep/sweep-schedule';
import { runParkingSweep } from '../../src/sweep/sweeps';
import type { ConnectedClient } from '../../src/temporal/connection';
import { type AutopaySimulator, startAutopaySimulator } from '../../src/trial/simulator/autopay/simulator';
import type { ParkingChanges, ParkingMembers } from '../../workflows/contract/parking-sweep';
import { parkingCallsQueue, parkingQueue } from '../../workflows/contract/task-queues';
import { BUNDLE } from '../support/bundle';
import { eventually } from '../support/command-line';
import { patientClient, patientConnection } from '../support/temporal';
import { quietWorkers } from '../workflows/harness';

import { ownNamespace } from './namespace';

/** What comes in about parkings, with a Temporal server: sweeps of a schedule, and notifications. */

const PROVIDER = 'autopay';
const HOUR = 3_600_000;
/** Between two sweeps of the schedule: those of the test are the only ones. */
const LONG = 999 * HOUR;
const CREDENTIAL = {
  clientId: 'one',
  clientSecret: 'the-secret-of-one',
  operator: 'operator-1',
  level: 'enterprise',
} as const;
const PLATE = { country: 'NO', number: 'AA12345', subdivision: null };
const CAR = { license_plate_number: 'AA12345', country_code: 'NO' };
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };

describe('what comes in about parkings', () => {
  let connected: ConnectedClient;
  let simulator: AutopaySimulator;
  let connection: NativeConnection;
  let workers: Worker[];
  let running: Promise<unknown>;
  let parkings: Parkings;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    quietWorkers();
    const config = await ownNamespace('parkings');
    connected = await patientClient(config);
    const { client } = connected;
    simulator = await startAutopaySimulator({ credentials: [CREDENTIAL], seed: 1 });
    const autopay = createAutopay({ baseUrl: simulator.url, authUrl: simulator.url, ...CREDENTIAL });
    const line = {
      app: { provider: PROVIDER, application: 'default' },
      client: autopay,
      level: 'enterprise',
      operator: null,
    } as const;
    const sweeper = createParkingSweeper({
      provider: PROVIDER,
      lines: [line],
      parkings: sweptParkings(client, PROVIDER),
    });
    const activities = {
      ...createParkingActivities({ lines: [line], tell: async () => {} }),
      ...createParkingSweepActivities({ [PROVIDER]: sweeper }, (read) => keepParkingRead(client, read)),
      // What a parking tells people is proven elsewhere.
      notify: async () => {},
    };
    connection = await patientConnection(config);
    const { namespace } = config;
    const queue = parkingQueue(PROVIDER);
    workers = [
      await Worker.create({ connection, namespace, taskQueue: queue, workflowBundle: BUNDLE, activities }),
      await Worker.create({ connection, namespace, taskQueue: parkingCallsQueue(queue), activities }),
    ];
    running = Promise.all(workers.map((worker) => worker.run()));
    parkings = new Parkings(client, PROVIDER);
    await keepParkingSweeps(client, { provider: PROVIDER, interval: LONG, showsServices: true });
    closing.push(() => autopay.close());
  });
  afterAll(async () => {
    for (const worker of workers ?? []) worker.shutdown();
    await running;
    await connection?.close();
    for (const close of closing) await close();
    await simulator?.close();
    await connected?.close();
  });

  const sweep = (full = false) =>
    runParkingSweep(connected.client, { provider: PROVIDER, full, untaken: 120_000 });
  const stays = async () => (await parkings.report(PLATE)).stays;

  it('is in the parking: what a sweep has read, and each sweep goes on where the last one ended', async () => {
    await parkings.add({ plate: PLATE, vin: 'WBA8E9G50GNT00001' }, POLICY);
    await eventually(
      () => parkings.row(PLATE),
      ({ step }) => step === 'in-fleet',
    );
    const first = (await sweep()) as ParkingChanges;
    expect(first).toMatchObject({ windows: [{ outcome: 'read', stays: 0 }], signals: 0 });

    const { id } = simulator.use({ plate: CAR, startedAt: simulator.clock.now() - HOUR });
    simulator.end(id);
    // By the provider's clock it is of the time before the next sweep, less a minute.
    Object.assign(simulator.fleet().uses[0] ?? {}, {
      updatedAt: Date.parse(first.windows[0]?.to ?? '') + 1_000,
    });
    await eventually(
      async () => Date.now() - 60_000 > Date.parse(first.windows[0]?.to ?? '') + 2_000,
      Boolean,
    );
    // A worker that starts meanwhile makes the schedule again.
    await keepParkingSweeps(connected.client, { provider: PROVIDER, interval: LONG, showsServices: true });
    const second = (await sweep()) as ParkingChanges;
    expect(second.windows).toMatchObject([{ from: first.windows[0]?.to, stays: 1 }]);
    const [stay] = await eventually(stays, ({ length }) => length > 0);
    expect(stay).toMatchObject({ id, end: 'known', cost: { currency: 'NOK' } });
  });

  it('is in the parking: what a notification has said, before it was answered', async () => {
    // More than a provider waits: a busy machine is no failure.
    const signals = createSignals(connected.client, 60_000);
    const delivery = createNotificationDelivery(signals);
    const stay = {
      ...{ id: 'notified', type: 'PARKING', operator: null, place: 'Quay', cost: null, invoicing: null },
      ...{ startedAt: Date.now(), endedAt: null },
    };
    const claim = { provider: PROVIDER, application: 'default', stay };
    expect(await delivery.deliver({ ...claim, plate: PLATE, period: 900 })).toBe('delivered');
    const unknown = { ...PLATE, number: 'ZZ1' };
    expect(
      await delivery.deliver({ ...claim, stay: { ...stay, id: 'x' }, plate: unknown, period: null }),
    ).toBe('unknown-vehicle');
    await signals.close();
    const found = await eventually(stays, (all) => all.some(({ id }) => id === 'notified'));
    expect(found.find(({ id }) => id === 'notified')).toMatchObject({ end: 'running' });
  });

  it('is added again: a plate that was removed at the provider; and one without a parking is named', async () => {
    // Faster, as it waits for a second reading without it.
    const plate = { country: 'NO', number: 'BB12345', subdivision: null };
    const car = { license_plate_number: 'BB12345', country_code: 'NO' };
    await parkings.add({ plate }, { ...POLICY, speed: 600 });
    await eventually(
      () => parkings.row(plate),
      ({ step }) => step === 'in-fleet',
    );
    // A sweep goes by the list, which lags.
    await eventually(
      () => parkings.list({}),
      (rows) => rows.some((row) => row.plate === 'NO-BB12345' && row.step === 'in-fleet'),
    );
    simulator.fleet().remove(car);
    simulator.fleet().add({ license_plate_number: 'BBB111', country_code: 'SE' });
    const found = (await sweep(true)) as ParkingMembers;
    expect(found).toMatchObject({
      vanished: { count: 1, first: [{ plate: 'NO-BB12345' }] },
      unmanaged: { count: 1, first: [{ plate: 'SE-BBB111' }] },
    });
    await eventually(async () => simulator.fleet().find(car), Boolean);
  });
});
