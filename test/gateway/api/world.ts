import { randomUUID } from 'node:crypto';
import type { NativeConnection } from '@temporalio/worker';
import { createDefleetingActivities } from '../../../activities/defleetings';
import { Activations } from '../../../src/activations/activations';
import { createBatchSender } from '../../../src/activations/batch-sender';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../../src/catalogue/schema';
import { createDesk } from '../../../src/defleetings/desk';
import { leave, stayAnywhere } from '../../../src/defleetings/leave';
import { rulesFor } from '../../../src/domain/rules';
import {
  createTemporalClaimDelivery,
  type TemporalClaimDelivery,
} from '../../../src/gateway/webhooks/temporal-claim-delivery';
import { createHighMobility, type HighMobilityClient } from '../../../src/providers/high-mobility/client';
import { type ConnectedClient, readTemporalConfig } from '../../../src/temporal/connection';
import { createWorker } from '../../../src/temporal/worker';
import type { WorkerGroup } from '../../../src/temporal/worker-group';
import { type Simulator, startSimulator } from '../../../src/trial/simulator/high-mobility/simulator';
import type { EmbeddedServer } from '../../../src/trial/temporal-server/server';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contract/search-attributes';
import { APP, APP_KEY } from '../../support/application';
import { BUNDLE } from '../../support/bundle';
import { eventually } from '../../support/command-line';
import { ownServer } from '../../support/own-server';
import { patientClient, patientConnection } from '../../support/temporal';
import { QUICK } from '../../workflows/harness';
import { SECRET } from '../support';
import { type Answer, type RunningApi, type Sent, startApi } from './support';

const CLIENT = { clientId: 'client', clientSecret: `canary-${randomUUID()}` };

/** What the API answers then. */
const AWAY = 503;

/** A whole installation in this process: Temporal, worker, provider, gateway with webhooks and API. */
export class World {
  private worker: WorkerGroup | undefined;
  private running: Promise<void> = Promise.resolve();
  private serial = 0;

  private constructor(
    readonly server: EmbeddedServer,
    readonly temporal: ConnectedClient,
    readonly simulator: Simulator,
    readonly api: RunningApi,
    private readonly claims: TemporalClaimDelivery,
    private readonly connection: NativeConnection,
    private readonly provider: HighMobilityClient,
  ) {}

  /** On a Temporal server of its own: every worker at one server shares its activations. */
  static async create(): Promise<World> {
    const server = await ownServer({ searchAttributes: SEARCH_ATTRIBUTES });
    const config = readTemporalConfig({ TEMPORAL_ADDRESS: server.address });
    const temporal = await patientClient(config);
    const simulator = await startSimulator({ ...CLIENT, seed: 1 });
    const claims = createTemporalClaimDelivery(temporal.client);
    const api = await startApi(new Activations(temporal.client, APP), { claims });
    simulator.setWebhook({ url: `${api.url}/webhooks/high-mobility/default`, secret: SECRET });
    const connection = await patientConnection(config);
    const provider = createHighMobility({ baseUrl: simulator.url, ...CLIENT });
    return new World(server, temporal, simulator, api, claims, connection, provider);
  }

  /** @param overrides default: activations look every second. */
  async startWorker(overrides: CatalogueOverrides = QUICK): Promise<void> {
    const catalogue = loadCatalogue(undefined, overrides);
    const worker = await createWorker({
      connection: this.connection,
      namespace: this.server.namespace,
      workflowBundle: BUNDLE,
      providers: { [APP_KEY]: this.provider },
      notifier: { send: async () => undefined },
      batchSender: createBatchSender((app) => new Activations(this.temporal.client, app), {
        sends: { defleet: leave, stay: stayAnywhere },
      }),
      defleetings: createDefleetingActivities(
        createDesk({
          client: this.temporal.client,
          applications: [APP],
          keepsRecord: () => false,
          parkings: null,
          zone: 'UTC',
          deadline: 48 * 3_600_000,
          speed: 1,
        }),
        async () => undefined,
        [APP],
      ),
      rulesOf: (brand) => rulesFor(catalogue, brand, { speed: 1 }),
    });
    this.worker = worker;
    this.running = worker.run();
  }

  async stopWorker(): Promise<void> {
    this.worker?.shutdown();
    await this.running;
    this.worker = undefined;
  }

  /** Asks the API, and again where it says that Temporal has not answered in time, as it tells who calls it. */
  call(method: string, path: string, sent?: Sent): Promise<Answer> {
    return eventually(
      () => this.api.call(method, path, sent),
      ({ status }) => status !== AWAY,
    );
  }

  newVin(): string {
    this.serial += 1;
    return `WBA8E9G50GN${String(this.serial).padStart(6, '0')}`;
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.api.close();
    await this.claims.close();
    await this.provider.close();
    await this.connection.close();
    await this.temporal.close();
    await this.simulator.close();
    await this.server.stop();
  }
}
