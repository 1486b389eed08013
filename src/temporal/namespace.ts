import type { Client } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';
import { VinError } from '../errors';
import { registerSearchAttributes } from './registration';

const ALREADY_EXISTS = 6;

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
    if ((cause as { code?: number }).code === ALREADY_EXISTS) return;
    const wanted = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `--name ${name} --type ${type}`);
    throw new VinError(
      'SEARCH_ATTRIBUTES_MISSING',
      `The namespace "${namespace}" lacks our search attributes and did not take them: ${(cause as Error).message}`,
      `Run: temporal operator search-attribute create ${wanted.join(' ')}`,
      { cause },
    );
  }
}
