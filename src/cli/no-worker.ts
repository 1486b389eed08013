import type { Client } from '@temporalio/client';
import { say } from './output';
import { ownApplication } from './session';

/** Says once that what was started has nobody who goes on with it, where that is sure. */
export async function sayWhereNoWorker(client: Client): Promise<void> {
  const { isNobodyThere } = require('../temporal/pollers') as typeof import('../temporal/pollers');
  if (await isNobodyThere(client, ownApplication()))
    say('note: No worker is running: start one with vin worker');
}
