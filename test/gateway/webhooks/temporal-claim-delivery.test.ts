import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { createTemporalClaimDelivery } from '../../../src/gateway/webhooks/temporal-claim-delivery';
import { APP } from '../../support/application';
import { VIN } from '../support';

const CLAIM = { ...APP, vin: VIN, status: 'approved', reason: null, deliveryId: 'd-1', providerTime: null };

/** Far more than the deadlines here, for a busy machine; without a deadline of ours it would be minutes. */
const IN_TIME = 45_000;

/** What becomes of a claim when this address is where Temporal should be, and after how long. */
async function deliverTo(address: string, deadline: number): Promise<{ outcome: unknown; took: number }> {
  const connection = Connection.lazy({ address });
  const sink = createTemporalClaimDelivery(new Client({ connection }), deadline);
  const began = performance.now();
  const outcome = await sink.deliver(CLAIM).catch((error: Error) => error);
  const took = performance.now() - began;
  await sink.close();
  await connection.close();
  return { outcome, took };
}

/** A server that takes connections and never says a word. */
async function listening(): Promise<{ address: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test('a claim is not delivered, and says so in time, where nobody listens', async () => {
  const { address, close } = await listening();
  close();
  const { outcome, took } = await deliverTo(address, 1_000);
  expect(outcome).toBeInstanceOf(Error);
  expect(took).toBeLessThan(IN_TIME);
});

test('a claim is not delivered, and says so in time, where somebody listens but never answers', async () => {
  const { address, close } = await listening();
  const { outcome, took } = await deliverTo(address, 200);
  expect(outcome).toBeInstanceOf(Error);
  expect(took).toBeLessThan(IN_TIME);
  close();
});

test('a claim is not delivered, and says so in time, even if the client itself goes on trying', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const client = new Client({ connection });
  client.withDeadline = () => new Promise(() => {});

  await expect(createTemporalClaimDelivery(client, 50).deliver(CLAIM)).rejects.toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
  });
  await connection.close();
});
