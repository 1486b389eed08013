import { TestWorkflowEnvironment } from '@temporalio/testing';
import { readTemporalConfig, type TemporalConfig } from '../../src/temporal/connection';
import { addSearchAttributes } from '../../src/temporal/registration';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { DEV_SERVER, TIME_SKIPPING_SERVER } from './servers';

/** The real Temporal server that all tests share: use workflow ids and task queues of your own. */
export function devServer(): TemporalConfig {
  return readTemporalConfig({ TEMPORAL_ADDRESS: handedOn(DEV_SERVER) });
}

/** A server of its own, on which days pass in no time; it knows our search attributes. Tear it down at the end. */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const env = await startTimeSkipping(handedOn(TIME_SKIPPING_SERVER));
  await addSearchAttributes(env.connection, env.namespace ?? 'default', SEARCH_ATTRIBUTES);
  return env;
}

/** The SDK gives the server five seconds, which is short for Java on a busy machine: so up to three times. */
async function startTimeSkipping(path: string, attempts = 3): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (attempts === 1 || !/did not start within/.test((error as Error).message)) throw error;
    return startTimeSkipping(path, attempts - 1);
  }
}

function handedOn(variable: string): string {
  const value = process.env[variable];
  if (!value)
    throw new Error(
      `${variable} is not set: name the test *.server.test.ts, so that jest starts the servers`,
    );
  return value;
}
