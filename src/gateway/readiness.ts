import type { Client } from '@temporalio/client';
import { withTimeout } from './timeout';

/** Milliseconds that Temporal has to answer a probe. */
const DEADLINE = 1_000;
/** Milliseconds for which an answer is used again: however often we are asked, Temporal is asked once a second. */
const FRESH = 1_000;

/** Whether webhooks sent now could be made durable. */
export class Readiness {
  private stopping = false;
  private answer: Promise<string | null> | undefined;
  private asked = Number.NEGATIVE_INFINITY;
  private readonly underWay = new Set<Promise<unknown>>();

  /**
   * @param ask a cheap call that fails when Temporal is not there.
   * @param deadline milliseconds that it may take.
   * @param now milliseconds of a clock that never goes back.
   */
  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly deadline = DEADLINE,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Why this process is not ready, or null when it is. */
  async problem(): Promise<string | null> {
    if (this.stopping) return 'the gateway stops';
    if (!this.answer || this.now() - this.asked > FRESH) {
      this.asked = this.now();
      this.answer = this.askTemporal();
    }
    return this.answer;
  }

  /** From now on it is not ready. Waits for the question under way: to be called before the connection is closed. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.underWay);
  }

  private async askTemporal(): Promise<string | null> {
    const call = this.ask();
    this.underWay.add(call);
    const forget = () => this.underWay.delete(call);
    call.then(forget, forget);
    return withTimeout(call, this.deadline).then(
      () => null,
      () => 'Temporal does not answer',
    );
  }
}

/** Asks Temporal for our namespace, which it reads from its database. */
export function temporalReadiness(client: Client, deadline = DEADLINE): Readiness {
  const { namespace } = client.options;
  return new Readiness(
    () =>
      client.withDeadline(Date.now() + deadline, () =>
        client.workflowService.describeNamespace({ namespace }),
      ),
    deadline,
  );
}
