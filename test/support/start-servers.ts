import { sayError } from '../../src/cli/output';
import { startEmbeddedServer } from '../../src/temporal/embedded/server';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';
import { DEV_SERVER, running, TIME_SKIPPING_SERVER } from './servers';
import { findTimeSkippingServer } from './time-skipping-server';

/** Before the tests that need servers: one real server for all of them, and the one that skips time made ready. */
export default async function startServers(): Promise<void> {
  try {
    process.env[TIME_SKIPPING_SERVER] = await findTimeSkippingServer();
    running.vinTestServer = await startEmbeddedServer({ searchAttributes: SEARCH_ATTRIBUTES });
    process.env[DEV_SERVER] = running.vinTestServer.address;
  } catch (error) {
    sayError(error);
    throw error;
  }
}
