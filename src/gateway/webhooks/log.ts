import type { FastifyRequest } from 'fastify';
import type { Logger } from '../../config/log';
import { peerOf, SampledLog } from '../sampled-log';

/** Webhooks of a minute that have a line of their own in the log, of each kind that anybody can send: forged, outdated, malformed. */
const FORGED_LINES = 10;
/** The same for those that change nothing, and for those that are to be sent again. */
const IDLE_LINES = 100;

/** The log of webhooks. What anybody can cause as often as they like is sampled, each kind by itself. */
export class WebhookLog {
  private readonly kinds;

  constructor(private readonly log: Logger) {
    const kind = (message: string, lines: number, level: 'info' | 'warn' | 'error' = 'warn') =>
      new SampledLog(log, message, lines, undefined, level);
    this.kinds = {
      forged: kind('webhook refused', FORGED_LINES),
      malformed: kind('webhook refused', FORGED_LINES),
      outdated: kind('webhook dropped', FORGED_LINES),
      /** Answered 2xx, and nothing has changed: whoever has seen a signed webhook can send it again. */
      idle: kind('webhook', IDLE_LINES, 'info'),
      postponed: kind('webhook postponed', IDLE_LINES, 'error'),
      busy: kind('busy: webhooks are refused until those under way are durable', 1),
    };
  }

  note(kind: keyof WebhookLog['kinds'], request: FastifyRequest, facts: object): void {
    const { address, ...forwarded } = peerOf(request);
    this.kinds[kind].note(address, { ...facts, ...(kind === 'forged' && forwarded) });
  }

  /** A claim became durable. */
  accepted(facts: object): void {
    this.log.info(facts, 'webhook');
  }

  /** Tells of what was only counted so far. */
  tell(): void {
    for (const kind of Object.values(this.kinds)) kind.tell();
  }
}
