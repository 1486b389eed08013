import { ServiceError } from '@temporalio/client';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import type { ProviderError } from '../../src/providers/provider-error';
import type { RunningActivation, SweptActivations } from '../../src/sweep/activations-at-provider';
import { createSweeper, type Sweeper, type SweeperOptions } from '../../src/sweep/sweeper';
import type { Observation } from '../../workflows/lifecycle/state';
import { APP } from '../support/application';
import { type ScriptedReply, type ScriptedServer, startScriptedServer } from '../support/scripted-server';

export const LIST = 'GET /v1/fleets/vehicles';
export const TOKEN = 'POST /v1/access_tokens';

/** The VIN of a number. */
export function vin(number: number): string {
  return `WBA8E9G50GN${String(number).padStart(6, '0')}`;
}

/** A row of the list. Times are days of January 2025. */
export interface Row {
  readonly vin: string;
  readonly status: string;
  readonly changelog?: readonly { timestamp: string; status: string; reason?: string | undefined }[];
}

export function row(of: string, status: string, day = 1, reason?: string): Row {
  const timestamp = `2025-01-${String(day).padStart(2, '0')}T10:00:00.000000Z`;
  return { vin: of, status, changelog: [{ timestamp, status, ...(reason !== undefined && { reason }) }] };
}

interface Told {
  readonly vin: string;
  readonly status: string;
}

/** What the client of Temporal throws when a call has failed. */
export function callFailure(code: number, details: string): ServiceError {
  const cause = Object.assign(new Error(`${code}: ${details}`), {
    code,
    details,
    metadata: { authorization: 'Bearer an-api-key' },
  });
  return new ServiceError('Failed to signal workflow', { cause });
}

/** Activations in memory that believe what they are told, unless they are deaf. */
export class Believers implements SweptActivations {
  readonly running = new Map<string, RunningActivation>();
  /** What they were told since this was emptied. */
  readonly told: Told[] = [];
  readonly deaf = new Set<string>();
  /** Those that cannot be told, each with what then fails. */
  readonly refusing = new Map<string, Error>();
  /** How many rows a vehicle had when it was told last. */
  readonly rows = new Map<string, number | undefined>();
  /** With what `begun` the activations were told since this was emptied. */
  readonly begun = new Set<number | null>();
  /** Searches since this was reset: for some vehicles, and for all. */
  searches = { some: 0, all: 0 };

  believe(of: string, status: RunningActivation['status'], reason: string | null = null): void {
    this.running.set(of, { vin: of, status, reason, startedAt: 0 });
  }

  statusOf(of: string): string | undefined {
    return this.running.get(of)?.status;
  }

  async of(vins: readonly string[]): Promise<Map<string, RunningActivation>> {
    this.searches.some += 1;
    const found = vins.flatMap((one) => this.running.get(one) ?? []);
    return new Map(found.map((one) => [one.vin, one]));
  }

  async *all(): AsyncGenerator<RunningActivation> {
    this.searches.all += 1;
    yield* [...this.running.values()];
  }

  async tell(of: string, clearance: Observation | null, begun: number | null): Promise<boolean> {
    const failure = this.refusing.get(of);
    if (failure) throw failure;
    this.begun.add(begun);
    const belief = this.running.get(of);
    if (!belief) return false;
    const { status = 'absent', reason = null } = clearance ?? {};
    this.told.push({ vin: of, status });
    this.rows.set(of, clearance?.rows);
    if (!this.deaf.has(of)) this.running.set(of, { ...belief, status, reason });
    return true;
  }

  /** What was told, and begins to count again. */
  take(): Told[] {
    this.searches = { some: 0, all: 0 };
    return this.told.splice(0).sort((a, b) => a.vin.localeCompare(b.vin));
  }
}

export interface Stage {
  readonly server: ScriptedServer;
  readonly believers: Believers;
  readonly sweeper: Sweeper;
  /** What the list answers from now on: rows, or a reply of its own. */
  answer(list: readonly unknown[] | ScriptedReply): void;
  /** What the token endpoint answers from now on. */
  answerToken(reply: ScriptedReply): void;
  /** One sweep; gives whom it told what. */
  sweep(full?: boolean): Promise<Told[]>;
}

const open: { close(): Promise<void> }[] = [];

/** A scripted provider, its real client, and a sweeper of activations in memory. */
export async function stage(options: Partial<SweeperOptions> = {}): Promise<Stage> {
  let reply: ScriptedReply = { body: [] };
  let token: ScriptedReply = { body: { access_token: 'a-token-of-the-test', expires_in: 300 } };
  const server = await startScriptedServer({
    [TOKEN]: () => token,
    [LIST]: () => reply,
  });
  const source = createHighMobility({
    baseUrl: server.url,
    clientId: 'id',
    clientSecret: 'a-secret-of-the-test',
  });
  open.push(source, server);
  const believers = new Believers();
  const sweeper = createSweeper({ app: APP, source, activations: believers, ...options });
  return {
    server,
    believers,
    sweeper,
    answer: (list) => {
      reply = Array.isArray(list) ? { body: list } : (list as ScriptedReply);
    },
    answerToken: (next) => {
      token = next;
    },
    sweep: async (full = false) => {
      believers.take();
      await sweeper.sweep({ full });
      const { searches } = believers;
      const told = believers.take();
      believers.searches = searches;
      return told;
    },
  };
}

export async function closeAll(): Promise<void> {
  for (const one of open.splice(0)) await one.close();
}

export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  return call.then(
    () => {
      throw new Error('did not fail');
    },
    (error: unknown) => error as ProviderError,
  );
}
