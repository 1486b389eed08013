import { MATTERS } from '../domain/status';
import type { OpenActivation } from './snapshot';

/** What is the matter with an activation, in one word: the catalogue's key of its reason, or one of these. */
export const OWN_TOPICS = {
  'program-fault': 'A fault of the program keeps it from going on',
  'provider-away': 'The provider gives no answer',
  'application-refused': 'The provider refuses the application',
  'call-failed': 'A call to the provider failed, and a person has to look',
  'not-left': 'It leaves, and its access has not ended',
  'no-answer': 'It is pending, and nobody says why',
  'no-data-yet': 'It is approved, and no data has come',
  'data-lost': 'It is approved, and consent or privacy was lost',
  'access-ended': 'The access ended, and nobody here asked for it',
  'not-submitted': 'It has not been submitted',
  'unknown-status': 'The provider says a word that we do not know',
  ending: 'The provider is ending the access, and nobody here asked for it',
  'deadline-over': 'It leaves, its deadline is over, and something is open',
  leaving: 'It leaves, and somebody has to act before it can',
  'credential-refused': 'No token comes for a credential for parking',
  'parking-not-left': 'Its parking leaves, and the same fails again and again',
  'parking-stay': 'Its parking leaves, and a stay that goes on keeps it',
  'parking-stuck': 'Its parking cannot go on: the same fails again and again',
  'parking-vanished': 'Its plate was removed at the provider of parking, and not by us',
  'long-stay': 'It has been parked for longer than the limit',
} as const;

/** What is the matter with it. */
export function topicOf(row: OpenActivation): string {
  if (row.isFaulty) return 'program-fault';
  if (row.troubleKind) return row.troubleKind === 'away' ? 'provider-away' : 'application-refused';
  if (row.inTrouble) return 'call-failed';
  if (row.leaving) return 'not-left';
  if (row.reasonKey) return row.reasonKey;
  // While data is looked for it is the driver's turn; once it was there and is lost, another's.
  return row.status === 'approved' && row.owner !== 'driver' ? 'data-lost' : MATTERS[row.status];
}

/** What is in the way of all vehicles of an application, and waits for no vehicle's owner. */
export function isOfProvider(topic: string): topic is 'provider-away' | 'application-refused' {
  return topic === 'provider-away' || topic === 'application-refused';
}

/** Since when it is so, ISO 8601. */
export function sinceOf({ reasonSince, changedAt, startedAt, inTrouble }: OpenActivation): string {
  return (inTrouble ? null : reasonSince) ?? changedAt ?? startedAt;
}
