import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Logger } from '../../config/log';
import { type TokenShare, USUAL_SHARE } from '../../config/token-share';
import { endUnread } from '../places';
import { problemOf } from '../refusal';
import { Endings } from './endings';
import { type Guard, guard } from './guard';
import { type Parse, readJson, readJsonItems } from './json';
import { openApiDocument } from './openapi';
import {
  type Answer,
  type ApiSurroundings,
  type Operation,
  type Place,
  pointer,
  readPart,
} from './operation';
import { OPERATIONS } from './operations';
import { plate } from './plates';
import { ApiError, bodyMalformed, LATER, problemFor } from './problem';
import { addressUnknown, sendProblem } from './problem-reply';
import { BATCH_LIMIT, messageId } from './request-schemas';
import { Shares } from './shares';
import { applicationName, ofToken } from './token-applications';
import type { LiveTokens } from './token-file';
import { readVin } from './vehicle';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the items of the body are read one by one. */
    apiByItem?: boolean;
  }
}

/** What the API works with for the tokens of one application. */
export type ApiApplication = Pick<
  ApiSurroundings,
  | 'app'
  | 'activations'
  | 'certificates'
  | 'defleetings'
  | 'parking'
  | 'catalogue'
  | 'sandbox'
  | 'checkVehicle'
>;

export type ApiOptions = Pick<ApiSurroundings, 'log' | 'snapshots' | 'days'> & {
  /** At least one; the first is that of tokens which name none. */
  readonly applications: readonly ApiApplication[];
  readonly tokens: Pick<LiveTokens, 'find'>;
  /** Requests that may wait at once. @default 1000 */
  readonly mostWaits?: number;
  /** What one token may have of all that is shared. @default the usual share */
  readonly share?: TokenShare;
  /** What the tokens use of it, where another door counts as well. @default their own */
  readonly shares?: Shares;
  /** Milliseconds that a refusal for a used up share is kept back. @default 1000 */
  readonly holdFor?: number;
  /** Milliseconds that a client has to read an answer. @default 30,000 */
  readonly readFor?: number;
};

/** Milliseconds that a connection may be silent while an answer is made: the longest wait or batch, and some more. */
const LONGEST_ANSWER = 90_000;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Milliseconds to read an answer, however steadily it is read in drops: until then it takes memory. */
const READ_FOR = 30_000;

/** The HTTP API for onboarding systems: `/v1/activations`, and `/openapi.json`, which says how to use it. */
export function createApi(options: ApiOptions): FastifyPluginAsync {
  const { tokens, mostWaits = 1_000, share = USUAL_SHARE, holdFor = 1_000, readFor = READ_FOR } = options;
  const { shares = new Shares(share) } = options;
  const { applications, log, snapshots, days } = options;
  const shared = { log, snapshots, days, mostWaits, waiting: { count: 0 } };
  const apis = applications.map((one): ApiSurroundings => ({ ...one, ...shared }));
  return async (server) => {
    // Bytes that are made once: anybody may ask for it, and leave it unread.
    const document = Buffer.from(JSON.stringify(openApiDocument()));
    // One a connection: a few bytes ask for it, and what nobody reads stays in the buffers of the system.
    server.get('/openapi.json', (_request, reply) =>
      reply
        .headers({ 'Cache-Control': 'no-cache', Connection: 'close' })
        .type('application/json; charset=utf-8')
        .send(document),
    );
    await server.register(
      (scope, _options, done) => {
        const endings = new Endings();
        scope.addHook('preClose', async () => endings.stop());
        const guarded = guard(scope, { tokens, shares, log, endings, holdFor });
        readJsonOnly(scope);
        answerWithProblems(scope, log);
        for (const operation of OPERATIONS) route(scope, apis, operation, { endings, readFor, guarded });
        refuseOtherMethods(scope);
        done();
      },
      { prefix: '/v1' },
    );
  };
}

function readJsonOnly(scope: FastifyInstance): void {
  const reader = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decoded(body);
      if (text === '') return undefined;
      const parse: Parse = (part) => {
        let outcome: unknown;
        void reader(request, part, (error, value) => {
          if (error) throw error;
          outcome = value;
        });
        return outcome;
      };
      return request.routeOptions.config.apiByItem
        ? readJsonItems(text, parse, BATCH_LIMIT)
        : readJson(text, parse);
    },
  );
}

/** @throws ApiError `BODY_MALFORMED` where it is no UTF-8: half a letter would be kept, and sent on. */
function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw bodyMalformed();
  }
}

function answerWithProblems(scope: FastifyInstance, log: Logger): void {
  scope.setErrorHandler((error, request, reply) => {
    const requestId = request.apiRequestId || randomUUID();
    const problem = problemFor(error, requestId);
    if (problem.status === 500) log.error({ requestId, problem: problemOf(error) }, 'api request failed');
    return sendProblem(reply, problem, error instanceof ApiError ? error.retryAfter : undefined);
  });
  scope.setNotFoundHandler(() => {
    throw addressUnknown();
  });
}

function route(
  scope: FastifyInstance,
  apis: readonly ApiSurroundings[],
  operation: Operation,
  {
    endings,
    readFor,
    guarded,
  }: { readonly endings: Endings; readonly readFor: number; readonly guarded: Guard },
): void {
  const { id, role, isBatch = false, bodyReader, bodyLimit } = operation;
  scope.route({
    method: operation.method,
    url: urlOf(operation.path),
    config: {
      apiRole: role,
      apiOperation: id,
      apiIsBatch: isBatch,
      apiByItem: bodyReader !== undefined,
    },
    ...(bodyLimit !== undefined && { bodyLimit }),
    handler: async (request, reply) => {
      if (request.raw.socket.destroyed) throw nobodyThere();
      // Fastify's limit is for a connection on which nothing moves: here it is our turn to speak.
      request.raw.socket.setTimeout(LONGEST_ANSWER);
      const { apiToken: token, apiUse: use, apiRequestId: requestId } = request;
      const { application, ...query } = request.query as Record<string, unknown>;
      const signal = endings.signalFor(reply);
      const placeAt = (named?: string): Place => {
        const api = ofToken(apis, token, named);
        const activations = api.activations.forFleets(token.fleets, (search) =>
          use.searchInTurn(search, signal),
        );
        return { api, activations };
      };
      const place = placeAt(
        readPart(applicationName.optional(), application, () => ({ parameter: 'application' })),
      );
      const call = {
        ...place,
        placeAt,
        token,
        use,
        requestId,
        signal,
        ...understood(request, operation, { api: place.api, query }),
      };
      const answer = await request.apiPlaces.during(async () => {
        try {
          return await operation.handle(call);
        } catch (error) {
          await guarded.holdBack(error, request, reply);
          throw error;
        }
      });
      // A wait is long. What was changed is told all the same.
      if (role === 'read') await guarded.requireToken(request);
      endUnread(reply, readFor);
      return reply
        .code(answer.status ?? operation.success.status)
        .headers({ ...answer.headers })
        .send(schemaOf(operation, answer).parse(answer.body));
    },
  });
}

function schemaOf(
  { success, instead }: Operation,
  { status = success.status }: Answer,
): Operation['success']['schema'] {
  return instead && status !== success.status ? instead.schema : success.schema;
}

/** The parts of a request, checked. @throws ApiError `REQUEST_INVALID`, `CONTENT_TYPE_UNKNOWN`. */
function understood(
  request: FastifyRequest,
  operation: Operation,
  { api, query: asked }: { readonly api: ApiSurroundings; readonly query: object },
) {
  const { vin, id, plate: named } = request.params as { vin?: string; id?: string; plate?: string };
  const { body: schema, bodyReader = schema, bodyOptional, query, takesKey } = operation;
  const sent = request.body ?? (bodyOptional ? {} : undefined);
  return {
    vin: vin === undefined ? '' : readVin(vin, api, { parameter: 'vin' }),
    id: named === undefined ? idOf(id) : readPart(plate, named, () => ({ parameter: 'plate' })),
    query: query ? readPart(query, asked, (path) => ({ parameter: String(path[0] ?? 'query') })) : {},
    idempotencyKey: takesKey ? shownKey(request) : undefined,
    body: bodyReader ? readPart(bodyReader, sent, (path) => ({ pointer: pointer(...path) })) : undefined,
  };
}

function idOf(id: string | undefined): string {
  return id === undefined ? '' : readPart(messageId, id, () => ({ parameter: 'id' }));
}

/** The key of a request that is a message, with or without the quotes that the header's draft standard wants. */
function shownKey({ headers }: FastifyRequest): string | undefined {
  const value = headers['idempotency-key'];
  if (value === undefined) return undefined;
  const [text] = [value].flat();
  return readPart(messageId, text?.replace(/^"(.*)"$/, '$1'), () => ({ parameter: 'Idempotency-Key' }));
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

/** Nobody hears it: it only keeps work from being begun for a client that has gone. */
function nobodyThere(): ApiError {
  return new ApiError('SERVICE_UNAVAILABLE', 'The client has gone', LATER);
}

function methodNotAllowed(allowed: readonly string[]): ApiError {
  return new ApiError(
    'METHOD_NOT_ALLOWED',
    `This address knows ${allowed.join(', ')} only`,
    'Look at /openapi.json.',
  );
}
