import type { PendingSubmission } from '../../activities/submission';
import { noSlot, type RateLimiter } from '../../src/calls/rate-limiter';
import type { Endpoint } from '../../src/domain/endpoint';
import type { HighMobilityClient } from '../../src/providers/high-mobility/client';
import type { Vehicle } from '../../workflows/contract/vehicle';
import type { SubmitResult } from '../../workflows/lifecycle/submit-result';
import { connect, VEHICLES } from '../providers/high-mobility/harness';
import { APP } from '../support/application';
import type { RecordedRequest, ScriptedReply } from '../support/scripted-server';

export const CHANGED = '2026-11-01T10:00:00';
export const NEVER_LATE = Number.POSITIVE_INFINITY;

export function vehicle(vin: string): Vehicle {
  return {
    vin,
    ...APP,
    brand: 'bmw',
    fleet: null,
    externalId: null,
    tags: {},
    odometer: null,
    checkEligibility: null,
  };
}

/** A VIN of the given number. */
export function vin(number: number): string {
  return `WBA8E9G5000${String(number).padStart(6, '0')}`;
}

interface Row {
  readonly vin: string;
  readonly status: string;
  readonly description?: string;
}

/**
 * A provider behind real HTTP that holds one record for each VIN, and says to a submission what the test scripts.
 * Its list is filtered as the API documents it.
 */
export class Fleet {
  readonly records = new Map<string, string>();
  /** The VINs of each POST, oldest first. */
  readonly posts: string[][] = [];
  /** The VINs that each list call asks for, oldest first. */
  readonly lists: string[][] = [];
  /** The rows that a POST is answered with; by default each VIN is taken in. */
  rows: (vins: readonly string[]) => readonly unknown[] = (vins) => vins.map((one) => this.takeIn(one));
  /** Another reply to a POST or a list call than the usual one. */
  reply: (route: 'post' | 'list', vins: readonly string[]) => ScriptedReply | undefined = () => undefined;

  async connect(): Promise<HighMobilityClient> {
    const { client } = await connect({
      [`GET ${VEHICLES}`]: (request) => this.list(request),
      [`POST ${VEHICLES}`]: (request) => this.post(request),
    });
    return client;
  }

  takeIn(vin: string): Row {
    this.records.set(vin, 'pending');
    return { vin, status: 'pending' };
  }

  private list({ url }: RecordedRequest): ScriptedReply {
    const { value } = JSON.parse(new URLSearchParams(url.split('?')[1]).get('filter') ?? '').vin;
    const vins = [value].flat() as string[];
    this.lists.push(vins);
    const found = [...this.records].filter(([one]) => vins.includes(one));
    const body = found.map(([one, status]) => ({
      vin: one,
      status,
      brand: 'bmw',
      changelog: [{ timestamp: CHANGED, status }],
    }));
    return this.reply('list', vins) ?? { body };
  }

  private post({ body }: RecordedRequest): ScriptedReply {
    const vins = (JSON.parse(body).vehicles as Row[]).map((one) => one.vin);
    this.posts.push(vins);
    return this.reply('post', vins) ?? { body: { vehicles: this.rows(vins) } };
  }
}

/** Slots that come at once, and what was asked for; or, for some endpoints, never. */
export function countedSlots(...never: Endpoint[]): RateLimiter & { readonly taken: Endpoint[] } {
  const taken: Endpoint[] = [];
  return {
    taken,
    acquire: async (endpoint) => {
      if (never.includes(endpoint)) throw noSlot(endpoint);
      taken.push(endpoint);
    },
  };
}

/** Vehicles that are submitted together. */
export const passenger = (of: string, sendBy = NEVER_LATE): PendingSubmission => ({
  vehicle: vehicle(of),
  sendBy,
});
export const passengers = (count: number): PendingSubmission[] =>
  Array.from({ length: count }, (_, number) => passenger(vin(number)));
export const vins = (count: number): string[] => passengers(count).map((one) => one.vehicle.vin);

/** Each outcome in one word: that of the answer, or the code of the error. */
export const inWords = (outcomes: readonly (SubmitResult | Error)[]): string[] =>
  outcomes.map((one) => ('outcome' in one ? one.outcome : String((one as { code?: string }).code ?? one)));
