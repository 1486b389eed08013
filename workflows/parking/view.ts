import { plateText } from '../../src/domain/plate';
import type { ParkingListed, ParkingStep, ParkingView } from '../contract/parking';
import { mattersOf } from './matters';
import type { ParkingState } from './state';
import { totalsOf, viewOf } from './stays';

/** Everything that is known of a parking, for people and programs. */
export function parkingViewOf(state: ParkingState): ParkingView {
  const { leaving } = state;
  return {
    ...listedParkingOf(state),
    stays: state.stays.map(viewOf),
    totals: totalsOf(state.stays),
    locked: leaving?.locked ?? [],
    history: state.history.map(({ at, note }) => ({ at: iso(at), note })),
  };
}

/** The same without what grows: for lists. */
export function listedParkingOf(state: ParkingState): ParkingListed {
  const { vehicle, deadline, trouble, addedAt } = state;
  const { provider, plate, vin, fleet, externalId } = vehicle;
  const matters = mattersOf(state);
  return {
    ...{ provider, plate: plateText(plate), vin, fleet, externalId },
    step: stepOf(state),
    addedAt: addedAt === null ? null : iso(addedAt),
    waitingFor: deadline?.for ?? null,
    nextAt: deadline ? iso(deadline.at) : null,
    trouble: trouble?.words ?? null,
    ...(matters.length > 0 && { matters }),
  };
}

function stepOf({ isEnded, leaving, isMember }: ParkingState): ParkingStep {
  if (isEnded) return 'ended';
  if (leaving) return 'leaving';
  return isMember === true ? 'in-fleet' : 'adding';
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
