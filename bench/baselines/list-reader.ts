import { request } from 'undici';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { createSweeper } from '../../src/sweep/sweeper';
import { APP } from '../../test/support/application';
import { Believers } from '../../test/sweep/support';
import { fleetOf } from '../fleet';

/** What one reading of the list came to. */
export interface Reading {
  readonly milliseconds: number;
  readonly signals: number;
  /** The largest memory of this process so far beyond that before its first reading, in MB. */
  readonly growth: number;
}

/**
 * A process that reads the list each time it is told to: `parse` only reads and parses it, `sweep` compares it with
 * activations in memory and tells them. Arguments: which, the provider's URL, how many vehicles.
 */
async function run([mode, url, count]: readonly string[]): Promise<void> {
  const read = mode === 'sweep' ? sweeping(url as string, Number(count)) : parsing(url as string);
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

function sweeping(baseUrl: string, count: number): () => Promise<number> {
  const source = createHighMobility({ baseUrl, clientId: 'bench', clientSecret: 'bench' });
  const activations = new Believers();
  for (const vin of fleetOf('A', count)) activations.believe(vin, 'pending');
  const sweeper = createSweeper({ app: APP, source, activations });
  return async () => (await sweeper.sweep({ full: false })).signals;
}

function parsing(url: string): () => Promise<number> {
  return async () => {
    const { body } = await request(`${url}/v1/fleets/vehicles`);
    const rows = JSON.parse(await body.text()) as unknown[];
    if (rows.length === 0) throw new Error('the list is empty');
    return 0;
  };
}

void run(process.argv.slice(2));
