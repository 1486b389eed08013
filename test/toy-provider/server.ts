import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Car {
  readonly id: string;
  readonly make: string;
  state: 'Checking' | 'Ready' | 'On' | 'Off';
  changed: Date;
}

export interface NutshellServer {
  readonly url: string;
  readonly cars: ReadonlyMap<string, Car>;
  /** Calls so far, as `POST /cars`. */
  readonly calls: readonly string[];
  /** A car is changed, or appears, behind everybody's back. */
  set(id: string, state: Car['state']): void;
  close(): Promise<void>;
}

const CREDENTIALS = { client_id: 'nut-client', client_secret: 'nut-secret', service: 'nut-service' };
export const SETTINGS = {
  NUTSHELL_CLIENT_ID: CREDENTIALS.client_id,
  NUTSHELL_CLIENT_SECRET: CREDENTIALS.client_secret,
  NUTSHELL_SERVICE: CREDENTIALS.service,
};

/** The toy's own API: a form for the token, one list, and cars that are checked, enabled and removed. */
export async function startNutshell(): Promise<NutshellServer> {
  const cars = new Map<string, Car>();
  const calls: string[] = [];
  const tokens = new Set<string>();
  const set = (id: string, state: Car['state'], make = 'tin'): void => {
    const known = cars.get(id) ?? { id, make, state, changed: new Date() };
    cars.set(id, Object.assign(known, { state, changed: new Date() }));
  };

  const routes: Readonly<Record<string, (body: string) => [status: number, body?: unknown]>> = {
    'POST /cars': (body) => {
      const { cars: asked } = JSON.parse(body) as { cars: { id: string; make: string }[] };
      const results = asked.map(({ id, make }) => {
        if (cars.has(id)) return { id, result: 'failed', error: 'Already here' };
        set(id, 'Checking', make);
        return { id, result: 'added' };
      });
      return [200, { results }];
    },
    'GET /cars': () => {
      const shown = [...cars.values()].map(({ changed, ...car }) => ({
        ...car,
        changed: changed.toISOString().slice(0, 16).replace('T', ' '),
      }));
      // Whoever is looked at has been checked by the next time.
      for (const car of cars.values()) if (car.state === 'Checking') set(car.id, 'Ready');
      return [200, { cars: shown }];
    },
    'POST /cars/enable': (body) => {
      const known = idsIn(body).map((id) => cars.get(id));
      if (known.includes(undefined)) return [400, { message: 'not found' }];
      if (known.some((car) => car?.state === 'Checking')) return [403, { message: 'is still checked' }];
      for (const car of known) if (car) set(car.id, 'On');
      return [202];
    },
    'POST /cars/remove': (body) => {
      const ids = idsIn(body);
      if (!ids.every((id) => cars.has(id))) return [400, { message: 'not found' }];
      for (const id of ids) cars.delete(id);
      return [204];
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces).toString();
    const call = `${request.method} ${request.url}`;
    calls.push(call);
    const reply = (status: number, content?: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(content === undefined ? undefined : JSON.stringify(content));
    };
    if (call === 'POST /oauth/token') {
      const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
      const given = Object.fromEntries(new URLSearchParams(body));
      const isGood = Object.entries(CREDENTIALS).every(([name, value]) => given[name] === value);
      if (!isForm || !isGood || given['grant_type'] !== 'client_credentials') return reply(400, {});
      const token = randomUUID();
      tokens.add(token);
      return reply(200, { access_token: token, expires_in: 3_600, token_type: 'Bearer' });
    }
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!tokens.has(token)) return reply(401, { message: 'no token' });
    const route = routes[call];
    return route ? reply(...route(body)) : reply(404, { message: 'nothing here' });
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cars,
    calls,
    set,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function idsIn(body: string): string[] {
  return (JSON.parse(body) as { ids: string[] }).ids;
}
