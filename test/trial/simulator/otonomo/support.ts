import {
  type OtonomoSimulator,
  type OtonomoSimulatorOptions,
  startOtonomo,
} from '../../../../src/trial/simulator/otonomo/simulator';
import { openContract } from '../../../contracts/contract';

const CONTRACT = openContract('otonomo.yaml');
export const CREDENTIALS = { clientId: 'client', clientSecret: 'a-secret-for-tests', service: 'workspace' };
export const VEHICLES = '/v2/vehicle-management/vehicles/';
export const DAY = 86_400_000;

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
type Reply = { readonly status: number; readonly headers: Headers; readonly body: any };

const running: { close(): Promise<void> }[] = [];

export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
}

/** A simulator whose clock stands almost still; tests move it with `clock.advance`. */
export async function start(options: Partial<OtonomoSimulatorOptions> = {}): Promise<Caller> {
  const simulator = await startOtonomo({ ...CREDENTIALS, ...options });
  running.push(simulator);
  return new Caller(simulator);
}

/** Calls a simulator as a client does, and holds every call and its reply against the contract. */
export class Caller {
  private token: string | undefined;

  constructor(readonly simulator: OtonomoSimulator) {}

  async raw(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const reply = await fetch(`${this.simulator.url}${path}`, {
      method,
      headers: { ...content, ...headers },
      body: text ?? null,
    });
    return { status: reply.status, headers: reply.headers, body: parsed(await reply.text()) };
  }

  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    CONTRACT.expectRequestMatches(method, path, body);
    return this.odd(method, path, body);
  }

  /** A request that the contract forbids: the reply has to be in it all the same. */
  async odd(method: string, path: string, body?: unknown): Promise<Reply> {
    this.token ??= (await this.askToken()).body.access_token;
    const reply = await this.raw(method, path, body, { authorization: `Bearer ${this.token}` });
    CONTRACT.expectReplyMatches(method, path, reply.status, reply.body);
    return reply;
  }

  async askToken(changes: Record<string, string> = {}): Promise<Reply> {
    const { clientId: client_id, clientSecret: client_secret, service } = CREDENTIALS;
    const form = { client_id, client_secret, service, grant_type: 'client_credentials', ...changes };
    const reply = await this.raw('POST', '/v1/oauth/token/', new URLSearchParams(form).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    CONTRACT.expectReplyMatches('POST', '/v1/oauth/token/', reply.status, reply.body);
    return reply;
  }

  upload(...vins: string[]): Promise<Reply> {
    return this.call('POST', VEHICLES, { vins: vins.map((one) => ({ vin: one })) });
  }

  act(action: 'enable' | 'disable' | 'remove', ...vins: string[]): Promise<Reply> {
    return this.call('POST', VEHICLES + action, { vins });
  }

  /** The word of each VIN, as the list has it. */
  async words(): Promise<Record<string, string>> {
    const { body } = await this.call('GET', VEHICLES);
    return Object.fromEntries(
      body.vehicles.map((row: { vin: string; status: string }) => [row.vin, row.status]),
    );
  }

  /** Lets simulated time pass. */
  pass(milliseconds: number): void {
    this.simulator.clock.advance(milliseconds);
  }
}

export function vin(number: number, beginning = 'WBA'): string {
  return `${beginning}TESTVIN${String(number).padStart(7, '0')}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
