import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../refusal';
import { openApiDocument } from './openapi';
import { type ApiSurroundings, type Operation, pointer, readPart } from './operation';
import { OPERATIONS } from './operations';
import { ApiError, notPlainJson, problemFor } from './problem';
import { addressUnknown, sendProblem, setHeaders } from './problem-reply';
import { messageId } from './requests';
import type { LiveTokens } from './token-file';
import type { Role, Token } from './tokens';
import { readVin } from './vehicle';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before anything else is done with a request of the API. */
    apiToken: Token;
    apiRequestId: string;
  }
  interface FastifyContextConfig {
    apiRole?: Role;
    apiOperation?: string;
  }
}

export type ApiOptions = Omit<ApiSurroundings, 'waits' | 'mostWaits'> & {
  readonly tokens: Pick<LiveTokens, 'find'>;
  /** Requests that may wait at once. @default 1000 */
  readonly mostWaits?: number;
};

/** Milliseconds that a connection may be silent while an answer is made: the longest wait or batch, and some more. */
const LONGEST_ANSWER = 90_000;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** The HTTP API for onboarding systems: `/v1/activations`, and `/openapi.json`, which says how to use it. */
export function createApi({ tokens, mostWaits = 1_000, ...options }: ApiOptions): FastifyPluginAsync {
  const api: ApiSurroundings = { ...options, mostWaits, waits: 0 };
  return async (server) => {
    const document = openApiDocument();
    server.get('/openapi.json', (_request, reply) =>
      reply.header('Cache-Control', 'no-cache').send(document),
    );
    await server.register(
      (scope, _options, done) => {
        guard(scope, api, tokens);
        readJsonOnly(scope);
        answerWithProblems(scope, api);
        const stopping = stopSignal(scope);
        for (const operation of OPERATIONS) route(scope, api, operation, stopping);
        refuseOtherMethods(scope);
        done();
      },
      { prefix: '/v1' },
    );
  };
}

/** Nothing is said to those without a good token, not even what addresses there are. */
function guard(scope: FastifyInstance, api: ApiSurroundings, tokens: Pick<LiveTokens, 'find'>): void {
  scope.decorateRequest('apiToken');
  scope.decorateRequest('apiRequestId', '');
  scope.addHook('onRequest', async (request, reply) => {
    request.apiRequestId = randomUUID();
    setHeaders(reply, request.apiRequestId);
    const token = await tokens.find(shownToken(request));
    if (!token) throw tokenRefused();
    request.apiToken = token;
    if (request.routeOptions.config.apiRole === 'operate' && token.role !== 'operate')
      throw roleMissing(token);
    if (request.headers['content-encoding'] !== undefined) throw notPlainJson();
  });
  scope.addHook('onResponse', async (request, reply) => {
    const { apiRequestId: requestId, apiToken, routeOptions } = request;
    const facts = { requestId, token: apiToken?.id, status: reply.statusCode };
    api.log.info({ ...facts, operation: routeOptions.config.apiOperation }, 'api');
  });
}

/** The token of a header that was sent exactly once. */
function shownToken(request: FastifyRequest): string {
  const values = request.raw.headersDistinct['authorization'];
  const [, text = ''] = (values?.length === 1 && /^Bearer (\S+)$/i.exec(values[0] ?? '')) || [];
  return text;
}

function readJsonOnly(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body as string, done);
  });
}

function answerWithProblems(scope: FastifyInstance, api: ApiSurroundings): void {
  scope.setErrorHandler((error, request, reply) => {
    const requestId = request.apiRequestId || randomUUID();
    const problem = problemFor(error, requestId);
    if (problem.status === 500) api.log.error({ requestId, problem: problemOf(error) }, 'api request failed');
    return sendProblem(reply, problem);
  });
  scope.setNotFoundHandler(() => {
    throw addressUnknown();
  });
}

/** Says to those who wait that the gateway stops: they get what is known then. */
function stopSignal(scope: FastifyInstance): AbortSignal {
  const stopping = new AbortController();
  scope.addHook('preClose', async () => stopping.abort());
  return stopping.signal;
}

function route(
  scope: FastifyInstance,
  api: ApiSurroundings,
  operation: Operation,
  stopping: AbortSignal,
): void {
  scope.route({
    method: operation.method,
    url: urlOf(operation.path),
    config: { apiRole: operation.role, apiOperation: operation.id },
    ...(operation.bodyLimit !== undefined && { bodyLimit: operation.bodyLimit }),
    handler: async (request, reply) => {
      // Fastify's limit is for a connection on which nothing moves: here it is our turn to speak.
      request.raw.socket.setTimeout(LONGEST_ANSWER);
      const answer = await operation.handle({
        api,
        activations: api.activations.forFleets(request.apiToken.fleets),
        token: request.apiToken,
        requestId: request.apiRequestId,
        signal: AbortSignal.any([stopping, goneSignal(reply)]),
        ...understood(request, operation, api),
      });
      return reply
        .code(answer.status ?? operation.success.status)
        .headers({ ...answer.headers })
        .send(answer.body);
    },
  });
}

/** The parts of a request, checked. @throws ApiError `REQUEST_INVALID`, `CONTENT_TYPE_UNKNOWN`. */
function understood(request: FastifyRequest, operation: Operation, { sandbox }: ApiSurroundings) {
  const { vin } = request.params as { vin?: string };
  const { body: schema, bodyReader = schema, bodyOptional, query, takesKey } = operation;
  const sent = request.body ?? (bodyOptional ? {} : undefined);
  return {
    vin: vin === undefined ? '' : readVin(vin, sandbox, { parameter: 'vin' }),
    query: query ? readPart(query, request.query, (path) => ({ parameter: String(path[0] ?? 'query') })) : {},
    idempotencyKey: takesKey ? shownKey(request) : undefined,
    body: bodyReader ? readPart(bodyReader, sent, (path) => ({ pointer: pointer(...path) })) : undefined,
  };
}

/** The key of a request that is a message, with or without the quotes that the header's draft standard wants. */
function shownKey({ headers }: FastifyRequest): string | undefined {
  const value = headers['idempotency-key'];
  if (value === undefined) return undefined;
  const [text] = [value].flat();
  return readPart(messageId, text?.replace(/^"(.*)"$/, '$1'), () => ({ parameter: 'Idempotency-Key' }));
}

/** Says when the client has gone without its answer. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

function refuseOtherMethods(scope: FastifyInstance): void {
  for (const url of new Set(OPERATIONS.map(({ path }) => urlOf(path)))) {
    const known = OPERATIONS.filter(({ path }) => urlOf(path) === url).map(({ method }) => method as string);
    const allowed = known.includes('GET') ? [...known, 'HEAD'] : known;
    scope.route({
      method: METHODS.filter((method) => !known.includes(method)),
      url,
      handler: async (_request, reply) => {
        reply.header('Allow', allowed.join(', '));
        throw methodNotAllowed(allowed);
      },
    });
  }
}

/** OpenAPI's path as fastify writes it. */
function urlOf(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function methodNotAllowed(allowed: readonly string[]): ApiError {
  return new ApiError(
    'METHOD_NOT_ALLOWED',
    `This address knows ${allowed.join(', ')} only`,
    'Look at /openapi.json.',
  );
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
