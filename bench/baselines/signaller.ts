import { readFileSync } from 'node:fs';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { connectClient } from '../../src/temporal/connection';
import { APP } from '../../test/support/application';
import { activationId, clearanceChanged } from '../../workflows/contract/messages';
import { percentile } from '../pairs';

/**
 * A process that does nothing but `handle.signal`, so many at a time: what Temporal takes when nothing stands in
 * front of it. Arguments: a file with a VIN a line, how many at a time.
 */
async function run([file, atOnce]: readonly string[]): Promise<void> {
  const vins = readFileSync(file as string, 'utf8').split('\n');
  const { client, close } = await connectClient();
  const signalAll = async (round: string): Promise<number[]> => {
    const took: number[] = [];
    await withConcurrency(vins, Number(atOnce), async (vin, index) => {
      const sent = performance.now();
      await client.workflow.getHandle(activationId(APP, vin)).signal(clearanceChanged, {
        status: 'pending',
        reason: `reason ${index}`,
        deliveryId: `${round}-${process.pid}-${index}`,
        providerTime: new Date().toISOString(),
      });
      took.push(performance.now() - sent);
    });
    return took;
  };
  // Warm, as the gateway is that it is compared with.
  await signalAll('warm');
  const begun = performance.now();
  const took = await signalAll('timed');
  const rate = (vins.length * 1_000) / (performance.now() - begun);
  process.stdout.write(JSON.stringify({ rate, p50: percentile(took, 0.5), p99: percentile(took, 0.99) }));
  await close();
}

void run(process.argv.slice(2));
