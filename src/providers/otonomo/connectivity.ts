import { textKey } from '../../domain/text-key';
import type { EligibilityAnswer } from '../provider';
import { assertVin, readReply } from '../shared/reply';
import type { Reply, Route } from '../shared/transport';
import { API } from './errors';
import { connectivityReply } from './schemas';

/** GET of a VIN: whether its vehicle can be connected. */
export const CONNECTIVITY = '/vehicle-connectivity/';

/** `supported` is the one word that is documented; that these others mean the opposite is our reading. */
const VERDICTS: Readonly<Record<string, EligibilityAnswer['verdict']>> = {
  supported: 'eligible',
  unsupported: 'ineligible',
  notsupported: 'ineligible',
};

/**
 * What Otonomo says of a VIN that may not be in its workspace yet. A 403 ("You do not have permission") is documented for this
 * call and says nothing of the vehicle.
 *
 * @throws ProviderError for every reply that says nothing of it.
 */
export function readConnectivity(endpoint: Route, reply: Reply): EligibilityAnswer {
  const nothing = { dataDelivery: [], connectivity: null, primaryUserAssigned: null };
  if (reply.status === 403 && API.isWord(reply.body)) return { verdict: 'not-known', ...nothing };
  const { vin, connectivity } = readReply(endpoint, reply, connectivityReply);
  assertVin(endpoint, reply, vin);
  return { ...nothing, verdict: VERDICTS[textKey(connectivity)] ?? 'not-known', connectivity };
}
