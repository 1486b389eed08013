import type { Dispatcher } from 'undici';
import type { Environment } from '../../config/config';
import { createDispatcher } from '../../http/dispatcher';
import { type HttpProxy, proxyFor } from '../../http/proxy';
import { explain } from '../../http/unreachable';
import { ProviderError, type ProviderErrorCode } from '../provider-error';
import { ACCEPTED, readPieces, UnusableBody } from './body';
import { type Api, callError } from './errors';
import { oneLine } from './text';

/** A call, as errors name it: the address has `{vin}` where the VIN stands. */
export interface Route {
  readonly name: string;
  readonly vin?: string;
  /** Whose it is. */
  readonly api: Api;
}

export interface Request {
  readonly endpoint: Route;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form (application/x-www-form-urlencoded), in the place of a body. */
  readonly form?: Readonly<Record<string, string>>;
  /** The largest reply that is read, in bytes. `none`: a success needs no body, it is thrown away. */
  readonly maxBytes: number | 'none';
  /** Takes a success's body piece by piece; the reply has an empty one then. A ProviderError of it ends the exchange. */
  readonly onPiece?: (piece: Buffer) => void;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Null for an error reply whose body was too large or broke off: its status still counts. */
  readonly body: string | null;
  readonly requestId: string | undefined;
}

/** All in milliseconds. */
export interface Timeouts {
  readonly connect: number;
  /** Until the first byte of the reply. */
  readonly headers: number;
  /** Between two pieces of the reply. */
  readonly body: number;
  /** One call of the client, with all that it needs. */
  readonly call: number;
  /** One call that goes through the whole list. */
  readonly scan: number;
}

export interface Transport {
  /**
   * One exchange, sent once; redirects are not followed. Any whole reply is returned, whatever its status.
   * @throws ProviderError PROVIDER_UNREACHABLE, PROVIDER_TIMEOUT or PROVIDER_BAD_REPLY.
   */
  send(request: Request, signal: AbortSignal, token?: string): Promise<Reply>;
  close(): Promise<void>;
}

const CONNECTIONS = 16;

/**
 * @param secret is cut out of whatever the other side says, as is the token of the exchange. Empty: there is none.
 * @param environment may name a proxy (src/http/proxy.ts).
 * @throws VinError `CONFIG_INVALID` when it names one that is none.
 */
export function createTransport(
  baseUrl: string,
  timeouts: Timeouts,
  secret: string,
  environment: Environment = process.env,
): Transport {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/+$/, '');
  const proxy = proxyFor(baseUrl, environment);
  const dispatcher = createDispatcher(origin, timeouts, proxy, CONNECTIONS);

  let closed: Promise<void> | undefined;

  async function exchange(request: Request, signal: AbortSignal, token?: string): Promise<Reply> {
    const content = contentOf(request);
    const response = await dispatcher.request({
      origin,
      method: request.method,
      path: prefix + request.path,
      headers: {
        accept: 'application/json',
        'accept-encoding': ACCEPTED,
        'user-agent': 'vin-activation',
        ...(content && { 'content-type': content.type }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: content?.text ?? null,
      signal,
    });
    const { statusCode: status, headers } = response;
    const id = headers['x-request-id'];
    const redact = (text: string) => hide(text, [secret, token]);
    return {
      status,
      headers,
      body:
        status < 300
          ? shortly(await readSuccess(response, request), redact)
          : await readError(response, redact),
      requestId: typeof id === 'string' ? oneLine(redact(id)) : undefined,
    };
  }

  return {
    send: async (request, signal, token) => {
      try {
        return await exchange(request, signal, token);
      } catch (error) {
        throw error instanceof ProviderError ? error : networkError(request.endpoint, error, signal, proxy);
      }
    },
    close: () => {
      closed ??= dispatcher.close();
      return closed;
    },
  };
}

function contentOf({ body, form }: Request): { readonly type: string; readonly text: string } | null {
  if (form) return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() };
  return body === undefined ? null : { type: 'application/json', text: JSON.stringify(body) };
}

async function readSuccess(
  response: Dispatcher.ResponseData,
  { maxBytes, onPiece }: Request,
): Promise<string> {
  if (maxBytes !== 'none' && onPiece) {
    await readPieces(response, maxBytes, onPiece);
    return '';
  }
  if (maxBytes !== 'none') return read(response, maxBytes);
  // Not even a body that breaks off matters: it ends as soon as it is long.
  await response.body.dump().catch(() => undefined);
  return '';
}

async function read(response: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  await readPieces(response, maxBytes, (piece) => pieces.push(piece));
  return new TextDecoder().decode(Buffer.concat(pieces));
}

const MAX_ERROR_BYTES = 64 * 1024;

async function readError(
  response: Dispatcher.ResponseData,
  redact: (text: string) => string,
): Promise<string | null> {
  try {
    return redact(await read(response, MAX_ERROR_BYTES));
  } catch {
    return null;
  }
}

/** A success that is as short as an error may be one, and its words are told: some providers say "no" under 200. */
function shortly(body: string, redact: (text: string) => string): string {
  return body.length > MAX_ERROR_BYTES ? body : redact(body);
}

/** Takes secrets out of a text. Very short ones are left: they would hit ordinary words. */
function hide(text: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>(
    (rest, secret) => (secret && secret.length >= 8 ? rest.replaceAll(secret, '[hidden]') : rest),
    text,
  );
}

const TIMEOUT_CODES = [
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
];
const BAD_REPLY_CODES =
  /^(?:HPE_|UND_ERR_(?:HEADERS_OVERFLOW|RES_|INVALID_RETURN)|REPLY_|Z_|ERR_(?:_ERROR_FORMAT|BROTLI|PADDING))/;

function networkError(endpoint: Route, error: unknown, signal: AbortSignal, proxy: HttpProxy | undefined) {
  const code = codeOf(error);
  const kind = kindOf(code, signal);
  // The error of the HTTP library may hold the request; only its code and the names of hosts go on.
  const cause = new Error(code);
  if (kind === 'PROVIDER_BAD_REPLY') return callError(kind, endpoint, badReplyOf(error), { cause });
  const { detail, remedy } = explain(error, proxy);
  return callError(kind, endpoint, WHAT[kind], { cause }, { note: detail, remedy });
}

function badReplyOf(error: unknown): string {
  return error instanceof UnusableBody && error.what ? error.what : WHAT.PROVIDER_BAD_REPLY;
}

function kindOf(code: string, signal: AbortSignal): keyof typeof WHAT {
  if (BAD_REPLY_CODES.test(code)) return 'PROVIDER_BAD_REPLY';
  return signal.aborted || TIMEOUT_CODES.includes(code) ? 'PROVIDER_TIMEOUT' : 'PROVIDER_UNREACHABLE';
}

const WHAT = {
  PROVIDER_BAD_REPLY: 'sent a reply that is too large, not HTTP, or compressed in a way that cannot be read',
  PROVIDER_TIMEOUT: 'did not answer in time',
  PROVIDER_UNREACHABLE: 'cannot be reached, or the connection broke off',
} as const satisfies Partial<Record<ProviderErrorCode, string>>;

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
