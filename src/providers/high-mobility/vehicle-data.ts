import type { FirstData } from '../../domain/first-data';
import { type Problem, statusError } from '../shared/errors';
import { badReply } from '../shared/reply';
import type { Reply, Route } from '../shared/transport';
import { isAboutApplication, readWord } from './errors';

/** GET {VEHICLE_DATA}/{vin} of the Vehicle Data API, in the version of its data model that we ask for. */
export const VEHICLE_DATA = '/v1/vehicle-data/autoapi-13';

/**
 * What a reply to a request for vehicle data says of the flow (Vehicle Data API). The data itself is not looked at.
 *
 * @throws ProviderError for every reply that says nothing of it.
 */
export function readFirstData(endpoint: Route, reply: Reply): FirstData {
  const { status } = reply;
  if (status === 200) {
    if (/html/i.test(String(reply.headers['content-type']))) {
      throw badReply(endpoint, reply, 'sent a page instead of data');
    }
    return 'flowing';
  }
  if (isConsentLost(reply)) return 'lost';
  // Without a word it may be something in between that says no.
  const word = readWord(reply.body);
  if (word && [404, 405, 501].includes(status)) return 'not-asked';
  if (word && (status === 408 || status === 422)) return 'not-yet';
  // The application may be let in again tomorrow: it says nothing of this vehicle's data.
  if (word && isAboutApplication(word)) throw statusError(endpoint, reply);
  if (word && status === 403) return mayReadNoData(word) ? 'not-asked' : 'lost';
  throw statusError(endpoint, reply);
}

/** Whether a 401 is about the driver's or the owner's consent ("Consent is removed by OEM"), not about our token. */
export function isConsentLost({ status, body }: Reply): boolean {
  if (status !== 401) return false;
  return (readWord(body) ?? []).some(({ title, detail }) =>
    /\b(?:consent|privacy)\b/i.test(`${title} ${detail}`),
  );
}

/** Whether a 403 says that the application may not read data at all: no vehicle has lost anything then. */
function mayReadNoData(problems: readonly Problem[]): boolean {
  return problems.some(
    ({ title, detail, source }) =>
      /^authorization$/i.test(source) || /\b(?:service account|scope)\b/i.test(`${title} ${detail}`),
  );
}
