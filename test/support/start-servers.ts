import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { sayError } from '../../src/cli/output';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { ownServer } from './own-server';
import { DEV_SERVER, running, TIME_SKIPPING_SERVER } from './servers';
import { findTimeSkippingServer } from './time-skipping-server';

/** The steps of `npm run build`. */
const BUILD = [
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  ['lib/src/temporal/bundle.js'],
];

/**
 * Before the tests that need servers: the command is built, one real server is started for all of them, and the
 * one that skips time is made ready.
 */
export default async function startServers(): Promise<void> {
  try {
    for (const step of BUILD) {
      execFileSync(process.execPath, step, { cwd: join(__dirname, '../..'), stdio: 'inherit' });
    }
    process.env[TIME_SKIPPING_SERVER] = await findTimeSkippingServer();
    running.vinTestServer = await ownServer({
      searchAttributes: SEARCH_ATTRIBUTES,
      // Sooner than the 4,096 events by default, so that fresh runs happen in tests.
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 400 },
    });
    process.env[DEV_SERVER] = running.vinTestServer.address;
  } catch (error) {
    sayError(error);
    throw error;
  }
}
