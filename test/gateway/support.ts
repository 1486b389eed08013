import { createHmac } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { request } from 'undici';
import { createGateway, type GatewayOptions } from '../../src/gateway/server';
import type { ClaimDelivery, VehicleClaim } from '../../src/gateway/webhooks/claim-delivery';
import { sourcesWith } from './webhooks/sources';

export const SECRET = 's3cr3t-for-tests';
export const VIN = 'VIN0TESTVIN000000';

/** A rejection as High Mobility's webhook tells it. */
export const REJECTED = JSON.stringify({
  vehicle: { vin: VIN },
  event: {
    type: 'fleet_clearance_changed',
    received_at: '2025-01-22T10:42:14.000000Z',
    action: 'rejected',
    detail: 'privacy mode is enabled',
  },
});

/** Soon after that. */
export const AFTER_REJECTED = Date.UTC(2025, 0, 22, 10, 42, 20);

/** Keeps claims in memory. Only the VINs in `known` have an activation; `away` plays Temporal's absence. */
export class MemorySink implements ClaimDelivery {
  readonly claims: VehicleClaim[] = [];
  readonly known = new Set([VIN]);
  away: Error | undefined;

  async deliver(claim: VehicleClaim): Promise<'delivered' | 'unknown-vehicle'> {
    if (this.away) throw this.away;
    if (!this.known.has(claim.vin)) return 'unknown-vehicle';
    this.claims.push(claim);
    return 'delivered';
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: unknown;
}

export interface RunningGateway {
  readonly sink: MemorySink;
  readonly port: number;
  /** Everything that was logged. */
  readonly logged: string[];
  /** Posts a body with exactly these headers (names and values in turn, so that one can come twice). */
  post(body: string | Buffer, headers?: string[]): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** Connections that it has taken so far. */
  taken(): number;
  close(): Promise<void>;
}

/** A gateway that listens on a free port, soon after `REJECTED` by its clock. */
export async function startGateway(
  options: Partial<GatewayOptions> & {
    guard?: (sink: ClaimDelivery) => ClaimDelivery;
    secrets?: readonly string[];
  } = {},
): Promise<RunningGateway> {
  const { guard = (sink) => sink, secrets = [SECRET], ...rest } = options;
  const sink = new MemorySink();
  const logged: string[] = [];
  const server: FastifyInstance = createGateway({
    claims: guard(sink),
    sources: sourcesWith(...secrets),
    now: () => AFTER_REJECTED,
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    ...rest,
  });
  let taken = 0;
  server.server.on('connection', () => {
    taken += 1;
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const send = async (path: string, init: Parameters<typeof request>[1]): Promise<Answer> => {
    const { statusCode, headers, body } = await request(`http://127.0.0.1:${port}${path}`, init);
    const text = await body.text();
    const isJson = String(headers['content-type']).startsWith('application/json');
    return { status: statusCode, headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    sink,
    port,
    logged,
    post: (body, headers = []) => send('/webhooks/high-mobility/default', { method: 'POST', body, headers }),
    get: (path) => send(path, { method: 'GET' }),
    taken: () => taken,
    close: () => server.close(),
  };
}

/** A clearance's new status, as the webhook tells it. */
export function webhookOf(vin: string, action: string, receivedAt?: string, detail?: string): string {
  const event = { type: 'fleet_clearance_changed', received_at: receivedAt, action, detail };
  return JSON.stringify({ vehicle: { vin }, event });
}

/** The headers of a delivery that High Mobility would have signed. */
export function signed(body: string | Buffer, secret = SECRET, deliveryId = '6f9b4c0e-1'): string[] {
  return [
    ['content-type', 'application/json'],
    ['x-hm-delivery', deliveryId],
    ['x-hm-signature-256', signatureOf(body, secret)],
  ].flat();
}

export function signatureOf(body: string | Buffer, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Until a connection is closed, also by a reset: `once` would fail by it. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve());
  });
}
