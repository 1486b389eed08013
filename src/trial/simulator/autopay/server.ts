import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { refusalOfPage } from '../shared/pages';
import { type Access, LEVELS, type Level } from './access';
import { type Answer, ok, refused } from './answers';
import {
  addVehicle,
  allVehicles,
  type Call,
  declineService,
  detachVehicle,
  disablePayments,
  removeVehicle,
  servicesOfVehicle,
  unpaidServices,
  updatedServices,
} from './endpoints';
import type { Faults, SimulatedCall } from './faults';
import type { Fleet } from './fleet';
import type { Switches } from './switches';

/** A call that was made, and what it was answered; null: not yet, or the connection broke. */
export interface LoggedCall {
  readonly at: number;
  readonly call: SimulatedCall;
  readonly path: string;
  status: number | null;
}

interface Parts {
  readonly access: Access;
  readonly faults: Faults;
  readonly calls: LoggedCall[];
  readonly now: () => number;
  readonly switches: () => Switches;
  readonly fleetOf: (operator: string) => Fleet;
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal;
}

const AUDIENCE = 'https://api.autopay.io';
const HTML = '<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>';

/** Builds the server with the documented endpoints. It listens nowhere yet. */
export function createServer(parts: Parts): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  server.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOfPage(request.headers);
    if (refusal) return reply.code(403).send(refused('forbidden', refusal).body);
  });
  server.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(
        refused(
          'method_not_supported',
          request.url.startsWith('/fleet/v1') ? 'Fleet API v1 has ended' : 'There is no such resource',
        ).body,
      ),
  );
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    reply.code(error.statusCode ?? 500).send(refused('message_not_readable', error.message).body),
  );
  server.post(
    '/oauth/token',
    serve(parts, 'token', (request) => token(parts, request.body)),
  );
  const add = (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    call: SimulatedCall,
    level: Level,
    work: Work,
  ) =>
    server.route({
      method,
      url,
      handler: serve(parts, call, (request) => checked(parts, request, level, work)),
    });
  add('GET', '/fleet/v2/vehicles', 'vehicles', 'small', allVehicles);
  add('POST', '/fleet/v2/vehicles', 'add', 'small', addVehicle);
  add('DELETE', '/fleet/v2/vehicles', 'remove', 'small', removeVehicle);
  add('POST', '/fleet/v2/vehicles/detach', 'detach', 'small', detachVehicle);
  add('GET', '/fleet/v2/vehicles/services', 'services', 'medium', servicesOfVehicle);
  add('POST', '/fleet/v2/vehicles/disable_payments', 'lock', 'medium', disablePayments);
  add('GET', '/fleet/v2/services', 'unpaid', 'medium', unpaidServices);
  add('GET', '/fleet/v2/services/by_updated_at', 'updated', 'medium', updatedServices);
  add('POST', '/fleet/v2/services/:id/decline', 'decline', 'medium', declineService);
  return server;
}

type Work = (call: Call) => Answer;

function token({ access }: Parts, body: unknown): Answer {
  const {
    client_id: id,
    client_secret: secret,
    audience,
    grant_type: grant,
  } = (body ?? {}) as Record<string, unknown>;
  const granted = audience === AUDIENCE && grant === 'client_credentials' ? access.grant(id, secret) : null;
  if (!granted) return { status: 401, body: { error: 'access_denied', error_description: 'Unauthorized' } };
  return ok({
    access_token: granted.token,
    scope: 'fleet',
    expires_in: granted.seconds,
    token_type: 'Bearer',
  });
}

/** Who calls, and at which level. */
function checked(parts: Parts, request: FastifyRequest, level: Level, work: Work): Answer {
  const credential = parts.access.holderOf(request.headers.authorization);
  if (!credential) return refused('authentication_error', 'No access token present in header!');
  if (parts.access.hasEnded(credential)) return refused('forbidden', 'Access has ended: too many tokens.');
  if (LEVELS.indexOf(credential.level) < LEVELS.indexOf(level)) {
    return refused('forbidden', `This needs the level ${level}.`);
  }
  return work({
    fleet: parts.fleetOf(credential.operator),
    credential,
    switches: parts.switches(),
    now: parts.now(),
    given: request.method === 'POST' ? (request.body ?? {}) : request.query,
    id: (request.params as { id?: string }).id,
  });
}

/** One call: it is written down, meets its fault, and is answered. */
function serve(
  { faults, calls, now, closing }: Parts,
  call: SimulatedCall,
  work: (request: FastifyRequest) => Answer,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const logged: LoggedCall = { at: now(), call, path: request.url, status: null };
    calls.push(logged);
    const fault = await faults.meet(call, closing);
    const isDone = fault === undefined || ('commit' in fault && fault.commit);
    const answer = isDone ? work(request) : refused('internal_server_error', 'Internal server error');
    if (fault?.kind === 'drop') {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    const said =
      fault?.kind === 'error' ? refused(fault.id, 'As the simulator was told.', fault.status) : answer;
    logged.status = fault?.kind === 'html' ? fault.status : said.status;
    if (fault?.kind === 'html') return reply.code(fault.status).type('text/html').send(HTML);
    return reply.code(said.status).send(said.body ?? '');
  };
}
