import { VinError } from '../base/errors';

/** What is said of vehicles that cannot be started, or are not there. */

/** The same whoever holds the vehicle: it must not tell about other fleets. */
export function notAvailable(vin: string): VinError {
  return new VinError(
    'VIN_NOT_AVAILABLE',
    `${vin} cannot be started with this token`,
    'If the vehicle is yours now, ask those who run this service to release it.',
    { vin },
  );
}

export function vehicleTooLarge(vin: string, problem: string): VinError {
  return new VinError('VEHICLE_TOO_LARGE', `${vin} ${problem}`, 'Shorten it and start the vehicle again.', {
    vin,
  });
}

export function forbidden(vin: string, fleet: string | undefined): VinError {
  return new VinError(
    'FLEET_FORBIDDEN',
    fleet ? `${vin}: the fleet ${JSON.stringify(fleet)} is not one of yours` : `${vin}: no fleet is given`,
    'Name a fleet that you may act for.',
    { vin },
  );
}

export function unknown(vin: string): VinError {
  return new VinError(
    'ACTIVATION_UNKNOWN',
    `There is no activation of ${vin}`,
    'Look whether VIN, provider and namespace are right (vin list).',
    { vin },
  );
}

export function unreachable(vin: string, cause: unknown): VinError {
  return new VinError(
    'TEMPORAL_UNREACHABLE',
    `Temporal did not say in time what it knows of ${vin}; nothing was sent`,
    'See to it that Temporal runs and is reached, then ask again.',
    { vin, cause },
  );
}
