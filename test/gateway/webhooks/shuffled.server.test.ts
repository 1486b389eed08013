import { randomInt, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import pino from 'pino';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { rulesFor } from '../../../src/domain/rules';
import { withConcurrency } from '../../../src/fleet-list/concurrency';
import { deduplicate } from '../../../src/gateway/webhooks/deduplicate';
import { createTemporalClaimDelivery } from '../../../src/gateway/webhooks/temporal-claim-delivery';
import { limitPerVehicle } from '../../../src/gateway/webhooks/vehicle-limit';
import { createHighMobility } from '../../../src/providers/high-mobility/client';
import type { ConnectedClient } from '../../../src/temporal/connection';
import { createWorker } from '../../../src/temporal/worker';
import type { Status } from '../../../src/trial/simulator/high-mobility/lives';
import { type Simulator, startSimulator } from '../../../src/trial/simulator/high-mobility/simulator';
import { type ActivationView, activationId, status } from '../../../workflows/contract/messages';
import { Random } from '../../simulation/random';
import { freshVins, startActivations } from '../../support/activations';
import { APP, APP_KEY } from '../../support/application';
import { BUNDLE } from '../../support/bundle';
import { eventually } from '../../support/command-line';
import { devServer, patientClient, patientConnection } from '../../support/temporal';
import { quietWorkers } from '../../workflows/harness';
import { SECRET, signed, startGateway, webhookOf } from '../support';

const VEHICLES = 80;

/** What becomes of a clearance after it is pending; each step comes with a webhook. */
const STORIES: readonly (readonly (readonly [Status, string?])[])[] = [
  [['approved']],
  [['rejected', 'privacy mode is enabled']],
  [['rejected', 'ineligible VIN']],
  [['approved'], ['revoked', 'consent was removed']],
  [['approved'], ['revoking'], ['revoked']],
  [['canceling'], ['canceled']],
];

interface Delivery {
  readonly id: string;
  readonly body: string;
}

/** Where an activation stands, without what differs between two runs by itself: times, VIN, who said it first. */
function endOf({ status, reason, owner, action }: ActivationView) {
  return { status, reason, owner, action };
}

describe('webhooks of many vehicles, each sent twice and all in any order', () => {
  const credentials = { clientId: 'client', clientSecret: 'secret' };
  let connected: ConnectedClient;
  beforeAll(async () => {
    quietWorkers();
    connected = await patientClient(devServer());
  });
  afterAll(() => connected?.close());

  /**
   * Lives the stories with a provider, a worker and a gateway of their own: all vehicles get pending, the provider
   * goes through the stories, then its webhooks arrive in the order that `arrange` makes. Gives the ends, once they are
   * as `expected`, or without that once each says what the provider says.
   */
  async function live(
    stories: typeof STORIES,
    arrange: (deliveries: readonly Delivery[]) => readonly Delivery[],
    expected?: readonly object[],
  ): Promise<object[]> {
    const vins = freshVins(VEHICLES);
    // An hour in a second: each step of a story has a time of its own.
    const simulator = await startSimulator({ ...credentials, speed: 3_600 });
    for (const vin of vins) simulator.script(vin, []);
    const provider = createHighMobility({ baseUrl: simulator.url, ...credentials });
    const connection = await patientConnection(devServer());
    const taskQueue = `shuffled-${randomUUID()}`;
    const catalogue = loadCatalogue(undefined, { policy: { firstData: { ask: false } } });
    const worker = await createWorker({
      connection,
      namespace: 'default',
      taskQueue,
      workflowBundle: BUNDLE,
      providers: { [APP_KEY]: provider },
      notifier: { send: async () => {} },
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1 }),
      batching: { size: 100, window: 100 },
    });
    const sink = createTemporalClaimDelivery(connected.client);
    const gateway = await startGateway({
      claims: deduplicate(limitPerVehicle(sink)),
      log: pino({ level: 'silent' }),
      now: () => simulator.clock.now(),
    });
    try {
      return await worker.runUntil(async () => {
        // So that none is begun again because the machine is busy: the end of its vehicle would be a matter for a person.
        await startActivations(connected.client, vins, taskQueue, { workflowTaskTimeout: '1 minute' });
        await waitForEnds(
          vins,
          vins.map(() => ({ status: 'pending' })),
        );
        goThrough(simulator, vins, stories);
        await withConcurrency(arrange(deliveriesOf(simulator, vins)), 16, async ({ id, body }) => {
          // As the provider does it: a busy server takes some of them later.
          await eventually(
            () => gateway.post(body, signed(body, SECRET, id)),
            ({ status }) => status === 200,
          );
        });
        const truth = stories.map((story) => ({ status: story.at(-1)?.[0] }));
        await waitForEnds(vins, expected ?? truth);
        const ends = await untilStill(vins);
        expect(Object.values(simulator.ledger.effectiveClearances()).every((count) => count <= 1)).toBe(true);
        const calls = simulator.ledger.calls.filter(({ path }) => path.startsWith('/v1/fleets/vehicles'));
        const posted = calls.filter(({ method }) => method === 'POST').flatMap(({ vins }) => vins);
        expect([...posted].sort()).toEqual([...vins].sort());
        expect(calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
        return ends;
      });
    } finally {
      await gateway.close();
      await sink.close();
      await provider.close();
      await connection.close();
      await simulator.close();
    }
  }

  /** The provider takes each clearance through its story, one step of all vehicles after the other. */
  function goThrough(simulator: Simulator, vins: readonly string[], stories: typeof STORIES) {
    for (let step = 0; step < 3; step += 1) {
      // Each step has a time of its own.
      simulator.clock.advance(1_000);
      for (const [index, vin] of vins.entries()) {
        const [to, reason] = stories[index]?.[step] ?? [];
        if (to) simulator.setStatus(vin, to, reason);
      }
    }
  }

  /** The webhooks of all steps, as the provider would send them, oldest first. */
  function deliveriesOf(simulator: Simulator, vins: readonly string[]): Delivery[] {
    const known = new Set(vins);
    return simulator.ledger.clearances
      .filter(({ vin }) => known.has(vin))
      .flatMap(({ vin, changelog }) =>
        changelog.slice(1).map(({ at, status, reason }) => {
          const body = webhookOf(vin, status, new Date(at).toISOString(), reason ?? undefined);
          return { at, delivery: { id: randomUUID(), body } };
        }),
      )
      .sort((a, b) => a.at - b.at)
      .map(({ delivery }) => delivery);
  }

  const viewOf = (vin: string): Promise<ActivationView> =>
    connected.client.workflow.getHandle(activationId(APP, vin)).query(status);

  function orNotYet(error: unknown): null {
    if (String((error as Error).cause).includes('Workflow Task in failed state')) return null;
    throw error;
  }

  /** Waits until every activation stands where it should. */
  async function waitForEnds(vins: readonly string[], wanted: readonly object[]): Promise<void> {
    await withConcurrency(vins, 8, async (vin, index) => {
      await eventually(
        // On a busy machine the first task of so many is not done in its time, and nobody is asked then.
        () => viewOf(vin).catch(orNotYet),
        (view) => view !== null && matches(endOf(view), wanted[index] as object),
      );
    });
  }

  /** Waits until nothing has happened from one round of questions to the next, and tells where they stand. */
  async function untilStill(vins: readonly string[]): Promise<object[]> {
    let before: number[] = [];
    let ends: object[] = [];
    const isStill = async (): Promise<boolean> => {
      const views = await withConcurrency(vins, 8, viewOf);
      const facts = views.map(({ history }) => history.length);
      const still = isDeepStrictEqual(facts, before);
      before = facts;
      ends = views.map(endOf);
      return still;
    };
    await eventually(isStill, Boolean);
    return ends;
  }

  it('lead to the same ends as the same webhooks once and in their order', async () => {
    const seed = randomInt(2 ** 31);
    process.stderr.write(`shuffled webhooks: seed ${seed}\n`);
    const random = new Random(seed);
    const stories = Array.from({ length: VEHICLES }, () => random.pick(STORIES));
    const plain = await live(stories, (deliveries) => deliveries);
    // Half of the repeats come as deliveries of their own.
    const twice = (deliveries: readonly Delivery[]) =>
      deliveries.flatMap((delivery) => [
        delivery,
        random.chance(0.5) ? delivery : { ...delivery, id: randomUUID() },
      ]);
    const shuffled = await live(stories, (deliveries) => shuffle(twice(deliveries), random), plain);
    expect(shuffled).toEqual(plain);
  });
});

function matches(view: object, wanted: object): boolean {
  return Object.entries(wanted).every(([key, value]) => (view as Record<string, unknown>)[key] === value);
}

/** Fisher and Yates. */
function shuffle<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = random.between(0, index);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}
