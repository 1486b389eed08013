import type { ActivationInput } from '../contract/messages';
import { vehicleOf } from '../contract/vehicle';
import type { Starting } from './state';

/** The state of an activation before anything has happened. @param now milliseconds since 1970 */
export function begin(input: ActivationInput, now: number): Starting {
  return {
    vehicle: vehicleOf(input),
    startedAt: now,
    rules: null,
    clearance: { status: 'absent', reason: null, since: now, changedAt: null, confirmed: false },
    ownClearance: null,
    sent: null,
    lastReading: null,
    absentSince: null,
    deniedAt: null,
    staleSince: null,
    inFlight: null,
    inFlightSince: now,
    stopping: false,
    needsRead: false,
    nextPollAt: now,
    defleet: null,
    withdrawal: null,
    withdrawNotBefore: now,
    submitNotBefore: now,
    cannotCancel: false,
    parked: null,
    resubmissions: 0,
    repeats: {},
    eligibility: null,
    data: null,
    topics: {},
    noticeCount: 0,
    attempts: {
      submit: 0,
      enable: 0,
      read: 0,
      withdraw: 0,
      'check-data': 0,
      'check-eligibility': 0,
      'read-rules': 0,
    },
    history: [],
    newestClaimAt: null,
    deliveries: [],
    messages: [],
    deadline: null,
    ended: false,
    listedAt: now,
    reasonSince: null,
    approvedAt: null,
  };
}
