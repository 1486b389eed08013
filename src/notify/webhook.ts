import type { Dispatcher } from 'undici';
import type { Notice } from '../../workflows/contract/notice';
import type { Environment } from '../config/config';
import { createDispatcher } from '../http/dispatcher';
import { type HttpProxy, proxyFor } from '../http/proxy';
import { readRetryAfter } from '../http/retry-after';
import { explain } from '../http/unreachable';
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
export function createNoticeWebhook(
  { url, secret }: WebhookTarget,
  timeout = TIMEOUT,
  environment: Environment = process.env,
): NoticeWebhook {
  // A path may hold a key of its own: only this much of the address is said.
  const { host, origin, pathname, search } = new URL(url);
  const proxy = proxyFor(url, environment);
  const dispatcher = createDispatcher(origin, { connect: timeout, headers: timeout, body: timeout }, proxy);

  return {
    async post(notice) {
      const body = bodyOf(notice);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'vin-activation',
        ...signedHeaders(secret, notice.id, Date.now(), body),
      };
      const signal = AbortSignal.timeout(timeout);
      const path = pathname + search;
      const exchange = dispatcher.request({ origin, path, method: 'POST', headers, body, signal });
      const reply = await answered(host, proxy, exchange);
      // The status is the answer; whatever becomes of the rest of the reply.
      await reply.body.dump().catch(() => undefined);
      if (reply.statusCode === 410) return 'gone';
      if (reply.statusCode >= 200 && reply.statusCode < 300) return 'delivered';
      throw new NoticeError(
        `The receiver of notices (${host}) answered ${reply.statusCode}.`,
        readRetryAfter(reply.headers),
      );
    },
    close: () => dispatcher.close(),
  };
}

/** The message, the same for every attempt. Types have words with full stops between them, as the standard says. */
function bodyOf(notice: Notice): string {
  const type = `activation.${notice.kind}`;
  return JSON.stringify({ type, timestamp: notice.at, data: notice });
}

async function answered(
  host: string,
  proxy: HttpProxy | undefined,
  exchange: Promise<Dispatcher.ResponseData>,
): Promise<Dispatcher.ResponseData> {
  try {
    return await exchange;
  } catch (error) {
    const why = isLate(error) ? 'did not answer in time' : 'cannot be reached';
    // The error of the HTTP library may hold the request; only its code and the names of hosts go on.
    const { detail, remedy } = explain(error, proxy);
    throw new NoticeError(
      `The receiver of notices (${host}) ${why}${detail && ` (${detail})`}.`,
      undefined,
      remedy,
    );
  }
}

function isLate(error: unknown): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT';
}
