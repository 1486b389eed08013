import { setTimeout } from 'node:timers/promises';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { NOT_WHOLE } from '../../workflows/contract/not-whole';

/** Milliseconds. Once the workflow task is there, the server keeps the next question until it is done. */
const PAUSE = 100;
const MOST = 10;

/** Asks again where a worker has refused a query because it came together with what its workflow task has to bring. */
export const askingAgain: WorkflowClientInterceptor = {
  async query(input, next) {
    for (let asked = 1; ; asked++) {
      try {
        return await next(input);
      } catch (error) {
        if (asked === MOST || !String(error).includes(NOT_WHOLE)) throw error;
        await setTimeout(PAUSE);
      }
    }
  },
};
