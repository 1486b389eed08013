import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../../src/trial/simulator/high-mobility/simulator';
import { expectReplyMatches, expectRequestMatches } from '../../../contracts/contract';

export const CREDENTIALS = { clientId: 'client', clientSecret: 'a-secret-for-tests' };
export const WEBHOOK_SECRET = 's3cr3t-for-tests';
export const VEHICLES = '/v1/fleets/vehicles';
export const DAY = 86_400_000;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body, or its text where it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

const running: { close(): Promise<void> }[] = [];

/** Ends everything that a test started. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

/** A simulator whose clock stands almost still; tests move it with `clock.advance`. */
export async function start(options: Partial<SimulatorOptions> = {}): Promise<Caller> {
  const simulator = await startSimulator({ ...CREDENTIALS, seed: 1, ...options });
  running.push(simulator);
  return new Caller(simulator);
}

/** Calls a simulator as a client does, and holds every call against the contract. */
export class Caller {
  private token: string | undefined;

  constructor(readonly simulator: Simulator) {}

  /** One call without any check. */
  async raw(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const reply = await fetch(`${this.simulator.url}${path}`, { ...init, method });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, body: parsed(text) };
  }

  /** One call with a token, whose request and reply must both match the contract. */
  async call(method: string, path: string, body?: object): Promise<Reply> {
    expectRequestMatches(method, path, body);
    const reply = await this.unchecked(method, path, body);
    expectReplyMatches(method, path, reply.status, reply.body);
    return reply;
  }

  /** One call with a token, for requests that the contract forbids or replies that a fault spoiled. */
  async unchecked(method: string, path: string, body?: unknown): Promise<Reply> {
    this.token ??= await this.newToken();
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (body === undefined) return this.raw(method, path, { headers });
    headers['content-type'] = 'application/json';
    return this.raw(method, path, { headers, body: JSON.stringify(body) });
  }

  async newToken(): Promise<string> {
    return (await this.askToken()).body.access_token;
  }

  askToken(changes: Record<string, unknown> = {}): Promise<Reply> {
    const body = {
      client_id: CREDENTIALS.clientId,
      client_secret: CREDENTIALS.clientSecret,
      grant_type: 'client_credentials',
      ...changes,
    };
    return this.raw('POST', '/v1/access_tokens', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  submit(...vehicles: object[]): Promise<Reply> {
    return this.call('POST', VEHICLES, { vehicles });
  }

  read(vin: string): Promise<Reply> {
    return this.call('GET', `${VEHICLES}/${vin}`);
  }

  withdraw(vin: string): Promise<Reply> {
    return this.call('DELETE', `${VEHICLES}/${vin}`);
  }

  list(filter?: object): Promise<Reply> {
    const query = filter ? `?filter=${encodeURIComponent(JSON.stringify(filter))}` : '';
    return this.call('GET', `${VEHICLES}${query}`);
  }

  /** Pulls an admin lever. */
  admin(method: string, path: string, body?: object): Promise<Reply> {
    if (!body) return this.raw(method, `/_simulator${path}`);
    return this.raw(method, `/_simulator${path}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Lets simulated time pass. */
  pass(milliseconds: number): void {
    this.simulator.clock.advance(milliseconds);
  }
}

/** A VIN of the given number. */
export function vin(number: number): string {
  return `EXVETESTVIN${String(number).padStart(6, '0')}`;
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
}

/** A server that takes webhooks and answers with the given statuses, the last one again and again. */
export async function startReceiver(...statuses: number[]): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 204;
    received.push({ headers: request.headers, raw, body: JSON.parse(raw.toString('utf8')) });
    reply.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push({
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
