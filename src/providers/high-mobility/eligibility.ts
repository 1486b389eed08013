import type { EligibilityAnswer } from '../provider';
import { statusError } from '../shared/errors';
import { assertVin, readReply } from '../shared/reply';
import type { Reply, Route } from '../shared/transport';
import { readWord } from './errors';
import { eligibilityReply } from './schemas';

/** POST /v1/eligibility: one VIN in each call. */
export const ELIGIBILITY = '/v1/eligibility';

/**
 * What the carmaker says of a VIN (High Mobility, "Vehicle eligibility"). A 422 names the field that it is about: the
 * VIN, which the carmaker does not know, or the brand, which is not activated for the application.
 *
 * @throws ProviderError for every reply that says nothing of it.
 */
export function readEligibility(endpoint: Route, reply: Reply): EligibilityAnswer {
  const nothing = { dataDelivery: [], connectivity: null, primaryUserAssigned: null };
  if (reply.status === 422) {
    const sources = (readWord(reply.body) ?? []).map(({ source }) => source.toLowerCase());
    if (sources.includes('vin')) return { verdict: 'unknown-vin', ...nothing };
    if (sources.includes('brand')) return { verdict: 'brand-not-enabled', ...nothing };
    throw statusError(endpoint, reply);
  }
  const answer = readReply(endpoint, reply, eligibilityReply);
  assertVin(endpoint, reply, answer.vin);
  return {
    verdict: answer.eligible ? 'eligible' : 'ineligible',
    dataDelivery: answer.data_delivery,
    connectivity: answer.connectivity_status ?? null,
    primaryUserAssigned: answer.primary_user_assigned ?? null,
  };
}
