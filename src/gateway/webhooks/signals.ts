import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import { withTimeout } from '../timeout';

/** Providers wait a few seconds for an answer (Enode, for example, five): we say no before they give up. */
const DEADLINE = 4_000;

export interface Signals {
  /**
   * Sends a signal. One that the server took is durable: it reaches the workflow even if no worker runs at the time.
   *
   * @returns `unknown-vehicle`: there is no such workflow, or it has ended, so there is nobody to tell.
   */
  send<A extends [unknown]>(
    workflowId: string,
    signal: SignalDefinition<A>,
    ...args: A
  ): Promise<'delivered' | 'unknown-vehicle'>;
  /** Waits for what the client still tries. To be called before its connection is closed. */
  close(): Promise<void>;
}

/** @param deadline milliseconds that Temporal has to take one signal. */
export function createSignals(client: Client, deadline = DEADLINE): Signals {
  // A retry that comes due after the connection was closed would end the process.
  const underWay = new Set<Promise<void>>();

  return {
    async send(workflowId, signal, ...args) {
      const handle = client.workflow.getHandle(workflowId);
      const signalled = client.withDeadline(Date.now() + deadline, () => handle.signal(signal, ...args));
      underWay.add(signalled);
      const forget = () => underWay.delete(signalled);
      signalled.then(forget, forget);
      try {
        await withTimeout(signalled, deadline);
        return 'delivered';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'unknown-vehicle';
        throw error;
      }
    },
    async close() {
      await Promise.allSettled(underWay);
    },
  };
}
