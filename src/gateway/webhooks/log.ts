import type { FastifyRequest } from 'fastify';
import type { Logger } from '../../config/log';
import { applicationKey } from '../../domain/application';
import { peerOf, SampledLog } from '../sampled-log';
import { whose } from './address';

/** Webhooks of a minute that have a line of their own in the log, of each kind that anybody can send: forged, outdated, malformed. */
const FORGED_LINES = 10;
/** The same for those that change nothing, and for those that are to be sent again. */
const IDLE_LINES = 100;

/**
 * The log of webhooks. What anybody can cause as often as they like is sampled: each kind by itself, and each
 * application's, so that a flood for one hides nothing of another.
 */
export class WebhookLog {
  private readonly kinds = new Map<string, Kinds>();

  constructor(private readonly log: Logger) {}

  note(kind: keyof Kinds, request: FastifyRequest, facts: object): void {
    const app = whose(request);
    const application = app ? applicationKey(app) : 'none';
    const kinds = this.kinds.get(application) ?? kindsOf(this.log);
    this.kinds.set(application, kinds);
    kinds[kind].note(peerOf(request), { application, ...facts });
  }

  /** A claim became durable. */
  accepted(facts: object): void {
    this.log.info(facts, 'webhook');
  }

  /** Tells of what was only counted so far. */
  tell(): void {
    for (const kinds of this.kinds.values()) for (const kind of Object.values(kinds)) kind.tell();
  }
}

type Kinds = ReturnType<typeof kindsOf>;

function kindsOf(log: Logger) {
  const kind = (message: string, lines: number, level: 'info' | 'warn' | 'error' = 'warn') =>
    new SampledLog(log, message, lines, undefined, level);
  return {
    forged: kind('webhook refused', FORGED_LINES),
    malformed: kind('webhook refused', FORGED_LINES),
    outdated: kind('webhook dropped', FORGED_LINES),
    /** Answered 2xx, and nothing has changed: whoever has seen a signed webhook can send it again. */
    idle: kind('webhook', IDLE_LINES, 'info'),
    postponed: kind('webhook postponed', IDLE_LINES, 'error'),
    busy: kind('busy: webhooks are refused until those under way are durable', 1),
  };
}
