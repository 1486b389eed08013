import { randomInt, randomUUID } from 'node:crypto';
import { request } from 'undici';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import type { ConnectedClient } from '../../src/temporal/connection';
import { Random } from '../simulation/random';
import { deliveriesIn, freshVins, startActivations } from '../support/activations';
import { type RunningCommand, serve } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';
import { SECRET, signed, webhookOf } from './support';

const KILLS = 10;
const SENDERS = 16;
const VEHICLES = 40;

describe('a gateway that is killed again and again in the middle of a burst', () => {
  let connected: ConnectedClient;
  const vins = freshVins(VEHICLES);

  beforeAll(async () => {
    connected = await patientClient(devServer());
    await startActivations(connected.client, vins, `nobody-${randomUUID()}`);
  });
  afterAll(() => connected?.close());

  const startGateway = () =>
    serve(['gateway', '--port', '0', '-o', 'json'], {
      TEMPORAL_ADDRESS: devServer().address,
      HIGH_MOBILITY_WEBHOOK_SECRET: SECRET,
      VIN_LOG_LEVEL: 'silent',
    });

  /** Sends until the gateway is killed, which happens in the same instant as an acknowledgement arrives. */
  async function burst(gateway: RunningCommand, killAfter: number, next: () => { id: string; vin: string }) {
    const { url } = await gateway.ready;
    const acknowledged: { id: string; vin: string }[] = [];
    let isKilled = false;
    let lost = 0;
    const sender = async () => {
      while (!isKilled) {
        const { id, vin } = next();
        const body = webhookOf(vin, 'pending', undefined, `reason ${id}`);
        try {
          const reply = await request(`${url}/webhooks/high-mobility/default`, {
            method: 'POST',
            body,
            headers: signed(body, SECRET, id),
          });
          if (reply.statusCode === 200) acknowledged.push({ id, vin });
          if (acknowledged.length >= killAfter && !isKilled) {
            isKilled = true;
            gateway.kill('SIGKILL');
          }
          await reply.body.dump();
        } catch {
          lost += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await gateway.ended;
    return { acknowledged, lost };
  }

  it('has made durable every delivery that it answered 2xx', async () => {
    const seed = randomInt(2 ** 31);
    process.stderr.write(`killed gateways: seed ${seed}\n`);
    const random = new Random(seed);
    let sent = 0;
    const next = () => ({ id: `killed-${++sent}`, vin: vins[sent % VEHICLES] as string });

    const acknowledged: { id: string; vin: string }[] = [];
    let lost = 0;
    // The next one starts while this one works.
    let following = startGateway();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const gateway = following;
      if (kill + 1 < KILLS) following = startGateway();
      const result = await burst(gateway, random.between(15, 44), next);
      acknowledged.push(...result.acknowledged);
      lost += result.lost;
    }

    const durable = new Set<string>();
    await withConcurrency(vins, 8, async (vin) => {
      for (const id of await deliveriesIn(connected.client, vin)) durable.add(id);
    });
    expect(acknowledged.filter(({ id }) => !durable.has(id))).toEqual([]);
    // And the kills did hit: some were under way each time.
    expect(sent).toBeGreaterThanOrEqual(KILLS * 15 + KILLS);
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * 15);
    expect(lost).toBeGreaterThanOrEqual(KILLS);
  });
});
