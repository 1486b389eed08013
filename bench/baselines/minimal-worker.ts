import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { readTemporalConfig } from '../../src/temporal/connection';
import { capacity } from '../../src/temporal/worker';
import { connectWorker } from '../../src/temporal/worker-connection';

/** The worker of the minimal workflow. `default` as its argument leaves the cache as the SDK has it. */
export const MINIMAL_QUEUE = 'bench-minimal';

export interface MinimalActivities {
  submit(vin: string, brand: string): Promise<void>;
}

async function run(): Promise<void> {
  const logging = { filter: 'WARN', forward: {} };
  Runtime.install({ logger: new DefaultLogger('WARN'), telemetryOptions: { logging } });
  const temporal = readTemporalConfig(process.env);
  const provider = createHighMobility({
    baseUrl: process.env['HIGH_MOBILITY_BASE_URL'] as string,
    clientId: process.env['HIGH_MOBILITY_CLIENT_ID'] as string,
    clientSecret: process.env['HIGH_MOBILITY_CLIENT_SECRET'] as string,
  });
  const activities: MinimalActivities = {
    submit: async (vin, brand) => void (await provider.submit([{ vin, brand, tags: {} }])),
  };
  const { maxCachedWorkflows, ...settings } = capacity();
  const connection = await connectWorker(temporal);
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: MINIMAL_QUEUE,
    workflowsPath: require.resolve('./minimal'),
    activities,
    shutdownGraceTime: '30s',
    ...settings,
    ...(process.argv[2] !== 'default' && { maxCachedWorkflows }),
  });
  await worker.run();
  await provider.close();
  await connection.close();
}

if (require.main === module) void run();
