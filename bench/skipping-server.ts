import { TestWorkflowEnvironment } from '@temporalio/testing';
import { addSearchAttributes } from '../src/temporal/registration';
import { findTimeSkippingServer } from '../test/support/time-skipping-server';
import { SEARCH_ATTRIBUTES } from '../workflows/contract/search-attributes';

export interface SkippingServer {
  readonly env: TestWorkflowEnvironment;
  stop(): Promise<void>;
}

/** A server on which days pass in no time; it knows our search attributes. */
export async function startSkippingServer(): Promise<SkippingServer> {
  const path = await findTimeSkippingServer();
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  await addSearchAttributes(env.connection, env.namespace ?? 'default', SEARCH_ATTRIBUTES);
  return { env, stop: () => env.teardown() };
}
