import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clearance, ClearanceRequest } from '../../src/domain/clearance';
import type { ClearanceStatus } from '../../src/domain/status';
import type { ProviderClient } from '../../src/providers/profile';
import type { EnableAnswer, ListedRow, SubmitAnswer, WithdrawAnswer } from '../../src/providers/provider';
import { type Caller, createCaller, USUAL_TIMEOUTS } from '../../src/providers/shared/caller';
import { type Api, statusError } from '../../src/providers/shared/errors';
import { assertSuccess, readReply } from '../../src/providers/shared/reply';
import {
  createTransport,
  type Reply,
  type Request,
  type Transport,
} from '../../src/providers/shared/transport';

const refusal = z.object({ message: z.string() });

function wordOf(body: string | null): string | null {
  try {
    return refusal.parse(JSON.parse(body ?? '')).message;
  } catch {
    return null;
  }
}

const API: Api = {
  name: 'Nutshell',
  address: 'NUTSHELL_BASE_URL',
  credentials: 'Check NUTSHELL_CLIENT_ID and NUTSHELL_CLIENT_SECRET.',
  forbidden: 'Ask Nutshell to let the service in.',
  readErrors: (body) => {
    const title = wordOf(body);
    return title === null ? null : { problems: [{ title, detail: '', source: '' }], requestId: undefined };
  },
  isWord: (body) => wordOf(body) !== null,
};

const row = z.object({ id: z.string().min(1), make: z.string(), state: z.string(), changed: z.string() });
const list = z.object({ cars: z.array(row) });
const added = z.object({
  results: z.array(z.object({ id: z.string(), result: z.string(), error: z.string().optional() })),
});

/** Its words for the states of a car; each stays the reason, so that the catalogue can tell them apart. */
const STATES: Readonly<Record<string, ClearanceStatus>> = {
  checking: 'pending',
  ready: 'pending',
  off: 'pending',
  on: 'approved',
  failed: 'rejected',
};

function toClearance({ id, make, state, changed }: z.output<typeof row>): Clearance {
  const status = STATES[state.toLowerCase()] ?? 'unknown';
  const reason = status === 'approved' ? null : state;
  const at = Date.parse(`${changed.replace(' ', 'T')}:00Z`);
  return {
    vin: id,
    status,
    reason,
    brand: make,
    tags: {},
    changelog: [{ status, reason, at }],
    newestChange: at,
  };
}

export interface NutshellOptions {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What it calls an application. */
  readonly service: string;
}

/** The toy: it can do little, and all of it otherwise than others. */
export class Nutshell implements ProviderClient {
  private readonly transport: Transport;
  private readonly caller: Caller;

  constructor({ baseUrl, clientId, clientSecret, service }: NutshellOptions) {
    this.transport = createTransport(baseUrl, USUAL_TIMEOUTS, clientSecret);
    const form = {
      client_id: clientId,
      client_secret: clientSecret,
      service,
      grant_type: 'client_credentials',
    };
    this.caller = createCaller({
      transport: this.transport,
      timeouts: USUAL_TIMEOUTS,
      tokenRequest: () => ({ ...to('POST', '/oauth/token'), form }),
    });
  }

  contact(time: number): ReturnType<Caller['contact']> {
    return this.caller.contact(time);
  }

  async submit(requests: readonly ClearanceRequest[]): Promise<SubmitAnswer[]> {
    const request = {
      ...to('POST', '/cars'),
      body: { cars: requests.map(({ vin, brand }) => ({ id: vin, make: brand })) },
    };
    const { results } = readReply(request.endpoint, await this.caller.call(request), added);
    return requests.map(({ vin }) => {
      const found = results.find(({ id }) => id === vin);
      if (!found) return { vin, outcome: 'missing' };
      if (found.result !== 'added') return { vin, outcome: 'refused', description: found.error ?? '' };
      return { vin, outcome: 'accepted', status: 'pending', description: null };
    });
  }

  async list({ vins }: { readonly vins?: readonly string[] } = {}): Promise<Clearance[]> {
    const all = await this.rows();
    return all.map(toClearance).filter(({ vin }) => vins?.includes(vin) ?? true);
  }

  async scan(visit: (row: ListedRow) => void): Promise<void> {
    for (const one of await this.rows()) {
      const clearance = toClearance(one);
      const fingerprint = createHash('sha256').update(JSON.stringify(one)).digest('binary');
      visit({ fingerprint, read: () => ({ vin: clearance.vin, clearance }) });
    }
  }

  async read(vin: string): Promise<Clearance | null> {
    return (await this.list({ vins: [vin] }))[0] ?? null;
  }

  async enable(vin: string): Promise<EnableAnswer> {
    const request = { ...to('POST', '/cars/enable', vin), body: { ids: [vin] } };
    const reply = await this.caller.call(request);
    const detail = wordOf(reply.body) ?? '';
    if (reply.status === 403 && detail) return { outcome: 'not-yet', detail };
    if (reply.status === 400 && detail) return { outcome: 'absent', detail };
    assertSuccess(request.endpoint, reply);
    return { outcome: 'accepted' };
  }

  async withdraw(vin: string): Promise<WithdrawAnswer> {
    const request = { ...to('POST', '/cars/remove', vin), body: { ids: [vin] } };
    const reply: Reply = await this.caller.call(request);
    if (reply.status === 204) return { outcome: 'accepted', status: null };
    if (reply.status === 400 && wordOf(reply.body)) {
      return { outcome: 'absent', detail: wordOf(reply.body) ?? '' };
    }
    throw statusError(request.endpoint, reply);
  }

  async firstData(): Promise<never> {
    throw new Error('It has no such endpoint: the lifecycle must not ask');
  }

  async eligibility() {
    const nothing = { dataDelivery: [], connectivity: null, primaryUserAssigned: null };
    return { verdict: 'not-known' as const, ...nothing };
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  private async rows(): Promise<z.output<typeof row>[]> {
    const request = to('GET', '/cars');
    return readReply(request.endpoint, await this.caller.call(request), list).cars;
  }
}

function to(method: Request['method'], path: string, vin?: string): Request {
  const endpoint = { api: API, name: `${method} ${path}`, ...(vin !== undefined && { vin }) };
  return { endpoint, method, path, maxBytes: 1024 * 1024 };
}
