import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../config/log';
import { Places, whenOver } from '../places';
import { requireQuery } from '../query';
import { peerOf, SampledLog } from '../sampled-log';
import type { Endings } from './endings';
import { ApiError, notPlainJson } from './problem';
import { setHeaders } from './problem-reply';
import type { Shares, TokenUse } from './shares';
import type { LiveTokens } from './token-file';
import type { Role, Token } from './tokens';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else is done with a request of the API. */
    apiToken: Token;
    apiUse: TokenUse;
    /** What the request takes of the token's share while it is under way. */
    apiPlaces: Places;
    apiRequestId: string;
  }
  interface FastifyContextConfig {
    apiRole?: Role;
    apiOperation?: string;
    apiIsBatch?: boolean;
  }
}

export interface GuardOptions {
  readonly tokens: Pick<LiveTokens, 'find'>;
  readonly shares: Shares;
  readonly log: Logger;
  readonly endings: Endings;
  /** Milliseconds that a refusal for a used up share is kept back. @default 1000 */
  readonly holdFor?: number;
}

export interface Guard {
  /** Waits a moment with an error that says that a share is used up, also where that is seen after the body was read. */
  holdBack(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** @throws ApiError `TOKEN_REFUSED` where the token has been revoked, or has expired, meanwhile. */
  requireToken(request: FastifyRequest): Promise<void>;
}

/** Refusals that are kept back at the same time; more are answered at once. */
const MOST_HELD = 1_000;

/** Of one token: who has so many waiting does not heed what it is told, and waits longer. */
const MANY_HELD = 10;

/** Requests without a good token that have a line of their own in the log, in a minute; and those over their share. */
const REFUSED_LINES = 10;

/**
 * Lets in who shows a good token, up to the token's share, before anything of a body is read. Nothing is said to the
 * others, not even what addresses there are.
 */
export function guard(scope: FastifyInstance, options: GuardOptions): Guard {
  scope.decorateRequest('apiToken');
  scope.decorateRequest('apiUse');
  scope.decorateRequest('apiPlaces');
  scope.decorateRequest('apiRequestId', '');
  const holding = { count: 0 };
  const holdBack: Guard['holdBack'] = async (error, request, reply) => {
    if (error instanceof ApiError && error.status === 429) await hold(request, reply, holding, options);
  };
  logAnswers(scope, options.log);
  scope.addHook('onRequest', async (request, reply) => {
    request.apiRequestId = randomUUID();
    setHeaders(reply, request.apiRequestId);
    const token = await options.tokens.find(shownToken(request));
    if (!token) throw tokenRefused();
    request.apiToken = token;
    request.apiUse = options.shares.of(token);
    request.apiPlaces = new Places(reply);
    const { apiRole, apiIsBatch } = request.routeOptions.config;
    try {
      request.apiPlaces.add(request.apiUse.takeCall());
      requireQuery(request);
      if (apiRole === 'operate' && token.role !== 'operate') throw roleMissing(token);
      if (apiIsBatch) request.apiPlaces.add(request.apiUse.takeBatch());
    } catch (error) {
      await holdBack(error, request, reply);
      throw error;
    }
    if (request.headers['content-encoding'] !== undefined) throw notPlainJson();
  });
  return {
    holdBack,
    requireToken: async (request) => {
      if (!(await options.tokens.find(shownToken(request)))) throw tokenRefused();
    },
  };
}

/** Who asks again at once whatever the answer is costs less when it comes after a moment. */
async function hold(
  { apiUse }: FastifyRequest,
  reply: FastifyReply,
  holding: { count: number },
  { endings, holdFor = 1_000 }: GuardOptions,
): Promise<void> {
  if (holding.count >= MOST_HELD) return;
  holding.count += 1;
  apiUse.held += 1;
  const signal = endings.signalFor(reply);
  await setTimeout(jittered(apiUse.held > MANY_HELD ? 5 * holdFor : holdFor), undefined, { signal }).catch(
    () => undefined,
  );
  holding.count -= 1;
  apiUse.held -= 1;
}

/** A line for each answer, but for refusals, which anybody can cause as often as they like. */
function logAnswers(scope: FastifyInstance, log: Logger): void {
  const unknown = new SampledLog(log, 'api: no good token', REFUSED_LINES);
  const overShare = new SampledLog(log, 'api: over the share of the token', REFUSED_LINES);
  const tell = (request: FastifyRequest, reply: FastifyReply): void => {
    const { apiRequestId: requestId, apiToken, routeOptions } = request;
    const status = reply.statusCode;
    const operation = routeOptions.config.apiOperation;
    if (!apiToken) unknown.note(peerOf(request), { requestId, status });
    else if (status === 429) {
      overShare.note({ address: `token ${apiToken.id}` }, { requestId, status, operation });
    } else log.info({ requestId, token: apiToken.id, status, operation }, 'api');
  };
  // Not `onResponse`: Node 24 has no end for an answer that nobody reads.
  scope.addHook('onRequest', (request, reply, done) => {
    whenOver(reply, () => tell(request, reply));
    done();
  });
  scope.addHook('onClose', async () => {
    unknown.tell();
    overShare.tell();
  });
}

/** The token of a header that was sent exactly once. */
function shownToken(request: FastifyRequest): string {
  const values = request.raw.headersDistinct['authorization'];
  const [, text = ''] = (values?.length === 1 && /^Bearer (\S+)$/i.exec(values[0] ?? '')) || [];
  return text;
}

/** The same for every cause: who tries tokens learns nothing. */
function tokenRefused(): ApiError {
  return new ApiError(
    'TOKEN_REFUSED',
    'The request has no token, or one that is unknown, revoked or expired',
    'Send the header "Authorization: Bearer vin_…" with a good token.',
  );
}

function roleMissing({ name }: Token): ApiError {
  return new ApiError(
    'ROLE_MISSING',
    `The token ${JSON.stringify(name)} has the role "read"; this needs "operate"`,
    'Ask for a token with the role "operate".',
  );
}

/** Up to half as long again: those who were refused together do not come back together. */
function jittered(milliseconds: number): number {
  return milliseconds * (1 + Math.random() / 2);
}
