import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';
import { whenOver } from '../places';

/**
 * Tells requests under way that nobody waits for their answer any more, or that the gateway stops. (With
 * `AbortSignal.any` on one signal for all, Node 20 remembers every request for ever.)
 */
export class Endings {
  private readonly open = new Set<AbortController>();
  private isStopping = false;

  /** Requests under way. */
  get count(): number {
    return this.open.size;
  }

  /** Aborted when the client goes without its answer, or the gateway stops. */
  signalFor(reply: FastifyReply): AbortSignal {
    const ending = new AbortController();
    // The items of a batch wait for their turns together.
    setMaxListeners(0, ending.signal);
    if (this.isStopping) ending.abort();
    this.open.add(ending);
    whenOver(reply, () => {
      this.open.delete(ending);
      if (!reply.raw.writableFinished) ending.abort();
    });
    return ending.signal;
  }

  /** The gateway stops: who waits gets what is known now. */
  stop(): void {
    this.isStopping = true;
    for (const ending of this.open) ending.abort();
  }
}
