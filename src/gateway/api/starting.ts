import { z } from 'zod';
import { hasLeft, LeftVehicles } from '../../activations/left';
import type { ActivationRow } from '../../activations/reports';
import type { Leaving } from '../../certificates/store';
import { applicationKey } from '../../domain/application';
import { plateText } from '../../domain/plate';
import { Started, StartedBatch } from './answer-schemas';
import { alreadyThere, countOf, firstPlaces, forEachItem, ITEM_ERRORS } from './batch';
import { UnreadItem } from './json';
import { listedOf } from './listed-fields';
import { type Call, operation, pointer, readPart } from './operation';
import { invalidFields } from './problem';
import { BATCH_LIMIT } from './request-schemas';
import { StartBatchRequest, StartRequest } from './start-schemas';
import { type DataWish, elsewhereNext, startData, startElsewhere } from './starting-data';
import { deskOf, nextOf, plateTextOf, startAlone, startBeside } from './starting-parking';
import { ownKey } from './token-applications';
import {
  type CheckedVehicle,
  checkPlateAlone,
  checkVehicle,
  type Hints,
  hasVin,
  type NamedVehicle,
  shownVin,
} from './vehicle';

/** Unknown brands of a batch for which the nearest ones are looked for. */
const HINTS = 20;

export const startActivation = operation({
  id: 'startActivation',
  method: 'POST',
  path: '/activations',
  summary: 'Start the activation of one vehicle',
  description:
    'Starting it again while it is alive changes nothing and is no error; `next` says what it has otherwise than it was asked for. One that is leaving is not started, unless `again` is true: then it starts once it has left. A vehicle whose activation has ended begins a new life; one that has left with a certificate only with `again`. With a plate its parking is started as well, and `parking` says what came of it: a plate that is refused takes nothing back, and the same request again starts nothing twice. A plate without a VIN is parked, and no data is started.',
  role: 'operate',
  body: StartRequest,
  success: {
    status: 202,
    description: '`outcome` says what came of it: what was started is durable.',
    schema: Started,
    headers: { Location: 'The address of the activation, or of the parking of a plate without a VIN' },
  },
  problems: [
    'FLEET_FORBIDDEN',
    'VIN_NOT_AVAILABLE',
    'VEHICLE_HAS_LEFT',
    'CERTIFICATES_NOT_ANSWERED',
    'PARKING_OFF',
    'PLATE_TAKEN',
  ],
  handle: async (call) => {
    const { token, body } = call;
    if (!hasVin(body)) {
      const { vin: _none, ...came } = await startAlone(checkPlateAlone(body, token), call);
      const address = `/v1/parkings/${encodeURIComponent(came.parking.plate)}`;
      return { body: { ...came, elsewhere: [], activation: null }, headers: { Location: address } };
    }
    const vehicle = checkEverywhere(body, call);
    const { vin } = vehicle.data.input;
    // Before anybody is asked about the vehicle.
    call.use.requireStart();
    if (!body.again) await requireNotLeft(vin, false, await leftVehicles([vin], call));
    const came = await start(vehicle, body.again === true, call);
    // What was begun is told, also where it cannot be read.
    const row = await vehicle.data.activations.row(vin).catch(() => null);
    return {
      body: { ...came, activation: row && summaryOf(row) },
      headers: { Location: addressOf(vehicle, call) },
    };
  },
});

export const startActivations = operation({
  id: 'startActivations',
  method: 'POST',
  path: '/activations/batch',
  summary: 'Start the activations of many vehicles',
  description: `Takes at most ${BATCH_LIMIT} vehicles. Each is judged by itself: a bad item does not stop the others. Sending the same batch again is harmless.`,
  role: 'operate',
  body: StartBatchRequest,
  bodyReader: z.array(z.unknown()).min(1).max(BATCH_LIMIT),
  bodyLimit: 1024 * 1024,
  isBatch: true,
  success: {
    status: 202,
    description:
      'The batch was understood. `results` says what came of each item, also when all were refused.',
    schema: StartedBatch,
  },
  problems: ['CERTIFICATES_NOT_ANSWERED'],
  handle: async (call) => {
    const items = call.body as readonly unknown[];
    call.use.takeItems(items.length);
    call.use.requireStart();
    const vins = items.map(vinOf).filter((vin) => vin !== null);
    const left = await leftVehicles(vins, call);
    const places = { vin: firstPlaces(items.map(vinOf)), plate: firstPlaces(items.map(plateTextOf)) };
    const batch = { places, hints: { left: HINTS }, left };
    const results = await forEachItem(items, (item, index) => startItem(item, index, batch, call), {
      requestId: call.requestId,
      signal: call.signal,
      log: call.api.log,
    });
    const elsewhere = results.flatMap((result) => ('elsewhere' in result ? result.elsewhere : []));
    const parkings = results.flatMap((result) => ('parking' in result && result.parking) || []);
    return {
      body: {
        started: countOf(results, 'started'),
        alreadyActive: countOf(results, 'already-active'),
        leaving: countOf(results, 'leaving'),
        startsAgain: countOf(results, 'starts-again'),
        refused: countOf(results, 'refused'),
        startedElsewhere: countOf(elsewhere, 'started'),
        refusedElsewhere: countOf(elsewhere, 'refused'),
        parkingsStarted: countOf(parkings, 'started'),
        parkingsRefused: countOf(parkings, 'refused'),
        results: results.map((result, index) => ({ index, vin: vinOf(items[index]), ...result })),
      },
    };
  },
});

/** What the items of a batch have in common. */
interface StartedBatchOf {
  /** Where each VIN and each plate stands first. */
  readonly places: Readonly<Record<'vin' | 'plate', ReadonlyMap<string, number>>>;
  readonly hints: Hints;
  readonly left: LeftVehicles;
}

async function startItem(
  item: unknown,
  index: number,
  { places, hints, left }: StartedBatchOf,
  call: Call<unknown, unknown>,
) {
  if (item instanceof UnreadItem) {
    throw invalidFields([{ pointer: pointer(index), code: 'FIELD_INVALID', detail: item.problem }]);
  }
  const place = (path: readonly PropertyKey[]) => ({ pointer: pointer(index, ...path) });
  const request = readPart(StartRequest, item, place, ITEM_ERRORS);
  const requireFirst = (field: 'vin' | 'plate', value: string): void => {
    const first = places[field].get(value) ?? index;
    if (first !== index) throw alreadyThere(pointer(index, field), first);
  };
  if (!hasVin(request)) {
    const alone = checkPlateAlone(request, call.token, [index]);
    requireFirst('plate', plateText(alone.plate));
    return { ...(await startAlone(alone, call)), elsewhere: [] };
  }
  const vehicle = checkEverywhere(request, call, [index], hints);
  const { vin } = vehicle.data.input;
  requireFirst('vin', vin);
  if (vehicle.plate) requireFirst('plate', plateText(vehicle.plate));
  await requireNotLeft(vin, request.again, left);
  return { vin, ...(await start(vehicle, request.again === true, call)) };
}

/** A vehicle as it is asked for, checked by the rules of each application. */
interface WantedVehicle {
  readonly data: DataWish;
  /** At further applications. */
  readonly others: readonly DataWish[];
  readonly plate: CheckedVehicle['plate'];
  readonly warnings: readonly string[];
}

/** @throws ApiError as `checkVehicle`, and as `placeAt` for an application that is named. */
function checkEverywhere(
  asked: NamedVehicle,
  call: Call<unknown, unknown>,
  at: readonly PropertyKey[] = [],
  hints?: Hints,
): WantedVehicle {
  const places = asked.applications?.map((named) => call.placeAt(named)) ?? [call];
  const checked = places.map(({ api, activations }) => {
    const { input, plate, warnings } = checkVehicle(asked, api, call.token, at, hints);
    return { api, activations, input, plate, warnings };
  });
  const [data, ...others] = checked as [(typeof checked)[0], ...typeof checked];
  return { data, others, plate: data.plate, warnings: data.warnings };
}

/** Where its activation is read: the application is named where it is not the token's own, which need not be served here. */
function addressOf({ data: { input, api } }: WantedVehicle, call: Call<unknown, unknown>): string {
  const key = applicationKey(api.app);
  const isOwn = key === (ownKey(call.token) ?? applicationKey(call.placeAt().api.app));
  return `/v1/activations/${input.vin}${isOwn ? '' : `?application=${key}`}`;
}

/**
 * Those that have left with a certificate of the token's fleets. Who may not see a certificate is not told of it: the vehicle
 * may be another one's now.
 */
async function leftVehicles(
  vins: readonly string[],
  { api, activations, token: { fleets }, use, signal }: Call<unknown, unknown>,
): Promise<LeftVehicles> {
  const isSeen = (leaving: Leaving): boolean =>
    fleets === '*' || (leaving.fleet !== null && fleets.includes(leaving.fleet));
  // A question costs a worker something, and a look at what has come back costs Temporal: both wait for their turn.
  const seen = async (wanted: readonly string[]) => {
    const answers = await use.lookInTurn(() => api.certificates.left(wanted), signal);
    return answers.map((leaving) => (leaving && isSeen(leaving) ? leaving : null));
  };
  const row = (vin: string) => use.lookInTurn(() => activations.row(vin), signal);
  const left = new LeftVehicles({ left: seen }, { row });
  if (vins.length > 0) await left.ask(vins);
  return left;
}

/** @throws VinError `VEHICLE_HAS_LEFT`. */
async function requireNotLeft(vin: string, again: boolean | undefined, left: LeftVehicles): Promise<void> {
  const leaving = again ? null : await left.of(vin);
  if (leaving) throw hasLeft(vin, leaving);
}

/** Data, then that of other applications and the parking of the plate. @throws where the first was not started: then nothing was. */
async function start(
  { data: wish, others, plate, warnings }: WantedVehicle,
  again: boolean,
  call: Call<unknown, unknown>,
) {
  // Where there is no parking, nothing of what is asked together begins.
  const desk = plate && deskOf(call);
  const data = await startData(wish, again, call);
  const elsewhere = await startElsewhere(others, again, call);
  const { vin, fleet, externalId } = wish.input;
  const parking =
    plate && desk && (await startBeside(data.outcome, { plate, vin, fleet, externalId }, desk, call));
  const said = [data.next, elsewhereNext(elsewhere), parking && nextOf(data.outcome, parking)];
  const next = said.filter((one) => one !== null).join(' ') || null;
  return { ...data, next, warnings, parking, elsewhere };
}

function vinOf(item: unknown): string | null {
  const vin = (item as { vin?: unknown } | null)?.vin;
  return typeof vin === 'string' ? shownVin(vin) : null;
}

/** An activation in short, as the API shows it. */
export function summaryOf(row: ActivationRow) {
  return { ...listedOf(row), startedAt: row.startedAt, active: row.execution === 'RUNNING' };
}
