import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { TemporalUi } from '../../activations/ui-links';
import { sentences } from '../../base/sentences';
import type { Logger } from '../../config/log';
import { checkName, plainName } from '../../domain/name';
import type { Seen } from '../../snapshot/snapshot';
import { Endings } from '../api/endings';
import type { ApiSurroundings } from '../api/operation';
import type { ApiApplication } from '../api/plugin';
import { ApiError, problemFor } from '../api/problem';
import type { Shares } from '../api/shares';
import { ofToken } from '../api/token-applications';
import type { LiveTokens } from '../api/token-file';
import type { Token } from '../api/tokens';
import { endUnread, Places } from '../places';
import { problemOf } from '../refusal';
import { peerOf, SampledLog } from '../sampled-log';
import { CSS, SCRIPT } from './assets';
import type { Sign } from './front';
import { message, signInPage } from './layout';
import { pagesOf } from './pages';
import { cookieFor, isOwnForm, type Session, type Sessions, sessionIdIn, WHO } from './sessions';

export interface PageOptions {
  /** At least one; the first is that of tokens which name none. */
  readonly applications: readonly ApiApplication[];
  readonly tokens: Pick<LiveTokens, 'find'>;
  /** What tokens use of what they share: the same as at the API. */
  readonly shares: Shares;
  readonly sessions: Sessions;
  /** The newest picture of all that is open. @throws where there is none at all. */
  readonly look: () => Promise<Seen>;
  /** The pictures that the API reads as well. */
  readonly snapshots: ApiSurroundings['snapshots'];
  /** What workers have kept of the last days. */
  readonly days?: ApiSurroundings['days'];
  /** How the parts of the machine are. */
  readonly signs: () => Promise<readonly Sign[]>;
  /** Where Temporal's web UI is; null: nobody has said. */
  readonly ui: TemporalUi | null;
  /** What people call an application. @default its key */
  readonly nameOf?: (application: string) => string;
  readonly log: Logger;
  /** Milliseconds since 1970. @default the machine's clock */
  readonly now?: () => number;
  /** Milliseconds that a client has to read an answer. @default 30,000 */
  readonly readFor?: number;
}

/** Somebody who has signed in, and one request of theirs. */
export interface Visit {
  readonly session: Session;
  readonly token: Token;
  readonly api: ApiSurroundings;
  readonly use: ReturnType<Shares['of']>;
  readonly signal: AbortSignal;
  /** What the form or the address says. */
  readonly given: URLSearchParams;
  readonly now: number;
}

/** What a page is made of. */
export interface Shown {
  readonly html: string;
  readonly status?: number;
}

/** Bytes of a form: a few fields, and no list of vehicles. */
const FORM_LIMIT = 8 * 1024;

/** Requests to sign in that have a line of their own in the log, in a minute: those that were refused, and those that were not. */
const REFUSED_LINES = 10;
const SIGNED_IN_LINES = 100;

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'private, no-cache',
  Vary: 'Cookie',
};

const NOT_KEPT =
  'Your browser has not kept the session: it does so only over https, or where the gateway is on this machine.';

/** The fleet page: for people, at `/`. Nothing is shown without signing in. */
export function fleetPage(options: PageOptions): FastifyPluginAsync {
  const { sessions, tokens, log, readFor = 30_000 } = options;
  const refused = new SampledLog(log, 'page: no good token', REFUSED_LINES);
  const signedIn = new SampledLog(log, 'page: signed in', SIGNED_IN_LINES, undefined, 'info');
  const apis = options.applications.map(
    (one): ApiSurroundings => ({
      ...one,
      log,
      snapshots: options.snapshots,
      mostWaits: 0,
      waiting: { count: 0 },
    }),
  );
  const pages = pagesOf(options);

  return async (server) => {
    const endings = new Endings();
    server.addHook('preClose', async () => endings.stop());
    server.addHook('onClose', async () => {
      refused.tell();
      signedIn.tell();
    });
    server.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS));
    readFormsOnly(server);
    server.setErrorHandler((error, request, reply) => {
      // Also what is wrong before this door is asked.
      reply.headers(HEADERS);
      const problem = problemFor(error, randomUUID());
      if (problem.status === 500) log.error({ problem: problemOf(error) }, 'page failed');
      const wait = error instanceof ApiError ? error.retryAfter : undefined;
      if (wait !== undefined) reply.header('Retry-After', Math.ceil(wait / 1_000));
      const session = sessions.find(sessionIdIn(request.headers.cookie));
      // One a connection, as without an error: anybody may ask for it, and leave it unread.
      if (!session) reply.header('Connection', 'close');
      const details = problem.errors?.map(({ detail }) => detail).join('; ');
      const says = `${problem.detail}${details ? `: ${details}` : ''}.`;
      return send(reply.code(problem.status), message(problem.title, says, problem.next, session));
    });
    for (const [path, type, text] of [
      ['/page.css', 'text/css', CSS],
      ['/page.js', 'text/javascript', SCRIPT],
    ] as const) {
      const bytes = Buffer.from(text);
      const tag = tagOf(text);
      server.get(path, (request, reply) => {
        reply.headers({ ETag: tag, 'Cache-Control': 'public, no-cache' });
        if (request.headers['if-none-match'] === tag) return reply.code(304).send();
        endUnread(reply, readFor);
        return reply.type(`${type}; charset=utf-8`).send(bytes);
      });
    }
    server.get('/sign-in', (request, reply) => signInAgain(request, reply));
    server.post('/sign-in', { bodyLimit: FORM_LIMIT }, signIn);
    server.post('/sign-out', { bodyLimit: FORM_LIMIT }, signOut);
    for (const [path, show] of Object.entries(pages.reading)) server.get(path, guarded(show, false));
    server.post('/act', { bodyLimit: FORM_LIMIT }, guarded(pages.act, true));

    /** @param isForm whether it changes something, and comes from one of our forms. */
    function guarded(
      show: (visit: Visit, params: Record<string, string>) => Promise<Shown | string>,
      isForm: boolean,
    ) {
      return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const session = sessions.find(sessionIdIn(request.headers.cookie));
        const token = session && (await tokens.find(session.token));
        if (!session || !token) return signInAgain(request, reply);
        const given = isForm ? formOf(request) : addressOf(request);
        if (isForm && !isOurs(request, session, given)) return refuseForm(reply, session);
        if (isForm && token.role !== 'operate') throw roleMissing();
        const use = options.shares.of(token);
        const places = new Places(reply);
        places.add(use.takeCall());
        const signal = endings.signalFor(reply);
        const now = options.now?.() ?? Date.now();
        const visit = { session, token, api: ofToken(apis, token), use, signal, given, now };
        const shown = await places.during(() => show(visit, request.params as Record<string, string>));
        endUnread(reply, readFor);
        if (typeof shown === 'string') return reply.redirect(shown, 303);
        if (shown.status !== undefined) reply.code(shown.status);
        return send(reply, shown.html, isForm ? undefined : request);
      };
    }
  };

  function signInAgain(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const given = addressOf(request);
    const problem = given.has('kept') ? NOT_KEPT : null;
    const page = signInPage({ problem, code: given.get('code')?.slice(0, 100) ?? null });
    // One a connection: anybody may ask for it, and leave it unread.
    return send(reply.code(401).header('Connection', 'close'), page);
  }

  async function signIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request);
    const code = form.get('code');
    const given = form.get('who') ?? '';
    const name = checkName(given, WHO);
    if (!isFromHere(request) || plainName(given) === '')
      return refuse('Write your name, and send the form of this page.');
    if (!name.ok) return refuse(`Your name ${sentences(name.problem, name.remedy)}`);
    const text = (code ? sessions.useLink(code) : form.get('token'))?.trim() ?? '';
    const token = await tokens.find(text);
    if (token) {
      // As any other call: each makes a session, and a line.
      options.shares.of(token).takeCall()();
      signedIn.note(peerOf(request), { token: token.id });
      reply.header('Set-Cookie', cookieFor(sessions.begin(text, name.name), request.headers));
      return reply.redirect('/?kept', 303);
    }
    refused.note(peerOf(request), { status: 401 });
    return refuse(
      code
        ? 'The link is used up, or too old. Sign in with a token.'
        : 'The token is unknown, revoked or expired.',
    );

    function refuse(problem: string): FastifyReply {
      return send(reply.code(401).header('Connection', 'close'), signInPage({ problem }));
    }
  }

  async function signOut(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const id = sessionIdIn(request.headers.cookie);
    const session = sessions.find(id);
    if (session && !isOurs(request, session, formOf(request))) return refuseForm(reply, session);
    sessions.end(id);
    reply.header('Set-Cookie', cookieFor(null, request.headers));
    return reply.redirect('/', 303);
  }
}

function readFormsOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => new URLSearchParams(body),
  );
}

function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}

function addressOf({ url }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

/** Browsers say where a form comes from; what says nothing is no browser of these days. */
function isFromHere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

function isOurs(request: FastifyRequest, session: Session, form: URLSearchParams): boolean {
  return isFromHere(request) && isOwnForm(session, form.get('csrf') ?? '');
}

function refuseForm(reply: FastifyReply, session: Session): FastifyReply {
  const says = 'The form does not come from this page, or the session has changed. Nothing was done.';
  return send(
    reply.code(403),
    message('Not done', says, 'Go back, read the page anew, and try again.', session),
  );
}

function roleMissing(): ApiError {
  return new ApiError(
    'ROLE_MISSING',
    'This session may only look',
    'Sign in with a token of the role operate',
  );
}

function tagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** @param request of one whose answer may be known already. */
function send(reply: FastifyReply, page: string, request?: FastifyRequest): FastifyReply {
  const tag = tagOf(page);
  if (request && reply.statusCode === 200) {
    reply.header('ETag', tag);
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  }
  return reply.type('text/html; charset=utf-8').send(page);
}
