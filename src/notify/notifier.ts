import type { Notice } from '../../workflows/contract/notice';
import { redactVin } from '../base/redact-vin';
import type { Environment } from '../config/config';
import type { Logger } from '../config/log';
import { createNoticeWebhook, type WebhookTarget } from './webhook';

export interface Notifier {
  /**
   * Tells a notice on every channel. Whoever sends it again after an error sends the same id again.
   * @throws NoticeError when it has to be sent again.
   */
  send(notice: Notice): Promise<void>;
  /** Frees sockets. */
  close(): Promise<void>;
}

export interface NotifierOptions {
  readonly log: Logger;
  /** Where notices go besides the log. */
  readonly webhook?: WebhookTarget | undefined;
  /** Milliseconds for one attempt at the webhook. Default: 10 s. */
  readonly timeout?: number;
  /** May name a proxy. Default: the environment of the process. */
  readonly environment?: Environment;
}

/** The ways by which escalations leave the building: the log, always, and one webhook where there is one. */
export function createNotifier({ log, webhook: target, timeout, environment }: NotifierOptions): Notifier {
  const webhook = target && createNoticeWebhook(target, timeout, environment);
  return {
    async send(notice) {
      const facts = factsOf(notice);
      try {
        const outcome = await webhook?.post(notice);
        if (outcome === 'gone') log.warn({ id: facts['id'] }, 'the receiver of notices wants no more (410)');
      } catch (error) {
        log.error({ ...facts, problem: (error as Error).message }, 'notice not delivered yet');
        throw error;
      }
      // Last, so that a notice has one such line however often the webhook was tried.
      log.warn(facts, 'notice');
    },
    close: async () => webhook?.close(),
  };
}

/** A notice as the log may hold it: the VIN is shortened, also where it is part of another text. */
function factsOf(notice: Notice): Record<string, unknown> {
  const vehicle = redactVin(notice.vin);
  const { vin: _, ...rest } = notice;
  return { vehicle, ...JSON.parse(JSON.stringify(rest).replaceAll(notice.vin, vehicle)) };
}
