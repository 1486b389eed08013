import type { VinError } from '../../src/base/errors';
import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
} from '../../src/trial/temporal-server/server';

/** A real server for a test file alone. On a busy machine it may not answer in its time: then another one is started. */
export async function ownServer(options: EmbeddedServerOptions, attempts = 3): Promise<EmbeddedServer> {
  try {
    return await startEmbeddedServer(options);
  } catch (error) {
    if (attempts === 1 || (error as VinError).code !== 'TEMPORAL_SERVER_FAILED') throw error;
    return ownServer(options, attempts - 1);
  }
}
