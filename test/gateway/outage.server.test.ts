import { randomUUID } from 'node:crypto';
import type { Connection } from '@temporalio/client';
import pino from 'pino';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { type Readiness, temporalReadiness } from '../../src/gateway/readiness';
import { deduplicate } from '../../src/gateway/webhooks/deduplicate';
import {
  createTemporalClaimDelivery,
  type TemporalClaimDelivery,
} from '../../src/gateway/webhooks/temporal-claim-delivery';
import { limitPerVehicle } from '../../src/gateway/webhooks/vehicle-limit';
import { type ConnectedClient, connectClient, readTemporalConfig } from '../../src/temporal/connection';
import { deliveriesIn, freshVins, startActivations } from '../support/activations';
import { answered, eventually } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';
import { type Cuttable, startCuttable } from './cuttable';
import { type Answer, type RunningGateway, SECRET, signed, startGateway, webhookOf } from './support';

const VEHICLES = 30;
/** A third of them before, while and after Temporal goes away. */
const DELIVERIES = 300;
const AT_ONCE = 32;

interface Delivery {
  readonly id: string;
  readonly vin: string;
}

describe('a burst in which Temporal goes away', () => {
  const vins = freshVins(VEHICLES);
  const deliveries = Array.from({ length: DELIVERIES }, (_, index) => ({
    id: `outage-${index}`,
    vin: vins[index % VEHICLES] as string,
  }));
  let direct: ConnectedClient;
  let way: Cuttable;
  let connected: ConnectedClient;
  let sink: TemporalClaimDelivery;
  let readiness: Readiness;
  let gateway: RunningGateway;

  beforeAll(async () => {
    direct = await patientClient(devServer());
    await startActivations(direct.client, vins, `nobody-${randomUUID()}`);
    way = await startCuttable(devServer().address);
    connected = await answered(() => connectClient(readTemporalConfig({ TEMPORAL_ADDRESS: way.address })));
    sink = createTemporalClaimDelivery(connected.client, 1_000);
    readiness = temporalReadiness(connected.client);
    gateway = await startGateway({
      claims: deduplicate(limitPerVehicle(sink)),
      readiness,
      log: pino({ level: 'silent' }),
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await Promise.all([readiness?.stop(), sink?.close()]);
    await connected?.close();
    await way?.cut();
    await direct?.close();
  });

  async function send({ id, vin }: Delivery): Promise<Answer> {
    const body = webhookOf(vin, 'pending', undefined, `reason ${id}`);
    return gateway.post(body, signed(body, SECRET, id));
  }

  /** Sends them all, and gives those that were not acknowledged. */
  async function sendAll(
    of: readonly Delivery[],
    onAnswer: (answer: Answer) => void = () => {},
  ): Promise<Delivery[]> {
    const rest: Delivery[] = [];
    await withConcurrency(of, AT_ONCE, async (delivery) => {
      const answer = await send(delivery);
      onAnswer(answer);
      if (answer.status !== 200) rest.push(delivery);
    });
    return rest;
  }

  it('finds Temporal again soon: gRPC would wait for up to two minutes after a long outage', () => {
    const { options } = connected.client.connection as Connection;
    expect(options.channelArgs?.['grpc.max_reconnect_backoff_ms']).toBeLessThanOrEqual(5_000);
  });

  it('acknowledges nothing that is not durable, and has everything once the sender has repeated it', async () => {
    await eventually(
      () => gateway.get('/readyz'),
      ({ status }) => status === 200,
    );

    // Cut in the middle of the burst: what is under way may go either way.
    let answered = 0;
    let cut: Promise<void> | undefined;
    const rest = await sendAll(deliveries.slice(0, 200), () => {
      answered += 1;
      if (answered === 100) cut = way.cut();
    });
    await cut;
    expect(rest.length).toBeGreaterThan(50);

    const answers: Answer[] = [];
    const refused = await sendAll([...rest, ...deliveries.slice(200)], (answer) => answers.push(answer));
    expect(refused).toHaveLength(rest.length + 100);
    for (const { status, headers, body } of answers) {
      expect([status, headers['retry-after'], body]).toMatchObject([503, '10', { code: 'NOT_DURABLE' }]);
    }
    expect(await gateway.get('/healthz')).toMatchObject({ status: 200 });
    await eventually(
      () => gateway.get('/readyz'),
      ({ status }) => status === 503,
    );

    await way.mend();
    await eventually(
      () => gateway.get('/readyz'),
      ({ status }) => status === 200,
    );
    let open = refused;
    await eventually(
      async () => {
        open = await sendAll(open);
        return open.length;
      },
      (count) => count === 0,
    );

    const durable: string[] = [];
    await withConcurrency(vins, 8, async (vin) => {
      durable.push(...(await deliveriesIn(direct.client, vin)));
    });
    expect(new Set(durable)).toEqual(new Set(deliveries.map(({ id }) => id)));
  });
});
