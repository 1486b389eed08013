import type { ParkedVehicle, ParkingInput } from '../contract/parking';
import { type Leaving, noted, type ParkingEvent, type ParkingState } from './state';

/** The wish that a plate leaves, and how it is taken back: the last word counts. */

type LeaveAsked = Extract<ParkingEvent, { type: 'leave-asked' }>;

export function leaveAsked(state: ParkingState, event: LeaveAsked): ParkingState {
  const { leaving, vehicle } = state;
  const { next = null, order } = event;
  if (next && typeof order === 'string') return takenBack(state, next, order);
  if (leaving) return { ...state, leaving: askedAnew(leaving, event, vehicle) };
  // It is to begin again for the vehicle that it is of, and has not heard that it leaves: it stays.
  if (next && isSameVehicle(next, vehicle)) return state;
  return noted(
    { ...state, leaving: leavingOf(event) },
    event.at,
    `leaves the fleet${event.by ? `, says ${event.by}` : ''}`,
  );
}

/**
 * The defleeting is taken back, and its plate begins again. What leaves for another reason goes on, and so does a plate that another
 * vehicle has or is to have.
 */
function takenBack(state: ParkingState, asked: ParkingInput, order: string): ParkingState {
  const { leaving, vehicle } = state;
  if (!leaving) return state;
  const { vin, fleet, externalId } = vehicle;
  const next = {
    ...asked,
    vin: asked.vin ?? vin,
    fleet: asked.fleet ?? fleet,
    externalId: asked.externalId ?? externalId,
  };
  const isOfAnother = !isSameVehicle(next, vehicle) || !isSameVehicle(leaving.next ?? vehicle, vehicle);
  // By whom it leaves may not have been said.
  if (isOfAnother || (leaving.order !== undefined && leaving.order !== order)) return state;
  return { ...state, leaving: { ...leaving, next } };
}

/**
 * Who wants it again meanwhile is heard, and so is who then wants it to leave all the same. Another vehicle that is to have the plate
 * keeps its place.
 */
function askedAnew(leaving: Leaving, { next = null, order }: LeaveAsked, vehicle: ParkedVehicle): Leaving {
  if (next) return { ...leaving, next };
  const before = leaving.next ?? null;
  const isBack = before !== null && isSameVehicle(before, vehicle);
  // Who asks beside a defleeting wants it to leave whatever becomes of that.
  const known = order === null || (isBack && order !== undefined) ? { order } : {};
  return { ...leaving, ...known, next: isBack ? null : before };
}

function isSameVehicle(one: ParkedVehicle, other: ParkedVehicle): boolean {
  return one.vin === other.vin && one.fleet === other.fleet;
}

function leavingOf({ at, by, reason, next = null, order }: LeaveAsked): Leaving {
  return {
    ...{ at, by, reason, next },
    ...(order !== undefined && { order }),
    lockedTo: null,
    locked: [],
    locks: 0,
    unlisted: 0,
    isDeclined: false,
    isDetached: false,
    isRemoved: false,
  };
}
