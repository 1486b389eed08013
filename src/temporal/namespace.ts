import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { VinError } from '../base/errors';
import { GRPC, grpcCode } from './grpc';
import { registerSearchAttributes } from './registration';

/**
 * Makes the client's namespace ready for activations: without our search attributes none can start.
 *
 * @throws VinError `SEARCH_ATTRIBUTES_MISSING` where the server does not take them (Temporal Cloud).
 */
export async function prepareNamespace(client: Client): Promise<void> {
  const { namespace } = client.options;
  try {
    await registerSearchAttributes(client.connection, namespace, SEARCH_ATTRIBUTES);
  } catch (cause) {
    // Another process was quicker.
    if (grpcCode(cause) === GRPC.alreadyExists) return;
    // Then nothing is known of the attributes.
    if ([GRPC.cancelled, GRPC.deadlineExceeded, GRPC.unavailable].some((code) => code === grpcCode(cause)))
      throw cause;
    const wanted = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `--name ${name} --type ${type}`);
    throw new VinError(
      'SEARCH_ATTRIBUTES_MISSING',
      `The namespace "${namespace}" lacks our search attributes and did not take them: ${(cause as Error).message}`,
      `Run: temporal operator search-attribute create ${wanted.join(' ')}`,
      { cause },
    );
  }
}
