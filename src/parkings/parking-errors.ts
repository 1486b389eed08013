import { VinError } from '../base/errors';
import { type Plate, plateText } from '../domain/plate';

/** Also where it is that of another fleet: nobody is told what others have. */
export function parkingUnknown(plate: Plate): VinError {
  return new VinError(
    'PARKING_UNKNOWN',
    `There is no parking of ${plateText(plate)}`,
    'Look whether the plate and the namespace are right (vin parking list --all), or add it with vin parking add.',
  );
}

/** The same whoever has the plate: it must not tell about other fleets. */
export function plateTaken(plate: Plate): VinError {
  return new VinError(
    'PLATE_TAKEN',
    `${plateText(plate)} is the plate of another vehicle or fleet here`,
    'Compare the plate. If it has changed hands, add it with --transfer: it leaves for the one and begins again for the other.',
  );
}
