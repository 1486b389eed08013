import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../refusal';

/** Slow senders of a second that are answered in words before they are cut. */
const TOLD_A_SECOND = 50;

/** Ends requests whose body did not come in time. */
export class SlowSenders {
  /** Those that were told so in this second. */
  private told = { second: 0, times: 0 };

  /** The first few are ended in words, thousands without, which costs less. */
  cut(request: FastifyRequest, reply: FastifyReply): void {
    // Not that of the reply: one that waits behind others has none yet.
    const { socket } = request.raw;
    const second = Math.floor(performance.now() / 1_000);
    if (this.told.second !== second) this.told = { second, times: 0 };
    this.told.times += 1;
    if (this.told.times > TOLD_A_SECOND) {
      reply.hijack();
      // Nobody is left to hear that it broke off; telling it costs more than the request did.
      for (const event of ['data', 'end', 'error']) request.raw.removeAllListeners(event);
      socket.destroy();
      return;
    }
    reply.raw.once('finish', () => socket.destroy());
    refuse(reply.header('Connection', 'close'), 'BODY_TOO_SLOW', 'The body did not come in time.');
  }
}
