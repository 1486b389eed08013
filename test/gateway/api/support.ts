import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { request } from 'undici';
import type { Activations } from '../../../src/activations/activations';
import type { Certificates } from '../../../src/activations/certificates';
import type { Fleets } from '../../../src/activations/search';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import type { Catalogue } from '../../../src/catalogue/schema';
import type { TokenShare } from '../../../src/config/token-share';
import type { DayLook } from '../../../src/days/look';
import type { Defleetings } from '../../../src/defleetings/defleetings';
import type { Application } from '../../../src/domain/application';
import { checkVin } from '../../../src/domain/vin';
import type { ParkingSurroundings } from '../../../src/gateway/api/operation';
import { type ApiApplication, createApi } from '../../../src/gateway/api/plugin';
import type { Shares } from '../../../src/gateway/api/shares';
import { findToken, makeToken, type Role, type Token } from '../../../src/gateway/api/tokens';
import { createGateway, type GatewayOptions, type GatewayTimeouts } from '../../../src/gateway/server';
import type { ClaimDelivery } from '../../../src/gateway/webhooks/claim-delivery';
import type { Snapshots } from '../../../src/snapshot/snapshots';
import { APP } from '../../support/application';
import { MemorySink, SECRET } from '../support';
import { sourcesWith } from '../webhooks/sources';
import { departures, type Json } from './contract';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Json;
  readonly text: string;
}

export interface Sent {
  /** The token's text; null sends none. */
  readonly token?: string | null;
  /** Sent as JSON, unless it is a text or bytes. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

const BUILT_IN = loadCatalogue(undefined);
const NO_DEFLEETINGS = { forFleets: () => ({ isOpen: async () => false }) } as unknown as Defleetings;
const AMPLE: TokenShare = { waits: 1_000, batches: 100, starts: 1_000_000, checks: 1_000, calls: 1_000_000 };

const NOTHING_OPEN: Pick<Snapshots, 'look'> = {
  look: async () => ({
    snapshot: {
      activations: [],
      defleetings: [],
      parkings: [],
      credentials: [],
      at: 0,
      duration: 0,
      calls: 1,
    },
    age: 0,
    problem: null,
  }),
};
const NO_CERTIFICATES: Pick<Certificates, 'of' | 'left'> = {
  of: async () => [],
  left: async (vins) => vins.map(() => null),
};

/** An API that listens, and a client which holds each answer against the OpenAPI document. */
export interface RunningApi {
  readonly url: string;
  readonly port: number;
  readonly logged: string[];
  readonly tokens: Token[];
  /** Makes a token and gives its text. */
  tokenFor(role: Role, fleets: Fleets, expiresAt?: number | null, others?: readonly Application[]): string;
  call(method: string, path: string, sent?: Sent): Promise<Answer>;
  close(): Promise<void>;
}

export async function startApi(
  activations: Activations,
  options: {
    /** Where webhooks go; into memory without it. */
    readonly claims?: ClaimDelivery;
    readonly mostWaits?: number;
    readonly timeouts?: GatewayTimeouts;
    readonly sandbox?: boolean;
    /** @default there is none */
    readonly defleetings?: Defleetings;
    /** @default there is none */
    readonly parking?: ParkingSurroundings;
    /** @default the built-in one */
    readonly catalogue?: Catalogue;
    /** Beside its own. @default none */
    readonly others?: readonly {
      readonly app: Application;
      readonly activations: Activations;
      readonly catalogue?: Catalogue;
      readonly checkVehicle?: ApiApplication['checkVehicle'];
    }[];
    /** @default none of any vehicle */
    readonly certificates?: Pick<Certificates, 'of' | 'left'>;
    /** @default nothing is open */
    readonly snapshots?: Pick<Snapshots, 'look'>;
    readonly days?: Pick<DayLook, 'look'>;
    /** Of a token. @default far more than a test takes */
    readonly share?: TokenShare;
    /** What the tokens use of it. @default on the clock of the machine */
    readonly shares?: Shares;
    readonly holdFor?: number;
    readonly readFor?: number;
    /** Of the server that it is a part of. */
    readonly gateway?: Partial<GatewayOptions>;
  } = {},
): Promise<RunningApi> {
  const logged: string[] = [];
  const tokens: Token[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  const {
    claims = new MemorySink(),
    defleetings = NO_DEFLEETINGS,
    certificates = NO_CERTIFICATES,
    snapshots = NOTHING_OPEN,
    timeouts,
    sandbox = true,
    catalogue = BUILT_IN,
    share = AMPLE,
    gateway,
    parking,
    others = [],
    ...rest
  } = options;
  const own = { certificates, defleetings, parking, sandbox, catalogue, checkVehicle: checkVin };
  const api = createApi({
    ...rest,
    share,
    snapshots,
    applications: [{ ...own, app: APP, activations }, ...others.map((other) => ({ ...own, ...other }))],
    log,
    tokens: { find: async (text) => findToken(tokens, text, Date.now()) },
  });
  const server = createGateway({
    claims,
    sources: sourcesWith(SECRET),
    log,
    plugins: [api],
    ...(timeouts && { timeouts }),
    ...gateway,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let standard: string | null = null;
  const tokenFor: RunningApi['tokenFor'] = (role, fleets, expiresAt = null, others = []) => {
    const made = makeToken({ name: `${role} of ${fleets}`, role, fleets, expiresAt, others }, Date.now());
    tokens.push(made.token);
    return made.text;
  };
  return {
    url,
    port,
    logged,
    tokens,
    tokenFor,
    close: () => server.close(),
    async call(method, path, { token, body, headers = {}, signal } = {}) {
      standard ??= tokenFor('operate', '*');
      const shown = token === undefined ? standard : token;
      const isPlain = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
      const reply = await request(`${url}${path}`, {
        method: method as 'GET',
        body: isPlain ? ((body as string | Buffer | undefined) ?? null) : JSON.stringify(body),
        ...(signal && { signal }),
        headers: {
          ...(shown !== null && { authorization: `Bearer ${shown}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
      });
      const text = await reply.body.text();
      const answer = {
        status: reply.statusCode,
        headers: reply.headers,
        text,
        body: text === '' ? null : JSON.parse(text),
      };
      if (method !== 'HEAD' && path.startsWith('/v1/')) expect(departures(method, path, answer)).toEqual([]);
      return answer;
    },
  };
}

/** The same answer without what is its own: the id of the request, and the time. */
export function withoutIds({ status, headers, text, body }: Answer): Json {
  const id = String(headers['x-request-id']);
  expect(body.instance).toBe(`urn:uuid:${id}`);
  const { 'x-request-id': _id, date: _date, ...rest } = headers;
  return { status, headers: rest, text: text.replaceAll(id, 'ID') };
}
