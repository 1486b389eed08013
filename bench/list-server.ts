import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fleetOf } from './fleet';

const PIECE = 64 * 1_024;

export interface ListServer {
  readonly url: string;
  /** The bytes of the list. */
  readonly size: number;
  /** From now on so many of the vehicles, the first ones, have the other of two statuses. */
  change(count: number): void;
  close(): Promise<void>;
}

/** Whose list it is. */
export type ListedProvider = 'high-mobility' | 'otonomo';

/** A provider that has nothing but a long list: made before it is asked for, so that sending it costs next to nothing. */
export async function startListServer(count: number, provider: ListedProvider): Promise<ListServer> {
  const write = WRITERS[provider];
  const vins = fleetOf('A', count);
  const isApproved = vins.map(() => false);
  let list = write(vins, isApproved);
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST') {
      response.writeHead(200);
      response.end(JSON.stringify({ access_token: 'bench', token_type: 'bearer', expires_in: 3_600 }));
      return;
    }
    let from = 0;
    const send = (): void => {
      while (from < list.length) {
        const piece = list.subarray(from, from + PIECE);
        from += PIECE;
        if (!response.write(piece)) return void response.once('drain', send);
      }
      response.end();
    };
    send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get size() {
      return list.length;
    },
    change: (changed) => {
      for (let index = 0; index < changed; index++) isApproved[index] = !isApproved[index];
      list = write(vins, isApproved);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Writer = (vins: readonly string[], isApproved: readonly boolean[]) => Buffer;

const WRITERS: Readonly<Record<ListedProvider, Writer>> = {
  'high-mobility': writeClearances,
  otonomo: writeVehicles,
};

/** Rows as the provider's documents show them, about 500 bytes each. */
function writeClearances(vins: readonly string[], isApproved: readonly boolean[]): Buffer {
  const note = 'Leased vehicle, onboarded by the list of the first of March. '.repeat(4);
  const rows = vins.map((vin, index) => {
    const changelog = [{ timestamp: '2026-03-01T10:00:00.000000Z', status: 'pending' }];
    if (isApproved[index]) changelog.push({ timestamp: '2026-03-02T10:00:00.000000Z', status: 'approved' });
    const status = isApproved[index] ? 'approved' : 'pending';
    return JSON.stringify({ vin, brand: 'bmw', status, changelog, tags: { fleet: 'bench', note } });
  });
  return Buffer.from(`[${rows.join(',')}]`);
}

/** The same for a workspace of Otonomo, about 100 bytes each. */
function writeVehicles(vins: readonly string[], isApproved: readonly boolean[]): Buffer {
  const vehicles = vins.map((vin, index) => {
    const status = isApproved[index] ? 'Enabled' : 'Pending Verification';
    return { vin, make: 'BMW', status, last_update: '2026-03-01 10:00' };
  });
  return Buffer.from(JSON.stringify({ vehicles }));
}
