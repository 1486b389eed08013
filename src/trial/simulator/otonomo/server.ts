import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { refusalOfPage } from '../shared/pages';
import {
  act,
  connectivity,
  createToken,
  list,
  type SimulatedReply,
  type State,
  UNAUTHORIZED,
  upload,
} from './endpoints';
import type { Fault, Faults, SimulatedEndpoint } from './faults';
import { makeOf } from './lives';

/** A call that came in. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Null: none yet, or the connection was dropped. */
  status: number | null;
}

export interface Parts extends State {
  readonly faults: Faults;
  readonly calls: Call[];
  /** What is said of the connectivity of a VIN; null: nothing may be said. */
  readonly connectivityOf: (vin: string) => string | null;
  /** Real milliseconds that the list takes. */
  readonly listDelay: () => number;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
}

type Work = (request: FastifyRequest) => SimulatedReply;

const VEHICLES = '/v2/vehicle-management/vehicles/';

/** Builds the server with the documented endpoints. It listens nowhere yet. */
export function createServer(parts: Parts): FastifyInstance {
  const server = Fastify({
    bodyLimit: 16 * 1_024 * 1_024,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOfPage(request.headers, { names: true });
    if (refusal) return reply.code(403).send({ detail: refusal });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: 'Not found.' }));
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send({ detail: error.message }),
  );
  const serve = (endpoint: SimulatedEndpoint, work: Work) => handler(parts, endpoint, work);
  void server.register((scope, _options, done) => {
    // A form is what any page may send anywhere: it is read here only, where it opens nothing.
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, parsed) => parsed(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    scope.post(
      '/v1/oauth/token/',
      serve('token', ({ body }) => createToken(parts, body)),
    );
    done();
  });
  server.post(
    VEHICLES,
    serve('upload', ({ body }) => upload(parts, body)),
  );
  server.get(
    VEHICLES,
    serve('list', () => list(parts)),
  );
  for (const action of ['enable', 'disable', 'remove'] as const) {
    server.post(
      VEHICLES + action,
      serve(action, ({ body }) => act(parts, action, body)),
    );
  }
  server.get(
    '/vehicle-connectivity/:vin',
    serve('connectivity', ({ params }) => {
      const { vin } = params as { vin: string };
      return connectivity(vin, parts.connectivityOf(vin), makeOf(vin));
    }),
  );
  return server;
}

/** One call: it is written down, meets its fault, shows its token, and is answered. */
function handler(parts: Parts, endpoint: SimulatedEndpoint, work: Work) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const call: Call = { method: request.method, path: request.url, status: null };
    parts.calls.push(call);
    const fault = await parts.faults.meet(endpoint, parts.closing);
    if (endpoint === 'list') await wait(parts.listDelay(), undefined, { signal: parts.closing });
    const isLetIn = endpoint === 'token' || parts.tokens.accepts(request.headers.authorization);
    const carryOut = (): SimulatedReply => (isLetIn ? work(request) : UNAUTHORIZED);
    return respond(request, reply, call, fault, carryOut);
  };
}

function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  call: Call,
  fault: Fault | undefined,
  carryOut: () => SimulatedReply,
): FastifyReply {
  const answer = fault && 'commit' in fault && !fault.commit ? undefined : carryOut();
  if (fault?.kind === 'drop') {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
  if (fault?.kind === 'status') {
    call.status = fault.status;
    if (fault.retryAfter !== undefined) reply.header('retry-after', fault.retryAfter);
    return reply.code(fault.status).type('application/json').send(fault.body);
  }
  const { status, body } = answer as SimulatedReply;
  call.status = status;
  if (fault?.kind !== 'truncated') return reply.code(status).send(body);
  const bytes = Buffer.from(JSON.stringify(body ?? {}));
  reply.hijack();
  reply.raw.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, bytes.length >> 1), () => reply.raw.socket?.destroy());
  return reply;
}
