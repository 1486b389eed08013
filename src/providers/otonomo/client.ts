import { performance } from 'node:perf_hooks';
import type { Environment } from '../../config/config';
import type { Clearance, ClearanceRequest } from '../../domain/clearance';
import { type ClearanceStatus, isHeld, isOpen } from '../../domain/status';
import { plainVin } from '../../domain/vin';
import type { Contact } from '../contact';
import type { ProviderClient } from '../profile';
import type {
  ClearanceFilter,
  EligibilityAnswer,
  Leaving,
  ListedRow,
  SubmitAnswer,
  SuspendAnswer,
  WithdrawAnswer,
} from '../provider';
import { createCaller, USUAL_TIMEOUTS } from '../shared/caller';
import { callError } from '../shared/errors';
import { assertSuccess, readReply } from '../shared/reply';
import type { SkippedRow } from '../shared/rows';
import { createTransport, type Request, type Timeouts, type Transport } from '../shared/transport';
import { type ActionAnswer, act, VEHICLES } from './actions';
import { CONNECTIVITY, readConnectivity } from './connectivity';
import { API } from './errors';
import { VehiclesSplitter } from './list-splitter';
import { uploadReply } from './schemas';
import { type Credentials, tokenRequests } from './sign-in';
import { readRefusal, readUpload, type Uploaded, uploadBody } from './upload';
import { joined, rowsOf, toClearance } from './vehicles';
import { withdrawVehicles } from './withdrawals';

export interface OtonomoOptions extends Credentials {
  /** For example `https://api.eu.otonomo.io`. */
  readonly baseUrl: string;
  /** Milliseconds. Default: those of every client (src/providers/shared/caller.ts). */
  readonly timeouts?: Partial<Timeouts>;
  /** Largest replies, in bytes. Default: 1 GiB for the list, which is gone through row by row, 1 MiB for the others. */
  readonly limits?: { readonly listBytes?: number; readonly replyBytes?: number };
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

/**
 * The client of Otonomo's vehicle management, API v2. It tries nothing twice, so that the caller's retries are the only
 * ones; except that a call whose token is refused gets a new token, once.
 */
export class Otonomo implements ProviderClient {
  private readonly transport: Transport;
  private readonly timeouts: Timeouts;
  private readonly listBytes: number;
  private readonly replyBytes: number;
  private readonly rows: ReturnType<typeof rowsOf>;
  private readonly call: (
    request: Request,
    time?: number,
    stop?: AbortSignal,
  ) => ReturnType<Transport['send']>;
  readonly contact: Contact['contact'];

  constructor(options: OtonomoOptions) {
    const { baseUrl, clientSecret, environment, now = () => performance.now() } = options;
    this.timeouts = { ...USUAL_TIMEOUTS, ...options.timeouts };
    this.listBytes = options.limits?.listBytes ?? 1024 * MIB;
    this.replyBytes = options.limits?.replyBytes ?? MIB;
    this.rows = rowsOf(options.onSkipped ?? (() => {}));
    this.transport = options.transport ?? createTransport(baseUrl, this.timeouts, clientSecret, environment);
    const { call, contact } = createCaller({
      transport: this.transport,
      tokenRequest: tokenRequests(options, now),
      timeouts: this.timeouts,
      now,
    });
    this.call = call;
    this.contact = contact;
  }

  /**
   * Uploads vehicles. One that is in the workspace already is looked at: what is disabled is enabled, and what has failed
   * is removed and uploaded again.
   */
  async submit(requests: readonly ClearanceRequest[]): Promise<SubmitAnswer[]> {
    const once = new Map<string, ClearanceRequest>();
    for (const request of requests) {
      if (!once.has(plainVin(request.vin))) once.set(plainVin(request.vin), request);
    }
    const answers = await this.upload([...once.values()], (there) => this.takeUp(there));
    return requests.map(({ vin }) => ({ ...(answers.get(plainVin(vin)) ?? MISSING), vin }) as SubmitAnswer);
  }

  /** Reads the whole workspace, which cannot be narrowed, and keeps what was asked for. */
  async list({ vins }: ClearanceFilter = {}): Promise<Clearance[]> {
    if (vins?.length === 0) return [];
    const wanted = vins && new Set(vins.map(plainVin));
    const found = new Map<string, Clearance>();
    let isWhole = true;
    await this.readAll(this.timeouts.call, (bytes, index) => {
      const read = this.rows.readBytes(bytes, index);
      isWhole &&= read !== null;
      const vin = read && plainVin(read.row.vin);
      if (!read || !vin || (wanted && !wanted.has(vin))) return;
      const clearance = toClearance(read.row);
      const other = found.get(vin);
      found.set(vin, other ? joined(other, clearance) : clearance);
    });
    if (!isWhole && wanted) requireAll(wanted, found);
    return [...found.values()];
  }

  scan(visit: (row: ListedRow) => void, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const onRow = (bytes: Buffer, index: number) => visit(this.rows.listed(bytes, index));
    return this.readAll(this.timeouts.scan, onRow, signal);
  }

  /** Disables and removes a vehicle. @param believed what is believed of it; undefined: nothing. */
  async withdraw(vin: string, believed?: ClearanceStatus): Promise<WithdrawAnswer> {
    const [answer] = await withdrawVehicles(this.call, [{ vin, ...(believed && { believed }) }]);
    return answer ?? { outcome: 'unclear', detail: '' };
  }

  withdrawMany(vehicles: readonly Leaving[], by: number): Promise<(WithdrawAnswer | null)[]> {
    return withdrawVehicles(this.call, vehicles, by);
  }

  /** Disables a vehicle, and no more: its data stops at once. */
  async suspend(vin: string): Promise<SuspendAnswer> {
    const answers = await act(this.call, 'disable', [vin]);
    const answer = answers.get(plainVin(vin)) ?? ({ outcome: 'unclear', detail: '' } as const);
    if (answer.outcome === 'done') return { outcome: 'accepted' };
    return { outcome: answer.outcome === 'absent' ? 'absent' : 'refused', detail: answer.detail };
  }

  /** There is no documented call that tells whether data flows: the lifecycle does not ask (`traits.firstData`). */
  async firstData(): Promise<never> {
    throw new RangeError('Otonomo cannot be asked whether data flows');
  }

  async eligibility({ vin }: { readonly vin: string }): Promise<EligibilityAnswer> {
    const endpoint = { api: API, name: `GET ${CONNECTIVITY}{vin}`, vin };
    const path = CONNECTIVITY + encodeURIComponent(vin);
    const reply = await this.call({ endpoint, method: 'GET', path, maxBytes: this.replyBytes });
    return readConnectivity(endpoint, reply);
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  /** @param takeUp answers for those that are in the workspace already. */
  private async upload(
    requests: readonly ClearanceRequest[],
    takeUp: (there: readonly ClearanceRequest[]) => Promise<ReadonlyMap<string, Answer>>,
  ): Promise<Map<string, Answer>> {
    if (requests.length === 0) return new Map();
    const endpoint = { api: API, name: `POST ${VEHICLES}` };
    const body = uploadBody(requests);
    const reply = await this.call({
      endpoint,
      method: 'POST',
      path: VEHICLES,
      body,
      maxBytes: this.replyBytes,
    });
    const refused = readRefusal(requests, reply);
    const uploaded = refused ?? readUpload(requests, readReply(endpoint, reply, uploadReply).data);
    const isThere = ({ vin }: ClearanceRequest) => uploaded.get(plainVin(vin))?.outcome === 'there-already';
    const there = await takeUp(requests.filter(isThere));
    // Where it was refused as a whole for some, the others go without them.
    const others = refused ? requests.filter(({ vin }) => !refused.has(plainVin(vin))) : [];
    return new Map([
      ...[...uploaded].map(([vin, one]): [string, Answer] => [vin, there.get(vin) ?? answerOf(one)]),
      ...(await this.upload(others, takeUp)),
    ]);
  }

  private async takeUp(there: readonly ClearanceRequest[]): Promise<ReadonlyMap<string, Answer>> {
    if (there.length === 0) return new Map();
    const vins = there.map(({ vin }) => vin);
    const shown = new Map((await this.list({ vins })).map((clearance) => [clearance.vin, clearance]));
    const statusOf = ({ vin }: ClearanceRequest) => shown.get(plainVin(vin))?.status;
    const disabled = there.filter((request) => statusOf(request) === 'revoked').map(({ vin }) => vin);
    const failed = there.filter((request) => statusOf(request) === 'rejected');
    const enabled = await act(this.call, 'enable', disabled);
    const removed = await act(
      this.call,
      'remove',
      failed.map(({ vin }) => vin),
    );
    const isRemoved = ({ vin }: ClearanceRequest) => removed.get(plainVin(vin))?.outcome === 'done';
    const again = await this.upload(failed.filter(isRemoved), async () => new Map());
    return new Map(
      there.map(({ vin }) => {
        const key = plainVin(vin);
        const acted = enabled.get(key) ?? removed.get(key);
        return [key, again.get(key) ?? (acted ? answerOfAction(acted) : answerOfShown(shown.get(key)))];
      }),
    );
  }

  private async readAll(
    time: number,
    onRow: (bytes: Buffer, index: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const endpoint = LIST;
    let index = 0;
    const splitter = new VehiclesSplitter(
      (bytes) => onRow(bytes, index++),
      (what) => callError('PROVIDER_BAD_REPLY', endpoint, what),
    );
    const request = {
      endpoint,
      method: 'GET',
      path: VEHICLES,
      maxBytes: this.listBytes,
      onPiece: (piece: Buffer) => splitter.push(piece),
    } as const;
    assertSuccess(endpoint, await this.call(request, time, signal));
    splitter.end();
  }
}

const LIST = { api: API, name: `GET ${VEHICLES}` };

type WithoutVin<T> = T extends unknown ? Omit<T, 'vin'> : never;
type Answer = WithoutVin<SubmitAnswer>;

const MISSING: Answer = { outcome: 'missing' };
const ASKED: Answer = { outcome: 'accepted', status: 'pending', description: null };
const THERE_ALREADY = 'Already exist';

function answerOf(uploaded: Uploaded): Answer {
  switch (uploaded.outcome) {
    case 'taken':
      return ASKED;
    case 'missing':
      return MISSING;
    case 'refused':
      return uploaded;
    case 'there-already':
      return { outcome: 'refused', description: THERE_ALREADY, isKnown: true };
  }
}

/** "pending or consented vehicles cannot be consented": somebody has enabled it meanwhile. */
const ASKED_ALREADY = /\bcannot be (?:consented|enabled)\b/i;

function answerOfAction({ outcome, ...rest }: ActionAnswer): Answer {
  const detail = 'detail' in rest ? rest.detail : '';
  if (outcome === 'done' || ASKED_ALREADY.test(detail)) return ASKED;
  return { outcome: 'refused', description: detail || THERE_ALREADY, isKnown: true };
}

/** What is in the workspace and neither disabled nor failed; undefined: the list does not show it (yet). */
function answerOfShown(shown: Clearance | undefined): Answer {
  if (!shown || !isHeld(shown.status))
    return { outcome: 'refused', description: THERE_ALREADY, isKnown: true };
  return { outcome: 'accepted', status: shown.status, description: shown.reason };
}

/**
 * A row that does not say which vehicle it is about may be of any that was asked for, and may be open. So only of those that
 * are open is known how they stand: the others are not absent, and not over.
 */
function requireAll(wanted: ReadonlySet<string>, found: ReadonlyMap<string, Clearance>): void {
  const isKnown = (vin: string): boolean => isOpen(found.get(vin)?.status ?? 'absent');
  if ([...wanted].every(isKnown)) return;
  throw callError(
    'PROVIDER_BAD_REPLY',
    LIST,
    'answered with a row that does not say which vehicle it is about',
    {
      mayBeOfOne: true,
    },
  );
}
