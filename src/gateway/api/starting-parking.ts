import { plateText } from '../../domain/plate';
import { type Parked, type ParkingDesk, type PlatedVehicle, park, parkBeside } from '../../parkings/beside';
import { problemOf } from '../refusal';
import { noticeHeld } from './held';
import type { Call } from './operation';
import { parkingOf } from './parking-here';
import { isPlate, plateIn } from './plates';
import { type ProblemBody, problemFor } from './problem';

/** What came of the parking of a start. */
export interface StartedBeside {
  readonly plate: string;
  /** `not-started`: its vehicle is leaving, or has left. */
  readonly outcome: Parked['outcome'] | 'not-started' | 'refused';
  readonly problem: ProblemBody | null;
}

type AnyCall = Call<unknown, unknown>;

/** Milliseconds that Temporal has for one start. */
export const DEADLINE = 10_000;

/** How parkings are started for a token: in its turn, in its fleets, in its name. @throws ApiError `PARKING_OFF` */
export function deskOf(call: AnyCall): ParkingDesk {
  const { parkings, policy } = parkingOf(call);
  const { activations, signal, token, use } = call;
  const add: ParkingDesk['parkings']['add'] = (...asked) =>
    noticeHeld(asked[0].vin, call, () =>
      use.inTurn(() => activations.within(DEADLINE, () => parkings.add(...asked)), signal),
    );
  return { parkings: { add }, policy, by: token.name };
}

/** The parking of a vehicle whose data was asked for: what came of it, also where it was not started. */
export async function startBeside(
  data: string,
  vehicle: PlatedVehicle,
  desk: ParkingDesk,
  { api, requestId }: AnyCall,
): Promise<StartedBeside> {
  const plate = plateText(vehicle.plate);
  const parked = await parkBeside(data, vehicle, () => desk);
  if (parked === null) return { plate, outcome: 'not-started', problem: null };
  if (parked.outcome !== 'refused') return { ...parked, problem: null };
  const problem = problemFor(parked.error, requestId);
  if (problem.code === 'UNEXPECTED')
    api.log.error({ requestId, problem: problemOf(parked.error) }, 'parking not started');
  return { plate, outcome: 'refused', problem };
}

/** The parking of a plate that was sent without a VIN. @throws where it was not started. */
export async function startAlone(vehicle: PlatedVehicle, call: AnyCall) {
  const desk = deskOf(call);
  call.use.takeStart();
  const parking: StartedBeside = { ...(await park(vehicle, desk)), problem: null };
  const { plate, outcome } = parking;
  const warnings = [`There is no VIN: only the parking of ${plate} is started`];
  const next = outcome === 'starts-again' ? 'It is leaving, and starts once it has left.' : null;
  return { vin: null, outcome, next, warnings, parking };
}

/** What to do where the parking was not started as it was asked for. */
export function nextOf(data: string, { outcome }: StartedBeside): string | null {
  switch (outcome) {
    case 'refused':
      return `Its data is ${data}, and its parking was not started: look at "parking". Then send it again; nothing starts twice.`;
    case 'not-started':
      return 'Its parking is not started while it leaves: send it again once it has left.';
    default:
      return null;
  }
}

/** Characters of the longest plate that is looked at. */
const LONGEST = 60;

/** The plate of an item that is not checked yet: where it stands first in a batch. Null: it has none. */
export function plateTextOf(item: unknown): string | null {
  const { plate, country, subdivision } = (item ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, LONGEST) : undefined);
  if (typeof plate !== 'string' || plate.length > LONGEST) return null;
  const words = { plate, country: text(country), subdivision: text(subdivision) };
  const read = plateIn(words, (field) => field);
  return isPlate(read) ? plateText(read) : null;
}
