import { z } from 'zod';
import type { Environment } from '../../config/config';
import type { Plate } from '../../domain/plate';
import type { ParkingClient, Service, ServiceFilter, Visit, Window } from '../parking';
import type { ProviderError } from '../provider-error';
import { createCaller, USUAL_TIMEOUTS } from '../shared/caller';
import { callError } from '../shared/errors';
import { badReply } from '../shared/reply';
import type { TokenSource } from '../shared/token';
import { createTransport, type Reply, type Request, type Timeouts } from '../shared/transport';
import { API, errorIdOf, errorOf } from './errors';
import { refusedToken } from './refused-token';
import { readServices, readVehicle, readVehicles, type Unread, withPlate } from './services';
import { byHost, tokenRequest } from './sign-in';
import { halfOf, timeText, windowsOf } from './windows';

export interface AutopayOptions {
  /** For example `https://api.autopay.io`, without `/fleet/v2`. */
  readonly baseUrl: string;
  /** Where tokens come from, for example `https://api-auth.autopay.io`. */
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where tokens come from. @default tokens of its own, for this process alone */
  readonly tokens?: TokenSource;
  /** Milliseconds. */
  readonly timeouts?: Partial<Timeouts>;
  /** Told of each row that could not be read. */
  readonly onUnread?: (row: Unread) => void;
  /** A clock that only runs forward, in milliseconds. @default the one of the process */
  readonly now?: () => number;
  readonly environment?: Environment;
}

/** In bytes. */
const LONGEST_REPLY = 64 * 1024 * 1024;
const VEHICLES = '/fleet/v2/vehicles';
const SERVICES = '/fleet/v2/services';
/** Its word for a span of time that is too long. */
const TOO_LONG = 'vehicle_services_invalid_date_range';
/** How often a list is begun again because its cursor was refused. */
const MOST_BEGINNINGS = 3;

export function createAutopay(options: AutopayOptions): ParkingClient {
  const { baseUrl, authUrl, clientSecret, environment, onUnread = () => {} } = options;
  const timeouts = { ...USUAL_TIMEOUTS, ...options.timeouts };
  const transport = byHost(
    createTransport(baseUrl, timeouts, clientSecret, environment),
    createTransport(authUrl, timeouts, clientSecret, environment),
  );
  const refused = refusedToken(options.now ?? (() => performance.now()));
  const { call, contact } = createCaller({
    transport,
    tokenRequest: () => tokenRequest(options),
    tokens: options.tokens,
    isTokenRefused: refused.isRefused,
    onRefusedAgain: refused.refusedAgain,
    timeouts,
    now: options.now,
  });

  async function ask(
    name: string,
    path: string,
    method: Request['method'] = 'GET',
    body?: object,
  ): Promise<Answer> {
    const endpoint = { api: API, name };
    const reply = await call({ endpoint, method, path, maxBytes: LONGEST_REPLY, ...(body && { body }) });
    const id = errorIdOf(reply.body);
    // Its error ids come under any status, also under one of success.
    if (reply.status >= 300 || id !== null) return { isTaken: false, id, error: errorOf(endpoint, reply) };
    if (isPage(reply.body))
      throw badReply(endpoint, reply, 'sent an unexpected reply: it is a page for people');
    return { isTaken: true, endpoint, reply, value: parse(reply.body) };
  }

  /** @throws ProviderError where it is refused. */
  const send = async (...asked: Parameters<typeof ask>): Promise<Taken> => takenOf(await ask(...asked));

  /**
   * Goes through a list that has pages, from its first one.
   *
   * @returns `again`: its cursor was refused, so it is to be begun again. `too-long`: its span of time was.
   */
  async function eachPage(
    name: string,
    path: string,
    query: Query,
    visit: Visit,
    { isLast, mayHalve, isEnough }: Reading & { readonly isLast: boolean },
  ): Promise<'done' | 'again' | 'too-long'> {
    const seen = new Set<string>();
    for (let cursor: string | null = null; ; ) {
      const answer = await ask(name, path + queryText({ ...query, ...(cursor !== null && { cursor }) }));
      if (!answer.isTaken && answer.id === 'cursor_decoding_error' && !isLast) return 'again';
      if (!answer.isTaken && answer.id === TOO_LONG && mayHalve) return 'too-long';
      const taken = takenOf(answer);
      const { services, next } = pageOf(taken);
      visit(readServices(services, onUnread));
      if (next === null || isEnough?.()) return 'done';
      // It would go round for ever.
      if (seen.has(next)) throw badReply(taken.endpoint, taken.reply, 'gave the same cursor twice');
      seen.add(next);
      cursor = next;
    }
  }

  /** @returns false: its span of time was refused as too long, and it may be halved. */
  async function pages(
    name: string,
    path: string,
    query: Query,
    visit: Visit,
    reading: Reading,
  ): Promise<boolean> {
    for (let beginning = 1; ; beginning += 1) {
      const isLast = beginning === MOST_BEGINNINGS;
      const end = await eachPage(name, path, query, visit, { ...reading, isLast });
      if (end !== 'again') return end === 'done';
    }
  }

  /** What has changed, in windows as `inWindows` has them: after an outage a span may be long. */
  async function updated(span: Window, visit: Visit): Promise<void> {
    let open = windowsOf(span);
    for (let part = open.shift(); part; part = open.shift()) {
      const query = { updated_at_from: timeText(part.from), updated_at_to: timeText(part.to) };
      const half = halfOf(part);
      const path = `${SERVICES}/by_updated_at`;
      if (await pages(`GET ${path}`, path, query, visit, { mayHalve: half !== null })) continue;
      if (half !== null) open = windowsOf({ from: part.from, to: span.to }, half);
    }
  }

  /**
   * Asks in windows that Autopay takes: where one is refused as too long, the rest is asked for in halves of it. What two windows
   * have in common counts once.
   */
  async function inWindows(
    plate: Plate,
    span: Window,
    askFor: (part: Window) => Promise<Answer>,
  ): Promise<Service[]> {
    const found = new Map<string, Service>();
    let open = windowsOf(span);
    for (let part = open.shift(); part; part = open.shift()) {
      const answer = await askFor(part);
      const isTooLong = !answer.isTaken && answer.id === TOO_LONG;
      const half = isTooLong ? halfOf(part) : null;
      if (half !== null) open = windowsOf({ from: part.from, to: span.to }, half);
      else for (const service of ofOnePlate(plate, takenOf(answer))) found.set(service.id, service);
    }
    return [...found.values()];
  }

  /** Services of the plate that was asked for. @throws ProviderError where one has no id: its payment could not be named. */
  function ofOnePlate(plate: Plate, taken: Taken): Service[] {
    return readServices(
      listOf(taken).map((row) => withPlate(row, fieldsOf(plate))),
      ({ problem }) => {
        throw badReply(taken.endpoint, taken.reply, `sent a service that cannot be read: ${problem}`);
      },
    );
  }

  return {
    vehicles: async () => readVehicles(listOf(await send(`GET ${VEHICLES}`, VEHICLES)), onUnread),
    add: async (plate) =>
      readVehicle((await send(`POST ${VEHICLES}`, VEHICLES, 'POST', fieldsOf(plate))).value),
    remove: async (plate) => {
      await send(`DELETE ${VEHICLES}`, VEHICLES + queryText(fieldsOf(plate)), 'DELETE');
    },
    detach: async (plate) => {
      await send(`POST ${VEHICLES}/detach`, `${VEHICLES}/detach`, 'POST', fieldsOf(plate));
    },
    unpaid: async (visit, isEnough) => {
      await pages(`GET ${SERVICES}`, SERVICES, {}, visit, { mayHalve: false, isEnough });
    },
    updated,
    servicesOf: (plate, filter) =>
      inWindows(plate, filter.window, (part) => {
        const query = {
          ...filterOf(plate, filter, part),
          include_running_services: String(filter.running ?? false),
        };
        return ask(`GET ${VEHICLES}/services`, `${VEHICLES}/services${queryText(query)}`);
      }),
    lock: (plate, filter) =>
      inWindows(plate, filter.window, (part) => {
        const body = { ...filterOf(plate, filter, part), include_running_services: filter.running ?? false };
        return ask(`POST ${VEHICLES}/disable_payments`, `${VEHICLES}/disable_payments`, 'POST', body);
      }),
    decline: async (id) => {
      const name = `POST ${SERVICES}/{id}/decline`;
      const answer = await ask(name, `${SERVICES}/${encodeURIComponent(id)}/decline`, 'POST');
      // Paid or declined meanwhile: Autopay's word on it is final, whatever that is for an address.
      if (!answer.isTaken && answer.id !== null && answer.error.status === 404)
        throw callError('PROVIDER_REFUSED', { api: API, name }, `knows no such service: ${answer.id}`);
      takenOf(answer);
    },
    contact,
    close: () => transport.close(),
  };
}

type Query = Readonly<Record<string, string>>;

/** How a list is read. */
interface Reading {
  /** Its span of time may be halved where it is refused as too long. */
  readonly mayHalve: boolean;
  /** Asked after each page. @default it is read to its end */
  readonly isEnough?: (() => boolean) | undefined;
}

interface Taken {
  readonly isTaken: true;
  readonly endpoint: Request['endpoint'];
  readonly reply: Reply;
  /** Its JSON, or undefined. */
  readonly value: unknown;
}
/** What came back: a success, or a refusal with Autopay's error id. */
type Answer = Taken | { readonly isTaken: false; readonly id: string | null; readonly error: ProviderError };

function takenOf(answer: Answer): Taken {
  if (!answer.isTaken) throw answer.error;
  return answer;
}

function listOf({ endpoint, reply, value }: Taken): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw badReply(endpoint, reply, 'sent an unexpected reply: it is no list');
}

/** One page, and the cursor of the next one. Null: it is the last. */
function pageOf({ endpoint, reply, value }: Taken): {
  readonly services: readonly unknown[];
  readonly next: string | null;
} {
  const read = page.safeParse(value);
  if (!read.success) throw badReply(endpoint, reply, 'sent an unexpected reply: it is no page of services');
  const { services, summary } = read.data;
  // Fields of a beta come and go: a cursor alone says that there is more.
  if (!(summary?.more_results ?? summary?.cursor)) return { services, next: null };
  if (summary?.cursor) return { services, next: summary.cursor };
  throw badReply(endpoint, reply, 'says that there is more, and gave no cursor');
}

const page = z.object({
  services: z.array(z.unknown()),
  summary: z.object({ more_results: z.boolean().nullish(), cursor: z.string().min(1).nullish() }).nullish(),
});

/** A plate as Autopay's fields have it. */
function fieldsOf({ country, number, subdivision }: Plate): Query {
  return {
    license_plate_number: number,
    country_code: country,
    ...(subdivision !== null && { subdivision }),
  };
}

function filterOf(plate: Plate, { type }: ServiceFilter, { from, to }: Window): Query {
  return { ...fieldsOf(plate), ...(type && { type }), from: timeText(from), to: timeText(to) };
}

function queryText(query: Query): string {
  const text = new URLSearchParams(query).toString();
  return text && `?${text}`;
}

/** A page of something in between: of a proxy, or of maintenance. */
function isPage(body: string | null): boolean {
  return body?.trimStart().startsWith('<') ?? false;
}

function parse(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
