import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { refusalOfPage } from '../shared/pages';
import { answers, type SimulatedReply } from './answers';
import { createToken, list, read, readData, type State, submit, withdraw } from './endpoints';
import type { Faults, SimulatedEndpoint } from './faults';
import { respond } from './wire';

interface Parts extends State {
  readonly faults: Faults;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
  /** Whether it is reached from this machine only. */
  readonly isOnLoopback: () => boolean;
}

type Work = (request: FastifyRequest, forgetful: boolean) => SimulatedReply;

/** Builds the server with the documented endpoints. It listens nowhere yet. */
export function createServer(parts: Parts, newId: () => string): FastifyInstance {
  const server = Fastify({
    genReqId: newId,
    bodyLimit: 16 * 1_024 * 1_024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    const refusal = parts.isOnLoopback() ? refusalOfPage(request.headers) : null;
    if (refusal) return reply.code(403).send(answers.forStatus(403, refusal, request.id).body);
  });
  server.setNotFoundHandler((_request, reply) => {
    const { status, body } = answers.notFound('path');
    return reply.code(status).send(body);
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    return reply.code(status).send(answers.forStatus(status, error.message, request.id).body);
  });

  const serve = (endpoint: SimulatedEndpoint, work: Work) => handler(parts, endpoint, work);
  void server.register((scope, _options, done) => {
    // A form is what any page may send anywhere: it is read here only, where it opens nothing.
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, parsed) => parsed(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    scope.post(
      '/v1/access_tokens',
      serve('token', ({ body, host }) => createToken(parts, body, `http://${host}/v1`)),
    );
    done();
  });
  server.post(
    '/v1/fleets/vehicles',
    serve('submit', ({ body }, forgetful) => submit(parts, body, forgetful)),
  );
  server.get(
    '/v1/fleets/vehicles',
    serve('list', ({ query }) => list(parts, (query as { filter?: string }).filter)),
  );
  server.get(
    '/v1/fleets/vehicles/:vin',
    serve('read', (request) => read(parts, vinOf(request), request.id)),
  );
  server.get(
    '/v1/vehicle-data/autoapi-13/:vin',
    serve('data', (request) => readData(parts, vinOf(request), request.id)),
  );
  server.post(
    '/v1/eligibility',
    serve('eligibility', ({ body }) => parts.eligibility.answer(body)),
  );
  server.delete(
    '/v1/fleets/vehicles/:vin',
    serve('withdraw', (request) => withdraw(parts, vinOf(request))),
  );
  return server;
}

/** One call: it is written down, meets its fault, shows its token, and is answered. */
function handler(parts: Parts, endpoint: SimulatedEndpoint, work: Work) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { faults, ledger, tokens } = parts;
    const vins = vinsOf(request);
    const call = { ...ledger.moment(), method: request.method, path: request.url, vins, status: null };
    ledger.calls.push(call);
    ledger.changed();
    const fault = await faults.meet(endpoint, vins, parts.closing);
    const carryOut = (): SimulatedReply =>
      endpoint === 'token' || tokens.accepts(request.headers.authorization)
        ? work(request, fault?.kind === 'lost-write')
        : answers.unauthorized();
    if (fault?.kind !== 'late-reply') return respond(request, reply, call, ledger, fault, carryOut);
    const answer = carryOut();
    ledger.changed();
    await wait(fault.milliseconds, undefined, { signal: parts.closing });
    return respond(request, reply, call, ledger, fault, () => answer);
  };
}

function vinOf(request: FastifyRequest): string {
  return (request.params as { vin: string }).vin;
}

function vinsOf(request: FastifyRequest): string[] {
  const { vin } = request.params as { vin?: string };
  if (vin !== undefined) return [vin];
  const body = request.body as { vin?: unknown; vehicles?: unknown } | null | undefined;
  if (typeof body?.vin === 'string') return [body.vin];
  const vehicles = body?.vehicles;
  return Array.isArray(vehicles) ? vehicles.map((vehicle) => String(vehicle?.vin)) : [];
}
