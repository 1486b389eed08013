import type { Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';
import {
  type ConnectedClient,
  connectClient,
  readTemporalConfig,
  type TemporalConfig,
} from '../../src/temporal/connection';
import { addSearchAttributes } from '../../src/temporal/registration';
import { connectWorker } from '../../src/temporal/worker-connection';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { answered } from './command-line';
import { makePatient } from './patient';
import { DEV_SERVER, TIME_SKIPPING_SERVER } from './servers';
import { startTimeSkippingServer } from './time-skipping-process';

/** The real Temporal server that all tests share: use workflow ids and task queues of your own. */
export function devServer(): TemporalConfig {
  return readTemporalConfig({ TEMPORAL_ADDRESS: handedOn(DEV_SERVER) });
}

/** As the product connects, but patiently: what a test itself asks of Temporal. */
export async function patientClient(config: TemporalConfig): Promise<ConnectedClient> {
  const { client, close } = await answered(() => connectClient(config));
  const stop = makePatient(client.connection as Connection);
  return {
    client,
    close: () => {
      stop();
      return close();
    },
  };
}

/** The same for a worker: a busy server takes longer than the product waits for it. */
export function patientConnection(config: TemporalConfig): Promise<NativeConnection> {
  return answered(() => connectWorker(config));
}

/** A server of its own, on which days pass in no time; it knows our search attributes. Tear it down at the end. */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const { address, stop } = await startTimeSkippingServer(handedOn(TIME_SKIPPING_SERVER));
  try {
    const env = await answered(() => SDK.create({ ...OURS, address }));
    makePatient(env.connection);
    await answered(() => addSearchAttributes(env.connection, 'default', SEARCH_ATTRIBUTES));
    const close = env.teardown.bind(env);
    return Object.assign(env, { teardown: () => close().finally(stop) });
  } catch (error) {
    stop();
    throw error;
  }
}

/** What the SDK does with a server that it has started itself; but it gives Java five seconds for that. */
const SDK = TestWorkflowEnvironment as unknown as {
  create(options: object): Promise<TestWorkflowEnvironment>;
};
const OURS = { server: { type: 'existing' }, supportsTimeSkipping: true };

function handedOn(variable: string): string {
  const value = process.env[variable];
  if (!value)
    throw new Error(
      `${variable} is not set: name the test *.server.test.ts, so that jest starts the servers`,
    );
  return value;
}
