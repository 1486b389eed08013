import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { Notice } from '../../workflows/contract/notice';
import type { Environment } from '../config/config';
import { isPrivate, readUrl } from '../http/address';
import { type HttpProxy, proxyFor } from '../http/proxy';
import { readRetryAfter } from '../http/retry-after';
import { explain } from '../http/unreachable';
import type { Channel, OpenChannel } from './channel';
import { NoticeError } from './notice-error';
import { isWebhookSecret, signedHeaders } from './signature';

/** One address that gets every notice, signed after Standard Webhooks. */
export const webhookChannel: Channel = {
  id: 'webhook',
  reachesPeople: true,
  variables: {
    VIN_NOTIFY_URL: {
      about:
        'Where escalations are sent, signed after Standard Webhooks (docs/notices.md): `https`, or `http` on this machine.',
      needs: 'VIN_NOTIFY_SECRET',
      schema: z
        .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
        .refine(isPrivate, 'must begin with https: what is sent names vehicles')
        .refine(hasNoPassword, 'must have no name and password in it: they are not sent')
        .optional(),
    },
    VIN_NOTIFY_SECRET: {
      about:
        'The secret that signs them. Make one with `echo "whsec_$(openssl rand -base64 32)"`, and give it to the receiver.',
      needs: 'VIN_NOTIFY_URL',
      schema: z
        .string()
        .refine(isWebhookSecret, 'must be whsec_ and then 24 to 64 random bytes in base64')
        .optional(),
    },
  },
  open({ VIN_NOTIFY_URL: url, VIN_NOTIFY_SECRET: secret }, { environment }) {
    if (typeof url !== 'string' || typeof secret !== 'string') return null;
    return createNoticeWebhook({ url, secret }, TIMEOUT, environment);
  },
};

export interface WebhookTarget {
  readonly url: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
}

const CHECK = 'VIN_NOTIFY_URL and its receiver';

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
): OpenChannel {
  // A path may hold a key of its own: only this much of the address is said.
  const { host, origin, pathname, search } = new URL(url);
  const proxy = proxyFor(url, environment);
  // Loaded when it is needed: most commands that read the catalogue, and with it the names of channels, send nothing.
  const { createDispatcher } = require('../http/dispatcher') as typeof import('../http/dispatcher');
  const dispatcher = createDispatcher(origin, { connect: timeout, headers: timeout, body: timeout }, proxy);

  return {
    async deliver(notice) {
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
      if (reply.statusCode === 410) {
        return { outcome: 'not-sent', why: `The receiver of notices (${host}) wants no more (410).` };
      }
      if (reply.statusCode >= 200 && reply.statusCode < 300) {
        return { outcome: 'delivered', where: host, id: notice.id };
      }
      throw new NoticeError(
        `The receiver of notices (${host}) answered ${reply.statusCode}.`,
        readRetryAfter(reply.headers),
        { check: CHECK },
      );
    },
    async reach() {
      const signal = AbortSignal.timeout(timeout);
      const path = pathname + search;
      const reply = await answered(host, proxy, dispatcher.request({ origin, path, method: 'HEAD', signal }));
      await reply.body.dump().catch(() => undefined);
      return host;
    },
    close: () => dispatcher.close(),
  };
}

/** The message, the same for every attempt. Types have words with full stops between them, as the standard says. */
function bodyOf(notice: Notice): string {
  const type = `${notice.plate === undefined ? 'activation' : 'parking'}.${notice.kind}`;
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
    throw new NoticeError(`The receiver of notices (${host}) ${why}${detail && ` (${detail})`}.`, undefined, {
      check: CHECK,
      remedy,
    });
  }
}

function isLate(error: unknown): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** A password in an address would be shown wherever the address is. */
function hasNoPassword(address: string): boolean {
  const url = readUrl(address);
  return !url || (url.username === '' && url.password === '');
}
