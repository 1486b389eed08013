import type { Call, ParkingSurroundings } from './operation';
import { ApiError } from './problem';
import { allOf } from './token-applications';

/** @throws ApiError `PARKING_OFF` where this gateway has no credential for parking. */
export function parkingOf({
  api,
  token,
}: Pick<Call<unknown, unknown>, 'api' | 'token'>): ParkingSurroundings {
  const { parking } = api;
  if (parking)
    return { ...parking, parkings: parking.parkings.forFleets(token.fleets, allOf(token, api.app)) };
  throw new ApiError(
    'PARKING_OFF',
    'There is no parking here',
    'Ask those who run this service to name a credential in VIN_PARKING.',
  );
}
