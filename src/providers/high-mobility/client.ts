import type { Environment } from '../../config/config';
import type { Clearance, ClearanceRequest } from '../../domain/clearance';
import type { FirstData } from '../../domain/first-data';
import { isOpen } from '../../domain/status';
import { plainVin } from '../../domain/vin';
import type { Contact } from '../contact';
import type {
  ClearanceFilter,
  ClearanceLister,
  ClearanceProvider,
  ListedRow,
  SubmitAnswer,
  WithdrawAnswer,
} from '../provider';
import { createCaller, USUAL_TIMEOUTS } from '../shared/caller';
import { callError } from '../shared/errors';
import { JsonArraySplitter } from '../shared/json-array';
import { assertSuccess, readReply } from '../shared/reply';
import type { SkippedRow } from '../shared/rows';
import {
  createTransport,
  type Reply,
  type Request,
  type Route,
  type Timeouts,
  type Transport,
} from '../shared/transport';
import { rowsOf, toClearances } from './clearances';
import { ELIGIBILITY, readEligibility } from './eligibility';
import { API } from './errors';
import { filterQuery, matches, matchesNothing } from './filter';
import { listReply, submitReply } from './schemas';
import { type Credentials, tokenRequest } from './sign-in';
import { matchAnswers, submitBody } from './submission';
import { isConsentLost, readFirstData, VEHICLE_DATA } from './vehicle-data';
import { readWithdrawal } from './withdrawal';

export type HighMobilityClient = ClearanceProvider & ClearanceLister;

export interface HighMobilityOptions extends Credentials {
  /** For example `https://sandbox.api.high-mobility.com`, without `/v1`. */
  readonly baseUrl: string;
  /**
   * Milliseconds. Default: 10 s to connect, for the headers and between two pieces of a body; 25 s for a call, and
   * 10 min for one that goes through the whole list.
   */
  readonly timeouts?: Partial<Timeouts>;
  /**
   * Largest replies, in bytes. Default: 64 MiB for the list, which has no pages, and 1 GiB where it is gone through
   * row by row; 1 MiB for the others.
   */
  readonly limits?: {
    readonly listBytes?: number;
    readonly scanBytes?: number;
    readonly replyBytes?: number;
  };
  /** Told of each row of a list that could not be read as it should. */
  readonly onSkipped?: (row: SkippedRow) => void;
  /** A clock that only runs forward, in milliseconds. Default: the one of the process. */
  readonly now?: () => number;
  /** May name a proxy. Default: the environment of the process. */
  readonly environment?: Environment;
  /** The way to the provider. Default: HTTP. A simulation brings its own. */
  readonly transport?: Transport;
}

const MIB = 1024 * 1024;
const VEHICLES = '/v1/fleets/vehicles';

/**
 * The client of High Mobility's Fleet Clearance API, version 1. It tries nothing twice, so that the
 * caller's retries are the only ones: except that a call whose token is refused gets a new token, once.
 * A provider that knows no such VIN must say so itself: a 404 of something in between is a bad reply.
 */
export function createHighMobility(options: HighMobilityOptions): HighMobilityClient & Contact {
  const timeouts = { ...USUAL_TIMEOUTS, ...options.timeouts };
  const { listBytes = 64 * MIB, scanBytes = 1024 * MIB, replyBytes = MIB } = options.limits ?? {};
  const onSkipped = options.onSkipped ?? (() => {});
  const { baseUrl, clientSecret = '', environment } = options;
  const transport = options.transport ?? createTransport(baseUrl, timeouts, clientSecret, environment);
  const { call, contact } = createCaller({
    transport,
    tokenRequest: () => tokenRequest(options),
    timeouts,
    isAboutVehicle: isConsentLost,
    now: options.now,
  });

  function vehicleRequest(method: 'GET' | 'DELETE', vin: string, folder = VEHICLES): Request {
    const endpoint = { api: API, name: `${method} ${folder}/{vin}`, vin };
    // These would make the address of all vehicles, or of another resource.
    if (/^\.*$/.test(vin)) throw callError('PROVIDER_REFUSED', endpoint, 'was not asked: the VIN is empty');
    return {
      endpoint,
      method,
      path: `${folder}/${encodeURIComponent(vin)}`,
      maxBytes: replyBytes,
    };
  }

  return {
    async submit(requests: readonly ClearanceRequest[]): Promise<SubmitAnswer[]> {
      if (requests.length === 0) return [];
      const endpoint = { api: API, name: `POST ${VEHICLES}` };
      const body = submitBody(requests);
      const reply = await call({ endpoint, method: 'POST', path: VEHICLES, body, maxBytes: replyBytes });
      return matchAnswers(requests, readReply(endpoint, reply, submitReply).vehicles);
    },

    async list(filter: ClearanceFilter = {}): Promise<Clearance[]> {
      if (matchesNothing(filter)) return [];
      const endpoint = { api: API, name: `GET ${VEHICLES}` };
      const path = VEHICLES + filterQuery(filter);
      const reply = await call({ endpoint, method: 'GET', path, maxBytes: listBytes });
      const rows = readReply(endpoint, reply, listReply);
      let isWhole = true;
      const found = toClearances(rows, (row) => {
        isWhole &&= row.vin !== null;
        onSkipped(row);
      }).filter(matches(filter));
      if (!isWhole) requireAll(endpoint, reply, filter, found);
      return found;
    },

    async scan(visit: (row: ListedRow) => void, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
      const endpoint = { api: API, name: `GET ${VEHICLES}` };
      let index = 0;
      const rows = rowsOf(onSkipped);
      const splitter = new JsonArraySplitter(
        (bytes) => visit(rows.listed(bytes, index++)),
        (what) => callError('PROVIDER_BAD_REPLY', endpoint, what),
      );
      const request = {
        endpoint,
        method: 'GET',
        path: VEHICLES,
        maxBytes: scanBytes,
        onPiece: (piece: Buffer) => splitter.push(piece),
      } as const;
      assertSuccess(endpoint, await call(request, timeouts.scan, signal));
      splitter.end();
    },

    async withdraw(vin: string): Promise<WithdrawAnswer> {
      const request = vehicleRequest('DELETE', vin);
      return readWithdrawal(request.endpoint, await call(request));
    },

    async firstData(vin: string): Promise<FirstData> {
      const request = vehicleRequest('GET', vin, VEHICLE_DATA);
      return readFirstData(request.endpoint, await call({ ...request, maxBytes: 'none' }));
    },

    async eligibility(vehicle) {
      const endpoint = { api: API, name: `POST ${ELIGIBILITY}`, vin: vehicle.vin };
      const body = { vin: vehicle.vin, brand: vehicle.brand };
      const reply = await call({ endpoint, method: 'POST', path: ELIGIBILITY, body, maxBytes: replyBytes });
      return readEligibility(endpoint, reply);
    },

    contact,
    close: () => transport.close(),
  };
}

/**
 * A row that does not say which vehicle it is about may be of any that was asked for, and may be open. So only of those that are
 * open is known how they stand: the others are not absent, and not over.
 */
function requireAll(
  endpoint: Route,
  { status }: Reply,
  { vins = [] }: ClearanceFilter,
  found: readonly Clearance[],
): void {
  const known = new Set(found.filter(({ status }) => isOpen(status)).map(({ vin }) => vin));
  if (vins.every((vin) => known.has(plainVin(vin)))) return;
  throw callError(
    'PROVIDER_BAD_REPLY',
    endpoint,
    'answered with a row that does not say which vehicle it is about',
    { status, mayBeOfOne: true },
  );
}
