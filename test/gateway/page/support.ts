import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { request } from 'undici';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { type TokenShare, USUAL_SHARE } from '../../../src/config/token-share';
import type { Defleetings } from '../../../src/defleetings/defleetings';
import { checkVin } from '../../../src/domain/vin';
import { Shares } from '../../../src/gateway/api/shares';
import { findToken, makeToken, type Role, type Token } from '../../../src/gateway/api/tokens';
import type { Sign } from '../../../src/gateway/page/front';
import { fleetPage } from '../../../src/gateway/page/plugin';
import { Sessions } from '../../../src/gateway/page/sessions';
import { createGateway } from '../../../src/gateway/server';
import type { OpenCredential, OpenParking } from '../../../src/snapshot/parkings';
import type { OpenActivation, Snapshot } from '../../../src/snapshot/snapshot';
import { Snapshots } from '../../../src/snapshot/snapshots';
import type { KeptDay } from '../../../workflows/contract/days';
import { activationId } from '../../../workflows/contract/messages';
import { APP } from '../../support/application';
import { ActivationsDouble } from '../api/activations-double';
import { MemorySink, SECRET } from '../support';
import { sourcesWith } from '../webhooks/sources';

export const NOW = Date.UTC(2026, 10, 27, 12);
const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const agoIso = (milliseconds: number): string => new Date(NOW - milliseconds).toISOString();

let serial = 0;

/** A row as a snapshot has it: pending for two days, and nobody's turn, unless it is said. */
export function rowWith(given: Partial<OpenActivation> = {}): OpenActivation {
  serial += 1;
  const vin = given.vin ?? `WBA8E9G50GN${String(serial).padStart(6, '0')}`;
  return {
    ...{ ...APP, vin, plate: null, brand: 'bmw', fleet: 'acme', externalId: null },
    ...{ status: 'pending', reasonKey: null, reason: null, reasonSince: null, owner: null, action: null },
    ...{
      changedAt: agoIso(2 * DAY),
      since: agoIso(2 * DAY),
      begunAt: agoIso(2 * DAY),
      startedAt: agoIso(2 * DAY),
    },
    ...{ deadlineAt: null, approvedAt: null, step: 'waiting', leaving: null, catalogueVersion: null },
    ...{
      needsAttention: given.owner !== undefined && given.owner !== null,
      inTrouble: false,
      troubleKind: null,
    },
    ...{ workflowId: activationId(APP, vin), execution: 'RUNNING', isFaulty: false },
    ...given,
  } as OpenActivation;
}

/** Those that wait for a driver. */
export const ofDriver = (given: Partial<OpenActivation> = {}): OpenActivation =>
  rowWith({
    owner: 'driver',
    reasonKey: 'privacy-mode',
    reason: 'privacy mode is enabled',
    reasonSince: agoIso(2 * DAY),
    action: 'Turn privacy mode off in the car.',
    ...given,
  });

export interface Reply {
  readonly status: number;
  readonly headers: import('node:http').IncomingHttpHeaders;
  readonly text: string;
}

/** A browser of its own: it keeps its cookie, and sends forms as browsers do. */
export interface Browser {
  cookie: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Reply>;
  /** Fills in and sends a form of a page: what is hidden in it, and what is given. */
  send(page: Reply, path: string, form?: Record<string, string>): Promise<Reply>;
}

export interface RunningPage {
  readonly url: string;
  readonly activations: ActivationsDouble;
  readonly sessions: Sessions;
  readonly tokens: Token[];
  readonly logged: string[];
  readonly asked: object[];
  rows: readonly OpenActivation[];
  parkings: readonly OpenParking[];
  credentials: readonly OpenCredential[];
  /** Thrown by every reading of a snapshot while it is set. */
  away: Error | null;
  signs: readonly Sign[];
  /** What is kept of the last days; null where it cannot be read. */
  days: ReadonlyMap<string, KeptDay> | null;
  /** Milliseconds since 1970. */
  now: number;
  tokenFor(role: Role, fleets?: '*' | string[]): string;
  browser(): Browser;
  /** A browser that has signed in. */
  signedIn(role?: Role, fleets?: '*' | string[]): Promise<Browser>;
  close(): Promise<void>;
}

export async function startPage({
  share = { ...USUAL_SHARE, calls: 100_000 } as TokenShare,
} = {}): Promise<RunningPage> {
  const activations = new ActivationsDouble();
  const sessions = new Sessions();
  const tokens: Token[] = [];
  const logged: string[] = [];
  const asked: object[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) });
  const defleetings = {
    forFleets: () => ({
      report: async () => Promise.reject(new Error('none')),
      ask: async (order: object) => {
        asked.push(order);
        return { outcome: 'asked', defleeting: {} };
      },
    }),
  } as unknown as Defleetings;
  const here = {
    rows: [],
    parkings: [],
    credentials: [],
    away: null,
    signs: [],
    days: null,
    now: NOW,
  } as unknown as RunningPage;
  const read = async (): Promise<Snapshot> => {
    if (here.away) throw here.away;
    return {
      activations: here.rows,
      defleetings: [],
      parkings: here.parkings,
      credentials: here.credentials,
      at: here.now,
      duration: 1,
      calls: 1,
    };
  };
  const snapshots = new Snapshots(read, () => here.now);
  const page = fleetPage({
    applications: [
      {
        ...{
          app: APP,
          activations: activations.asActivations,
          defleetings,
          sandbox: true,
          checkVehicle: checkVin,
        },
        ...{
          catalogue: loadCatalogue(undefined),
          certificates: { of: async () => [], left: async () => [] },
        },
      },
    ],
    tokens: { find: async (text) => findToken(tokens, text, Date.now()) },
    shares: new Shares(share),
    sessions,
    look: () => snapshots.look(),
    snapshots,
    days: { look: async () => here.days },
    signs: async () => here.signs,
    ui: { url: 'http://ui.example:8233/', namespace: 'default' },
    log,
    now: () => here.now,
  });
  const server = createGateway({
    claims: new MemorySink(),
    sources: sourcesWith(SECRET),
    log,
    plugins: [page],
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;

  function browser(): Browser {
    const one: Browser = {
      cookie: '',
      get: (path, headers = {}) => exchange('GET', path, headers),
      post: (path, form, headers = {}) =>
        exchange(
          'POST',
          path,
          { 'sec-fetch-site': 'same-origin', ...headers },
          String(new URLSearchParams(form)),
        ),
      send: (page, path, form = {}) => one.post(path, { ...hiddenIn(page, path), ...form }),
    };
    async function exchange(
      method: 'GET' | 'POST',
      path: string,
      headers: object,
      body?: string,
    ): Promise<Reply> {
      const sent = await request(`${url}${path}`, {
        method,
        body: body ?? null,
        headers: {
          ...(one.cookie && { cookie: one.cookie }),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...headers,
        },
      });
      const set = [sent.headers['set-cookie']].flat()[0];
      if (set !== undefined) one.cookie = set.split(';')[0] ?? '';
      return { status: sent.statusCode, headers: sent.headers, text: await sent.body.text() };
    }
    return one;
  }

  return Object.assign(here, {
    ...{ url, activations, sessions, tokens, logged, asked, browser, close: () => server.close() },
    tokenFor(role: Role, fleets: '*' | string[] = '*') {
      const made = makeToken({ name: `the ${role}`, role, fleets, expiresAt: null }, Date.now());
      tokens.push(made.token);
      return made.text;
    },
    async signedIn(role: Role = 'operate', fleets: '*' | string[] = '*') {
      const one = browser();
      const token = here.tokenFor(role, fleets);
      const reply = await one.post('/sign-in', { token, who: 'Jane' });
      if (reply.status !== 303) throw new Error(`not signed in: ${reply.status} ${reply.text}`);
      return one;
    },
  });
}

/** What is hidden in the form of a page that is sent to an address. */
export function hiddenIn({ text }: Reply, path: string): Record<string, string> {
  const form = text.split('<form').find((part) => part.includes(`method="post" action="${path}"`)) ?? '';
  const fields =
    form.split('</form>')[0]?.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g) ?? [];
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
}
