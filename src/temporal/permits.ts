import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Endpoint } from '../domain/endpoint';
import { noTurn, type Turns } from '../providers/turns';

/** How long a turn may be kept for the next call when its own call has given up, in milliseconds. */
const KEPT = 2_000;

interface Kept {
  readonly endpoint: Endpoint;
  readonly until: number;
}

/**
 * Turns for calls that carry many vehicles. Each is a short workflow whose one task goes through the task queue of
 * the endpoint, where the server holds the budget for all workers (docs/decisions/0007-budgets.md).
 */
export function createPermits(client: Client, taskQueue: string, provider: string): Turns {
  let kept: Kept[] = [];

  function takeKept(endpoint: Endpoint): boolean {
    kept = kept.filter(({ until }) => until > Date.now());
    const index = kept.findIndex((turn) => turn.endpoint === endpoint);
    if (index >= 0) kept.splice(index, 1);
    return index >= 0;
  }

  async function ask(endpoint: Endpoint): Promise<void> {
    await client.workflow.execute('permit', {
      workflowId: `permit:${provider}:${endpoint}:${randomUUID()}`,
      taskQueue,
      args: [provider, endpoint],
      workflowExecutionTimeout: '1 minute',
      staticSummary: `The turn of one call: ${endpoint}`,
    });
  }

  return {
    async take(endpoint, by) {
      if (takeKept(endpoint)) return;
      const timer = new AbortController();
      let isLate = false;
      const turn = ask(endpoint).then(() => {
        if (isLate) kept.push({ endpoint, until: Date.now() + KEPT });
      });
      const late = setTimeout(Math.max(0, by - Date.now()), undefined, { signal: timer.signal }).then(() => {
        isLate = true;
        throw noTurn(endpoint);
      });
      late.catch(() => undefined);
      turn.catch(() => undefined);
      try {
        await Promise.race([turn, late]);
      } finally {
        timer.abort();
      }
    },
  };
}
