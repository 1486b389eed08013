import { Agent, request } from 'undici';
import type { Notice } from '../../workflows/notice';
import { readRetryAfter } from '../http/retry-after';
import { NoticeError } from './notice-error';
import { signedHeaders } from './signature';

export interface WebhookTarget {
  readonly url: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
}

export interface NoticeWebhook {
  /**
   * One attempt. `gone`: the receiver wants no more notices (410).
   * @throws NoticeError when it answered anything else than 2xx, or nothing.
   */
  post(notice: Notice): Promise<'delivered' | 'gone'>;
  close(): Promise<void>;
}

/** Milliseconds for one attempt, from the connection to the end of the reply. */
const TIMEOUT = 10_000;

/**
 * Sends notices to one address, signed after Standard Webhooks 1.0.0. Redirects are not followed: a signed
 * message goes where its operator sent it, or nowhere.
 */
export function createNoticeWebhook({ url, secret }: WebhookTarget, timeout = TIMEOUT): NoticeWebhook {
  const agent = new Agent({ connect: { timeout } });
  // A path may hold a key of its own: only this much of the address is said.
  const { host } = new URL(url);

  return {
    async post(notice) {
      const body = bodyOf(notice);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'vin-activation',
        ...signedHeaders(secret, notice.id, Date.now(), body),
      };
      const signal = AbortSignal.timeout(timeout);
      const reply = await answered(
        host,
        request(url, { method: 'POST', dispatcher: agent, headers, body, signal }),
      );
      // The status is the answer; whatever becomes of the rest of the reply.
      await reply.body.dump().catch(() => undefined);
      if (reply.statusCode === 410) return 'gone';
      if (reply.statusCode >= 200 && reply.statusCode < 300) return 'delivered';
      throw new NoticeError(
        `The receiver of notices (${host}) answered ${reply.statusCode}.`,
        readRetryAfter(reply.headers),
      );
    },
    close: () => agent.close(),
  };
}

/** The message, the same for every attempt. Types have words with full stops between them, as the standard says. */
function bodyOf(notice: Notice): string {
  const type = `activation.${notice.kind}`;
  return JSON.stringify({ type, timestamp: notice.at, data: notice });
}

async function answered<T>(host: string, exchange: Promise<T>): Promise<T> {
  try {
    return await exchange;
  } catch (error) {
    const { name, code } = error as { name?: string; code?: unknown };
    const why = name === 'TimeoutError' ? 'did not answer in time' : 'cannot be reached';
    // The error of the HTTP library may hold the request; only its code goes on.
    const detail = typeof code === 'string' ? ` (${code})` : '';
    throw new NoticeError(`The receiver of notices (${host}) ${why}${detail}.`, undefined);
  }
}
