import { request } from 'undici';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { VEHICLES } from '../../src/providers/otonomo/actions';
import { Otonomo } from '../../src/providers/otonomo/client';
import { createSweeper, type SweeperOptions } from '../../src/sweep/sweeper';
import { APP } from '../../test/support/application';
import { Believers } from '../../test/sweep/support';
import { fleetOf } from '../fleet';
import type { ListedProvider } from '../list-server';

/** What one reading of the list came to. */
export interface Reading {
  readonly milliseconds: number;
  readonly signals: number;
  /** The largest memory of this process so far beyond that before its first reading, in MB. */
  readonly growth: number;
}

/**
 * A process that reads the list each time it is told to: `parse` only reads and parses it, `sweep` compares it with
 * activations in memory and tells them. Arguments: which, the provider, its URL, how many vehicles.
 */
async function run([mode, name, url = '', count]: readonly string[]): Promise<void> {
  const provider = PROVIDERS[name as ListedProvider];
  const read = mode === 'sweep' ? sweeping(provider, url, Number(count)) : parsing(provider, url);
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  setInterval(look, 20);
  process.on('message', async () => {
    const begun = performance.now();
    const signals = await read();
    const milliseconds = performance.now() - begun;
    look();
    process.send?.({ milliseconds, signals, growth: (most - before) / 2 ** 20 } satisfies Reading);
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

interface Listed {
  /** What the list shows of each vehicle at first. */
  readonly reason: string | null;
  readonly path: string;
  readonly rowsOf: (list: unknown) => readonly unknown[];
  readonly connect: (baseUrl: string) => SweeperOptions['source'];
}

const PROVIDERS: Readonly<Record<ListedProvider, Listed>> = {
  'high-mobility': {
    reason: null,
    path: '/v1/fleets/vehicles',
    rowsOf: (list) => list as unknown[],
    connect: (baseUrl) => createHighMobility({ baseUrl, clientId: 'bench', clientSecret: 'bench' }),
  },
  otonomo: {
    reason: 'Pending Verification',
    path: VEHICLES,
    rowsOf: (list) => (list as { vehicles: unknown[] }).vehicles,
    connect: (baseUrl) =>
      new Otonomo({ baseUrl, clientId: 'bench', clientSecret: 'bench', service: 'bench' }),
  },
};

function sweeping({ connect, reason }: Listed, baseUrl: string, count: number): () => Promise<number> {
  const activations = new Believers();
  for (const vin of fleetOf('A', count)) activations.believe(vin, 'pending', reason);
  const sweeper = createSweeper({ app: APP, source: connect(baseUrl), activations });
  return async () => (await sweeper.sweep({ full: false })).signals;
}

function parsing({ path, rowsOf }: Listed, url: string): () => Promise<number> {
  return async () => {
    const { body } = await request(`${url}${path}`);
    const rows = rowsOf(JSON.parse(await body.text()));
    if (rows.length === 0) throw new Error('the list is empty');
    return 0;
  };
}

void run(process.argv.slice(2));
