import { ApplicationFailure } from '@temporalio/workflow';
import { parseDuration } from '../src/domain/duration';
import { parseStatus } from '../src/domain/status';
import type { LifecycleEvent, PolicyChange } from './events';
import type { AcknowledgeRequest, AmendRequest, ClearanceClaim } from './messages';
import type { ActivationState } from './state';

/**
 * Messages may be typed by hand in the Temporal UI. What makes no sense is refused before it is written to the
 * history, with a sentence that says what to send.
 */
function refuse(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'MESSAGE_INVALID');
}

/** Nothing, or an object that has only these names, each with a text. */
export function checkNames(request: unknown, names: readonly string[]): void {
  if (request === undefined || request === null) return;
  const fields = fieldsOf(request);
  const bad = fields?.find(([name, value]) => !names.includes(name) || typeof value !== 'string');
  if (fields && !bad) return;
  const expected = names.map((name) => `"${name}"`).join(' and ');
  throw refuse(`Send an object with ${expected} as texts${bad ? `; "${bad[0]}" does not fit` : ''}.`);
}

export function checkResume({ parked }: ActivationState): void {
  if (!parked) throw refuse('The activation is not parked: there is nothing to resume.');
}

/** Reads what to amend. @throws ApplicationFailure `MESSAGE_INVALID`. */
export function amended(request: AmendRequest, state: ActivationState): LifecycleEvent {
  const known = ['by', 'brand', 'tags', 'policy'];
  const fields = fieldsOf(request);
  const odd = fields?.find(([name]) => !known.includes(name));
  const asked = fields?.filter(([name]) => name !== 'by').length ?? 0;
  if (!fields || odd || asked === 0)
    throw refuse('Send an object with "tags", "brand" or "policy", and "by".');
  const { by = null, brand = null, tags = {}, policy = {} } = request;
  checkBy(by);
  const tagFields = fieldsOf(tags);
  if (!tagFields?.every(([, value]) => typeof value === 'string'))
    throw refuse('Send "tags" as an object of texts.');
  if (brand !== null && (typeof brand !== 'string' || brand === '')) throw refuse('Send "brand" as a text.');
  if (brand !== null && state.own && ['pending', 'approved'].includes(state.clearance.status)) {
    throw refuse(
      `The clearance is ${state.clearance.status}: its brand cannot change. Defleet the vehicle first.`,
    );
  }
  const change = policyChange(policy);
  if (!state.rules && (brand !== null || Object.keys(change).length > 0)) {
    throw refuse('The activation has only just begun: send its brand or policy again in a minute.');
  }
  return { type: 'amended', at: Date.now(), by, brand, tags, policy: change };
}

function policyChange(policy: NonNullable<AmendRequest['policy']>): PolicyChange {
  const known = ['pollInterval', 'withdrawPollInterval', 'giveUp', 'drift', 'eligibility'];
  const odd = fieldsOf(policy)?.find(([name]) => !known.includes(name));
  if (!fieldsOf(policy) || odd) throw refuse(`Send "policy" as an object of ${known.join(', ')}.`);
  const { pollInterval, withdrawPollInterval, giveUp, drift, eligibility } = policy;
  if (drift !== undefined && drift !== 'park' && drift !== 'resubmit') {
    throw refuse('Send "drift" as "park" or "resubmit".');
  }
  if (eligibility !== undefined && !['off', 'advisory', 'blocking'].includes(eligibility)) {
    throw refuse('Send "eligibility" as "off", "advisory" or "blocking".');
  }
  if (giveUp !== undefined && giveUp?.by !== 'withdraw' && giveUp?.by !== 'park') {
    throw refuse('Send "giveUp" as {"after": "30d", "by": "withdraw"} or with "park".');
  }
  return {
    ...(pollInterval !== undefined && { pollInterval: wait('pollInterval', pollInterval) }),
    ...(withdrawPollInterval !== undefined && {
      withdrawPollInterval: wait('withdrawPollInterval', withdrawPollInterval),
    }),
    ...(giveUp && { giveUp: { after: wait('giveUp.after', giveUp.after), by: giveUp.by } }),
    ...(drift && { drift }),
    ...(eligibility && { eligibility }),
  };
}

/** Reads until when to be silent. @throws ApplicationFailure `MESSAGE_INVALID`. */
export function acknowledged(request: AcknowledgeRequest): LifecycleEvent {
  const { by = null, until } = fieldsOf(request) ? request : { until: '' };
  checkBy(by);
  const date = typeof until === 'string' && /^\d{4}-\d\d-\d\d/.test(until) ? Date.parse(until) : Number.NaN;
  const at = Date.now();
  const end = Number.isNaN(date) ? at + wait('until', until) : date;
  if (end <= at) throw refuse('Send "until" as a date that is still to come.');
  return { type: 'acknowledged', at, by, until: end };
}

function checkBy(by: unknown): void {
  if (by !== null && typeof by !== 'string') throw refuse('Send "by" as a text.');
}

function wait(name: string, text: unknown): number {
  try {
    const milliseconds = parseDuration(String(text));
    if (milliseconds > 0) return milliseconds;
  } catch {
    // Said below, for this field.
  }
  throw refuse(
    `Send "${name}" as a duration such as 30s, 15m, 6h or 10d${name === 'until' ? ', or as a date' : ''}.`,
  );
}

function fieldsOf(value: unknown): [string, unknown][] | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
}

/** Reads what a webhook says: its words become a status of ours, and a time that is none is left out. */
export function claimed(claim: ClearanceClaim): Extract<LifecycleEvent, { type: 'claimed' }> {
  const { status: word, reason = null, deliveryId = null, providerTime } = claim;
  const time = Date.parse(providerTime ?? '');
  return {
    type: 'claimed',
    at: Date.now(),
    status: parseStatus(String(word)),
    reason,
    deliveryId,
    providerTime: Number.isNaN(time) ? null : time,
  };
}
