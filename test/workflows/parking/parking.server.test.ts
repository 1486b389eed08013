import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createParkingActivities } from '../../../activities/parking';
import { Parkings } from '../../../src/parkings/parkings';
import type { ParkingClient, Service, ServiceFilter } from '../../../src/providers/parking';
import type { Notice } from '../../../workflows/contract/notice';
import { notified, type ParkingView, parkingId, type Stay } from '../../../workflows/contract/parking';
import { parkingCallsQueue, parkingQueue } from '../../../workflows/contract/task-queues';
import { STAY_GOES_ON } from '../../../workflows/parking/plan';
import { BUNDLE } from '../../support/bundle';
import { answered, eventually } from '../../support/command-line';
import { timeSkippingEnvironment } from '../../support/temporal';
import { quietWorkers } from '../harness';

/** Weeks of a parking in an instant: the real workflow and activities, on the server that skips time. */

const PROVIDER = 'autopay';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PERIOD = 12 * HOUR;
const LIMIT = 2 * DAY;
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: LIMIT, runningPatience: 14 * DAY };
const plateOf = (number: string) => ({ country: 'NO', number, subdivision: null });

/** What the provider has of one plate. It tells the server's time. */
class Provider {
  addedAt: number | null = null;
  removedAt: number | null = null;
  readonly uses: { readonly id: string; readonly startedAt: number; readonly endsAt: number }[] = [];
  readonly locks: number[] = [];

  constructor(
    readonly number: string,
    readonly now: () => Promise<number>,
  ) {}

  async locked({ window }: ServiceFilter): Promise<Service[]> {
    const now = await this.now();
    this.locks.push(now);
    return this.uses
      .filter(({ endsAt }) => endsAt > now || (endsAt >= window.from && endsAt <= window.to))
      .map(({ id, startedAt, endsAt }) => ({
        ...{ id, plate: plateOf(this.number), facility: null, zone: null, product: null, startedAt },
        ...{ endedAt: endsAt > now ? null : endsAt, cost: null, operator: null, type: 'PARKING' },
        ...{ invoicing: null, data: {} },
      }));
  }
}

describe('a parking that lives for weeks', () => {
  let env: TestWorkflowEnvironment;
  let workers: Worker[];
  let running: Promise<unknown>;
  let parkings: Parkings;
  const providers = new Map<string, Provider>();
  const notices: Notice[] = [];

  const providerOf = (number: string): Provider => {
    const known = providers.get(number) ?? new Provider(number, () => answered(() => env.currentTimeMs()));
    providers.set(number, known);
    return known;
  };
  const client = {
    vehicles: async () => {
      const all = [...providers.values()].filter(({ addedAt }) => addedAt !== null);
      const vehicles = all.map(({ number, addedAt }) => ({ plate: plateOf(number), addedAt }));
      return { vehicles, unread: [] };
    },
    add: async ({ number }) => {
      const provider = providerOf(number);
      provider.addedAt = await provider.now();
      return null;
    },
    detach: async () => undefined,
    lock: ({ number }, filter) => providerOf(number).locked(filter),
    servicesOf: async () => [],
    remove: async ({ number }) => {
      const provider = providerOf(number);
      provider.addedAt = null;
      provider.removedAt = await provider.now();
    },
  } satisfies Partial<ParkingClient> as unknown as ParkingClient;

  beforeAll(async () => {
    quietWorkers();
    env = await timeSkippingEnvironment();
    parkings = new Parkings(env.client, PROVIDER);
    const app = { provider: PROVIDER, application: 'default' };
    const lines = [{ app, client, level: 'enterprise', operator: null }] as const;
    const activities = {
      ...createParkingActivities({ lines, tell: async () => undefined }),
      notify: async (notice: Notice) => void notices.push(notice),
    };
    const queue = parkingQueue(PROVIDER);
    const connection = env.nativeConnection;
    workers = [
      await Worker.create({ connection, taskQueue: queue, workflowBundle: BUNDLE, activities }),
      await Worker.create({ connection, taskQueue: parkingCallsQueue(queue), activities }),
    ];
    running = Promise.all(workers.map((worker) => worker.run()));
  });
  afterAll(async () => {
    for (const worker of workers ?? []) worker.shutdown();
    await running;
    await env?.teardown();
  });

  /** Asked without letting any time be skipped; whatever was sent before is heard by then. */
  const seen = (number: string, isWanted: (view: ParkingView) => boolean = () => true) =>
    eventually(
      () => parkings.report(plateOf(number)),
      (report) => report.complete && isWanted(report),
    );
  const handle = (number: string) => env.client.workflow.getHandle(parkingId(PROVIDER, plateOf(number)));

  async function notify(number: string, stay: Stay, period: number | null): Promise<void> {
    const seconds = period === null ? null : period / 1_000;
    await answered(() => handle(number).signal(notified, { stay, period: seconds }));
    await seen(number);
  }

  async function parked(id: string): Promise<Stay> {
    const startedAt = await answered(() => env.currentTimeMs());
    const stay = { id, type: 'PARKING', operator: null, place: 'Quay 1', startedAt };
    return { ...stay, endedAt: null, cost: null, invoicing: null };
  }

  it('alerts of a stay over the limit, gives it up after two periods without a word, and leaves once the last stay has ended', async () => {
    const number = 'AA10001';
    await answered(() => parkings.add({ plate: plateOf(number) }, POLICY));
    await seen(number, ({ step }) => step === 'in-fleet');

    const first = await parked('first');
    await notify(number, first, null);
    for (let period = PERIOD; period < LIMIT; period += PERIOD) {
      await env.sleep(PERIOD);
      await notify(number, first, period);
    }
    expect((await seen(number)).matters).toBeUndefined();
    await env.sleep(PERIOD);
    await notify(number, first, LIMIT);
    const long = await seen(number);
    expect(long.stays).toMatchObject([{ id: 'first', isAlerted: true, end: 'running' }]);
    expect(long.matters).toMatchObject([{ matter: 'long-stay' }]);
    await eventually(
      async () => notices.map(({ kind, reason }) => [kind, reason]),
      ({ length }) => length > 0,
    );

    // A driver has paid it: it is notified no more.
    await env.sleep(2 * PERIOD - HOUR);
    expect((await seen(number)).stays).toMatchObject([{ isAlerted: true, end: 'running' }]);
    await env.sleep(2 * HOUR);
    const over = await seen(number, ({ stays }) => stays[0]?.end === 'not-known');
    expect([over.stays[0]?.isAlerted, over.matters]).toEqual([false, undefined]);

    // Weeks later it is to leave, and is parked for five days more.
    await env.sleep(21 * DAY);
    const second = await parked('second');
    const { uses, locks } = providerOf(number);
    const endsAt = (second.startedAt ?? 0) + 5 * DAY;
    uses.push({ id: 'second', startedAt: second.startedAt ?? 0, endsAt });
    await answered(() => parkings.remove(plateOf(number), { by: 'ops', reason: 'sold' }));
    await seen(number, ({ waitingFor }) => waitingFor === STAY_GOES_ON);
    const left: ParkingView = await handle(number).result();
    const { removedAt } = providerOf(number);
    expect(left).toMatchObject({ step: 'ended', locked: [{ locked: [{ id: 'second', endedAt: endsAt }] }] });
    // It was looked at every six hours, and locked once more after its end.
    expect(removedAt).toBeGreaterThanOrEqual(endsAt);
    expect(removedAt).toBeLessThan(endsAt + 7 * HOUR);
    expect(locks.length).toBeGreaterThanOrEqual(20);
    // One, however often it was handed over.
    expect([...new Set(notices.map(({ kind, id }) => `${kind} ${id}`))]).toEqual([
      expect.stringMatching(/^long-stay .*first/),
    ]);
  });

  it('leaves all the same when the patience for a stay that goes on is over, and names that stay', async () => {
    const number = 'AA10002';
    const { uses } = providerOf(number);
    await answered(() => parkings.add({ plate: plateOf(number) }, { ...POLICY, runningPatience: 3 * DAY }));
    await seen(number, ({ step }) => step === 'in-fleet');
    const { startedAt } = await parked('endless');
    uses.push({ id: 'endless', startedAt: startedAt ?? 0, endsAt: Number.POSITIVE_INFINITY });
    const asked = await answered(() => env.currentTimeMs());
    await answered(() => parkings.remove(plateOf(number), { by: 'ops', reason: 'sold' }));
    const left: ParkingView = await handle(number).result();
    expect(left).toMatchObject({ step: 'ended', locked: [{ locked: [{ id: 'endless', endedAt: null }] }] });
    const { removedAt } = providerOf(number);
    expect(removedAt).toBeGreaterThanOrEqual(asked + 3 * DAY);
    expect(removedAt).toBeLessThan(asked + 4 * DAY);
  });
});
