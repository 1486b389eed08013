import type { Fleets } from '../../../src/activations/search';
import { VinError } from '../../../src/base/errors';
import { type Plate, plateText } from '../../../src/domain/plate';
import type { ParkingSurroundings } from '../../../src/gateway/api/operation';
import type { Parkings } from '../../../src/parkings/parkings';
import type { Payments } from '../../../src/parkings/payments';

/** Parkings that write down the plates that are added or asked for, and no more. */
export function parkingsAt(added: string[]): ParkingSurroundings {
  const parkings = {
    forFleets: (_: Fleets) => parkings,
    add: async ({ plate }: { plate: Plate }) => {
      added.push(plateText(plate));
      return { outcome: 'added', parking: LISTED };
    },
    report: async (plate: Plate) => {
      added.push(plateText(plate));
      throw new VinError(
        'PARKING_UNKNOWN',
        `There is no parking of ${plateText(plate)}`,
        'Look at the plate.',
      );
    },
  } as unknown as Parkings;
  const policy = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
  return { parkings, payments: {} as Payments, policy } as unknown as ParkingSurroundings;
}

const LISTED = {
  provider: 'autopay',
  plate: 'NO-AA12345',
  vin: null,
  fleet: null,
  externalId: null,
  step: 'adding',
  addedAt: null,
  waitingFor: null,
  nextAt: null,
  trouble: null,
};
