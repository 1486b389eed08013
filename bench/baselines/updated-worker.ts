import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readTemporalConfig } from '../../src/temporal/connection';
import { capacity } from '../../src/temporal/worker';
import { connectWorker } from '../../src/temporal/worker-connection';

/** The worker of workflows that are only updated, with the settings of ours. */
export const UPDATED_QUEUE = 'bench-updated';

async function run(): Promise<void> {
  const logging = { filter: 'WARN', forward: {} };
  Runtime.install({ logger: new DefaultLogger('WARN'), telemetryOptions: { logging } });
  const temporal = readTemporalConfig(process.env);
  const connection = await connectWorker(temporal);
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: UPDATED_QUEUE,
    workflowsPath: require.resolve('./updated'),
    ...capacity(),
  });
  await worker.run();
  await connection.close();
}

if (require.main === module) void run();
