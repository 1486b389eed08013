import { type Plate, readPlate as plateIn, plateText } from '../../domain/plate';
import { queryOf } from '../../parkings/parking-rows';
import { spanProblem } from '../../parkings/payments';
import { shownLocked, shownReport, shownServices, shownStay } from '../../parkings/shown';
import { readCursor, writeCursor } from './cursor';
import { evenly } from './evenly';
import { noticeHeld } from './held';
import { type Call, operation, type ParkingSurroundings, pointer } from './operation';
import { parkingOf } from './parking-here';
import {
  DeclineRequest,
  LockRequest,
  Parking,
  ParkingAdded,
  ParkingDeclined,
  ParkingLocked,
  ParkingPage,
  ParkingRemoved,
  ParkingRequest,
  ParkingServices,
  ParkingsQuery,
  RemoveParkingRequest,
  ServicesQuery,
} from './parking-schemas';
import { requirePlate } from './plates';
import { ApiError, type FieldError, invalidFields } from './problem';
import { badCursor } from './reading';
import { readVin, requireFleet } from './vehicle';

type AnyCall = Call<unknown, unknown>;

/** One look or order, when it is the token's turn; until the beat its end would tell of plates of others. */
function inTurn<T>(call: AnyCall, work: (parking: ParkingSurroundings) => Promise<T>): Promise<T> {
  const parking = parkingOf(call);
  return call.use.lookInTurn(() => evenly(call.token, () => work(parking)), call.signal);
}

const DAY = 86_400_000;
/** Days that the provider is asked for at once. */
const WINDOW = 50;
/** Days of the longest span. */
const LONGEST = 366;

/**
 * The same where the provider itself is asked: its budget is that of all tokens, so a longer span is as many checks as it has
 * windows. @throws ApiError `TOO_MANY_REQUESTS`
 */
function atProvider<T>(
  call: AnyCall,
  { from, to }: { readonly from: number; readonly to: number },
  work: (parking: ParkingSurroundings) => Promise<T>,
): Promise<T> {
  call.use.takeCheck(Math.ceil((to - from) / (WINDOW * DAY)));
  return inTurn(call, work);
}

/** @throws ApiError `REQUEST_INVALID` */
function readPlate(text: string, place: Pick<FieldError, 'pointer' | 'parameter'>): Plate {
  const check = plateIn(text);
  if (check.ok) return check.plate;
  throw invalidFields([{ ...place, code: 'PLATE_INVALID', detail: check.problem, next: check.remedy }]);
}

const plateOf = ({ id }: AnyCall): Plate => readPlate(id, { parameter: 'plate' });

interface SpanWords {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly type?: 'PARKING' | 'TOLL_ROAD' | undefined;
}

/**
 * The span that is meant, of what is the token's: what ended before the plate came into its fleet was another's.
 *
 * @param since null: all of it is. @throws ApiError `REQUEST_INVALID`
 */
function spanOf(
  { from, to, type }: SpanWords,
  since: number | null,
  place: Pick<FieldError, 'pointer' | 'parameter'>,
) {
  const now = Date.now();
  // Nothing has ended in the future. A day for clocks.
  const end = to === undefined ? now : Math.min(Date.parse(to), now + DAY);
  const begin = from === undefined ? end - WINDOW * DAY : Date.parse(from);
  const isLong = end - begin > LONGEST * DAY;
  const detail = isLong
    ? `is more than ${LONGEST} days before the end of the span: ask for each year by itself`
    : spanProblem({ from: begin, to: end });
  if (detail !== null) throw invalidFields([{ ...place, code: 'FIELD_INVALID', detail }]);
  return { from: Math.max(begin, since ?? begin), to: Math.max(end, since ?? end), type };
}

export const addParking = operation({
  id: 'addParking',
  method: 'POST',
  path: '/parkings',
  summary: 'Add a plate to the fleet at the provider of parking',
  description:
    'It is looked after until it is removed. Added again for the same vehicle, nothing is changed. A plate of another vehicle or fleet is refused, unless it is to be transferred.',
  role: 'operate',
  body: ParkingRequest,
  success: { status: 200, description: 'It is added, or was before', schema: ParkingAdded },
  problems: ['PLATE_TAKEN', 'VIN_NOT_AVAILABLE', 'FLEET_FORBIDDEN', 'PARKING_OFF'],
  handle: async (call) => {
    const { api, token, body } = call;
    const plate = requirePlate(body, (field) => pointer(field));
    const vin = body.vin === undefined ? null : readVin(body.vin, api, { pointer: pointer('vin') });
    const [only, ...others] = token.fleets === '*' ? [] : token.fleets;
    const fleet = body.fleet ?? (others.length === 0 ? only : undefined);
    if (token.fleets !== '*' && fleet === undefined) {
      const detail = 'is missing: the token has more than one fleet';
      throw invalidFields([{ pointer: pointer('fleet'), code: 'FIELD_INVALID', detail }]);
    }
    if (fleet !== undefined) requireFleet(token, fleet);
    const { transfer = false, externalId } = body;
    call.use.takeStart();
    const how = { transfer, by: token.name };
    const reply = await noticeHeld(vin, call, () =>
      inTurn(call, ({ parkings, policy }) => parkings.add({ plate, vin, fleet, externalId }, policy, how)),
    );
    return { body: reply };
  },
});

export const listParkings = operation({
  id: 'listParkings',
  method: 'GET',
  path: '/parkings',
  summary: 'List plates',
  description:
    'Those in the fleet and those that leave, newest first; with `all=true` then those that have left.',
  role: 'read',
  query: ParkingsQuery,
  success: { status: 200, description: 'One page', schema: ParkingPage },
  problems: ['FLEET_FORBIDDEN', 'PARKING_OFF'],
  handle: async (call) => {
    const { token, use, query, signal } = call;
    const { fleet, limit, cursor } = query;
    if (fleet) requireFleet(token, fleet);
    const filter = { all: query.all === 'true', ...(fleet && { fleet }) };
    const search = queryOf(filter, token.fleets);
    const from = cursor === undefined ? null : readCursor(search, token, cursor);
    if (cursor !== undefined && from === null) throw badCursor();
    const { parkings } = parkingOf(call);
    use.takePage(limit);
    const page = await use.inTurn(() => parkings.page(filter, { limit, from }), signal);
    return { body: { parkings: page.rows, next: page.next && writeCursor(search, token, page.next) } };
  },
});

export const readParking = operation({
  id: 'readParking',
  method: 'GET',
  path: '/parkings/{plate}',
  summary: 'Read everything that is known of a plate',
  description: 'Stays and tolls, what is locked, what is in the way, and its history. `id` is the plate.',
  role: 'read',
  success: { status: 200, description: 'The newest parking of the plate', schema: Parking },
  problems: ['PARKING_UNKNOWN', 'PARKING_OFF'],
  handle: async (call) => {
    const plate = plateOf(call);
    return { body: shownReport(await inTurn(call, ({ parkings }) => parkings.report(plate))) };
  },
});

export const removeParking = operation({
  id: 'removeParking',
  method: 'POST',
  path: '/parkings/{plate}/remove',
  summary: 'The plate leaves the fleet',
  description:
    'Its payments are locked, it is taken out of private profiles, removed, and read back as absent. Asked again, nothing is changed.',
  role: 'operate',
  body: RemoveParkingRequest,
  bodyOptional: true,
  success: { status: 200, description: 'It leaves, or has left', schema: ParkingRemoved },
  problems: ['PARKING_UNKNOWN', 'PARKING_OFF'],
  handle: async (call) => {
    const plate = plateOf(call);
    const asked = { by: call.token.name, reason: call.body.reason ?? null };
    return { body: await inTurn(call, ({ parkings }) => parkings.remove(plate, asked)) };
  },
});

/**
 * A plate of others is as absent: what its services are is not told, and nothing of it is changed. One that has left may be in other hands
 * by now: nothing of it is changed either, and only who may see every fleet is told.
 *
 * @throws VinError `PARKING_UNKNOWN`; ApiError `PARKING_ENDED`.
 * @returns since when it is that of the token: a plate may have been that of
 * others before, so a token of some fleets is told of what ended since it came; null: of everything.
 */
async function requireOurs(call: AnyCall, plate: Plate, mayChange: boolean): Promise<number | null> {
  const { addedAt, execution } = await inTurn(call, ({ parkings }) => parkings.row(plate));
  const hasEnded = execution !== 'RUNNING';
  if (hasEnded && (call.token.fleets !== '*' || mayChange)) throw ended(plate);
  if (call.token.fleets === '*') return null;
  return addedAt === null ? Date.now() : Date.parse(addedAt);
}

function ended(plate: Plate): ApiError {
  return new ApiError(
    'PARKING_ENDED',
    `The parking of ${plateText(plate)} has ended, and the plate may be in other hands: nothing was asked of the provider`,
    'Look at what was locked as it left with GET /v1/parkings/{plate}. If it is back, add it with POST /v1/parkings.',
  );
}

export const readParkingServices = operation({
  id: 'readParkingServices',
  method: 'GET',
  path: '/parkings/{plate}/services',
  summary: 'Read what is unpaid of a plate',
  description:
    'The provider is asked, with every credential; what still goes on is among it. A token of some fleets is told of what ended since the plate was added: before, it may have been that of others.',
  role: 'read',
  query: ServicesQuery,
  success: { status: 200, description: 'As each credential shows it', schema: ParkingServices },
  problems: ['PARKING_UNKNOWN', 'PARKING_ENDED', 'PARKING_OFF'],
  handle: async (call) => {
    const plate = plateOf(call);
    const since = await requireOurs(call, plate, false);
    const span = spanOf(call.query, since, { parameter: 'from' });
    const shown = await atProvider(call, span, ({ payments }) => payments.services({ plate, ...span }));
    return { body: { credentials: shownServices(shown) } };
  },
});

export const lockParking = operation({
  id: 'lockParking',
  method: 'POST',
  path: '/parkings/{plate}/lock',
  summary: 'Lock the payments of a plate that stays',
  description:
    'At a return of the vehicle, so that its driver and the fleet do not both pay. There is no unlock; `dryRun` says what would be locked. A credential whose agreement is below level medium says so, and locks nothing.',
  role: 'operate',
  body: LockRequest,
  bodyOptional: true,
  success: { status: 200, description: 'What is locked, by credential', schema: ParkingLocked },
  problems: ['PARKING_UNKNOWN', 'PARKING_ENDED', 'PARKING_OFF'],
  handle: async (call) => {
    const plate = plateOf(call);
    const since = await requireOurs(call, plate, true);
    const { dryRun = false, ...words } = call.body;
    const meant = { plate, ...spanOf(words, since, { pointer: pointer('from') }) };
    const credentials = await atProvider(call, meant, async ({ payments }) =>
      dryRun
        ? shownServices(await payments.services(meant))
        : shownLocked(await payments.lock(meant, call.token.name)),
    );
    return { body: { dryRun, credentials } };
  },
});

export const declineParking = operation({
  id: 'declineParking',
  method: 'POST',
  path: '/parkings/{plate}/decline',
  summary: 'Decline to pay one service of a plate',
  description: 'Its invoice goes to the owner of the vehicle then. It cannot be taken back.',
  role: 'operate',
  body: DeclineRequest,
  success: { status: 200, description: 'It is declined', schema: ParkingDeclined },
  problems: ['PARKING_UNKNOWN', 'PARKING_ENDED', 'SERVICE_UNKNOWN', 'PARKING_OFF'],
  handle: async (call) => {
    const plate = plateOf(call);
    const since = await requireOurs(call, plate, true);
    const { application, stay } = await atProvider(call, { from: 0, to: 0 }, ({ payments }) =>
      payments.decline(call.body.service, call.token.name, plate, since),
    );
    return { body: { application, service: shownStay(stay) } };
  },
});
