// Asks what `vin status` asks, with the Temporal client and nothing else.
import { Client, Connection } from '@temporalio/client';

const [workflowId] = process.argv.slice(2);
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
await connection.workflowService.describeNamespace({ namespace: 'default' });
const handle = new Client({ connection }).workflow.getHandle(workflowId);
await handle.describe();
process.stdout.write(JSON.stringify(await handle.query('status')));
await connection.close();
