import { VinError } from '../../base/errors';
import { redactVin } from '../../base/redact-vin';
import type { Call } from './operation';

type Caller = Pick<Call<unknown, unknown>, 'api' | 'token' | 'requestId'>;

/** Work that names a VIN: who tries out VINs to learn which others have is seen in the log by it. @throws as the work */
export async function noticeHeld<T>(
  vin: string | null | undefined,
  { api, token, requestId }: Caller,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (vin && error instanceof VinError && error.code === 'VIN_NOT_AVAILABLE')
      api.log.warn({ requestId, token: token.id, vehicle: redactVin(vin) }, 'start of a held vehicle');
    throw error;
  }
}
