import type { Client } from '@temporalio/client';
import { say } from './output';
import { ownApplication } from './session';

/** Says once that what was started has nobody who goes on with it, where that is sure. @returns whether it is. */
export async function sayWhereNoWorker(client: Client): Promise<boolean> {
  const { isNobodyThere } = require('../temporal/pollers') as typeof import('../temporal/pollers');
  const isSure = await isNobodyThere(client, ownApplication());
  if (isSure) say('note: No worker is running: start one with vin worker');
  return isSure;
}
