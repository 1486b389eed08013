import { VinError } from '../base/errors';

/** Why something is not done, in words. */

/** The same whoever holds the vehicle: it must not tell about other fleets. */
export function notAvailable(vin: string): VinError {
  return new VinError(
    'VIN_NOT_AVAILABLE',
    `${vin} cannot be defleeted with this token`,
    'If the vehicle is yours alone, ask those who run this service to release it.',
    { vin },
  );
}

export function unknownDefleeting(vin: string): VinError {
  return new VinError(
    'DEFLEETING_UNKNOWN',
    `There is no defleeting of ${vin}`,
    'Look whether the VIN and the namespace are right (vin defleet list --all).',
    { vin },
  );
}

export function refused(vin: string, sentence: string): VinError {
  return new VinError('MESSAGE_REFUSED', `${vin}: ${sentence}`, 'Look with vin defleet list.', { vin });
}
