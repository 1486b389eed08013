import { parseDuration } from '../../src/domain/duration';
import { ELIGIBILITY_MODES } from '../../src/domain/eligibility';
import { DRIFT_ANSWERS } from '../../src/domain/policy';
import { parseStatus } from '../../src/domain/status';
import { fingerprint } from '../contract/fingerprint';
import type { ClearanceClaim, MessageKind } from '../contract/messages';
import type { LifecycleEvent, PolicyChange } from './events';
import { type MessageEvent, type MessageHead, tagProblem } from './intake';
import { cut, LIMITS } from './limits';
import type { Observation } from './state';

/**
 * Messages may be typed by hand in the Temporal UI. What makes no sense is not acted on: it becomes an event that says
 * what to send instead. Nothing here reads the zone or the language of the machine.
 */
class Unreadable extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** What each message is made of, besides its envelope. */
const READERS: Readonly<Record<MessageKind, (fields: Fields, at: number) => UntimedMessage>> = {
  defleet: (fields) => ({
    type: 'defleet-asked',
    via: 'defleet',
    by: nameOf(fields, 'by'),
    reason: nameOf(fields, 'reason'),
  }),
  stay: (fields) => ({ type: 'stay-asked', by: nameOf(fields, 'by') }),
  suspend: (fields) => ({ type: 'suspend-asked', by: nameOf(fields, 'by') }),
  retry: (fields) => ({ type: 'retry-asked', by: nameOf(fields, 'by') }),
  resume: (fields) => ({ type: 'resume-asked', by: nameOf(fields, 'by') }),
  refresh: (fields) => ({ type: 'refresh-asked', by: nameOf(fields, 'by') }),
  'data-seen': (fields) => ({ type: 'data-seen', by: nameOf(fields, 'by') }),
  amend: readAmendment,
  acknowledge: (fields, at) => ({
    type: 'acknowledged',
    by: nameOf(fields, 'by'),
    until: readUntil(fields, at),
  }),
};

const OWN_FIELDS: Readonly<Record<MessageKind, readonly string[]>> = {
  defleet: ['by', 'reason'],
  stay: ['by'],
  suspend: ['by'],
  retry: ['by'],
  resume: ['by'],
  refresh: ['by'],
  'data-seen': ['by'],
  amend: ['by', 'tags', 'brand', 'fleet', 'policy'],
  acknowledge: ['by', 'until'],
};
const ENVELOPE = ['id', 'sentAt', 'notAfter'];

type Untimed<E> = E extends unknown ? Omit<E, 'at' | 'head'> : never;
type UntimedMessage = Untimed<MessageEvent>;

/** Reads a person's message into an event. @param at the workflow's clock, in milliseconds since 1970. */
export function readMessage(kind: MessageKind, request: unknown, at: number): MessageEvent {
  const fields = request === undefined || request === null ? {} : fieldsOf(request);
  const head = headOf(kind, fields ?? {}, request);
  try {
    if (!fields) throw new Unreadable(`Send an object with ${listed(OWN_FIELDS[kind])}.`);
    const odd = Object.keys(fields).find((name) => ![...OWN_FIELDS[kind], ...ENVELOPE].includes(name));
    if (odd !== undefined) {
      throw new Unreadable(
        `Send an object with ${listed(OWN_FIELDS[kind])}; "${cut(odd, 60)}" does not fit.`,
      );
    }
    checkEnvelope(fields);
    return { at, head, ...READERS[kind](fields, at) } as MessageEvent;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { at, head, type: 'message-refused', problem: error.message };
  }
}

function headOf(kind: MessageKind, fields: Fields, request: unknown): MessageHead {
  const { id, sentAt, notAfter, ...words } = fields;
  return {
    kind,
    id: typeof id === 'string' ? cut(id, LIMITS.id) : null,
    words: fingerprint(JSON.stringify(fieldsOf(request) ? words : request) ?? ''),
    sentAt: readTime(sentAt),
    notAfter: readTime(notAfter),
  };
}

function checkEnvelope({ id, sentAt, notAfter }: Fields): void {
  if (id !== undefined && typeof id !== 'string') throw new Unreadable('Send "id" as a text.');
  for (const [name, time] of Object.entries({ sentAt, notAfter })) {
    if (time !== undefined && readTime(time) === null) {
      throw new Unreadable(`Send "${name}" as a time with its zone, such as 2026-12-01T08:00:00Z.`);
    }
  }
}

function readAmendment(fields: Fields): UntimedMessage {
  const { tags = {}, policy = {} } = fields;
  const isEmpty = ['brand', 'fleet', 'tags', 'policy'].every((name) => fields[name] === undefined);
  if (isEmpty) throw new Unreadable('Send an object with "tags", "brand", "fleet" or "policy", and "by".');
  return {
    type: 'amended',
    by: nameOf(fields, 'by'),
    brand: nameOf(fields, 'brand'),
    ...(fields['fleet'] !== undefined && { fleet: nameOf(fields, 'fleet') }),
    tags: readTags(tags),
    policy: readPolicy(policy),
  };
}

function readTags(value: unknown): Record<string, string | null> {
  const tags = fieldsOf(value);
  const isRight = (text: unknown): text is string | null => text === null || typeof text === 'string';
  if (!tags || !Object.values(tags).every(isRight)) {
    throw new Unreadable('Send "tags" as an object of texts; null takes a tag away.');
  }
  return tags as Record<string, string | null>;
}

function readPolicy(value: unknown): PolicyChange {
  const known = ['pollInterval', 'withdrawPollInterval', 'giveUp', 'drift', 'eligibility'];
  const policy = fieldsOf(value);
  if (!policy || Object.keys(policy).some((name) => !known.includes(name))) {
    throw new Unreadable(`Send "policy" as an object of ${known.join(', ')}.`);
  }
  const { pollInterval, withdrawPollInterval, giveUp, drift, eligibility } = policy;
  return {
    ...(pollInterval !== undefined && { pollInterval: readWait('pollInterval', pollInterval) }),
    ...(withdrawPollInterval !== undefined && {
      withdrawPollInterval: readWait('withdrawPollInterval', withdrawPollInterval),
    }),
    ...(giveUp !== undefined && { giveUp: readGiveUp(giveUp) }),
    ...(drift !== undefined && { drift: readWord('drift', drift, DRIFT_ANSWERS) }),
    ...(eligibility !== undefined && {
      eligibility: readWord('eligibility', eligibility, ELIGIBILITY_MODES),
    }),
  };
}

function readGiveUp(value: unknown): NonNullable<PolicyChange['giveUp']> {
  const { after, by } = fieldsOf(value) ?? {};
  if (by !== 'withdraw' && by !== 'park') {
    throw new Unreadable('Send "giveUp" as {"after": "30d", "by": "withdraw"} or with "park".');
  }
  return { after: readWait('giveUp.after', after), by };
}

function readWord<W extends string>(name: string, value: unknown, words: readonly W[]): W {
  const word = words.find((one) => one === value);
  if (word === undefined)
    throw new Unreadable(`Send "${name}" as ${words.map((one) => `"${one}"`).join(' or ')}.`);
  return word;
}

/** A day begins at midnight, UTC; a time of day needs its zone; a duration counts from now. */
function readUntil({ until }: Fields, at: number): number {
  if (typeof until === 'string' && /^\d{4}-\d\d-\d\d$/.test(until)) {
    const day = Date.parse(`${until}T00:00:00Z`);
    if (!Number.isNaN(day)) return day;
  }
  if (typeof until === 'string' && /^\d{4}-/.test(until)) {
    const time = readTime(until);
    if (time !== null) return time;
    throw new Unreadable(
      'Send "until" with its zone, such as 2026-12-01T08:00:00Z or 2026-12-01T09:00:00+01:00.',
    );
  }
  return at + readWait('until', until);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** A time with its zone in milliseconds since 1970; null where it is none. */
function readTime(value: unknown): number | null {
  const time = typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

/** No wait is longer than this: what is further away than any vehicle's life was typed wrongly. */
const LONGEST = 3_650 * 86_400_000;

function readWait(name: string, text: unknown): number {
  const hint = name === 'until' ? ', or as a day or a time with its zone' : '';
  try {
    const milliseconds = parseDuration(String(text));
    if (milliseconds > 0 && milliseconds <= LONGEST) return milliseconds;
  } catch {
    // Said below, for this field.
  }
  throw new Unreadable(`Send "${name}" as a duration such as 30s, 15m, 6h or 10d${hint}.`);
}

function nameOf(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || ((name === 'brand' || name === 'fleet') && value.trim() === '')) {
    throw new Unreadable(`Send "${name}" as a text.`);
  }
  if (value.length > LIMITS.name)
    throw new Unreadable(`Send "${name}" with at most ${LIMITS.name} characters.`);
  return value;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** Reads what a webhook says: its words become a status of ours, and a time that is none is left out. */
export function claimed(claim: ClearanceClaim, at: number): Extract<LifecycleEvent, { type: 'claimed' }> {
  const { status: word, reason, deliveryId, providerTime } = fieldsOf(claim) ?? {};
  return {
    type: 'claimed',
    at,
    status: parseStatus(String(word)),
    reason: typeof reason === 'string' ? reason : null,
    deliveryId: typeof deliveryId === 'string' ? deliveryId : null,
    providerTime: readTime(providerTime),
  };
}

/** Reads what a sweep tells; null for what makes no sense: it was typed by hand, and says nothing. */
export function swept(payload: unknown, at: number): Extract<LifecycleEvent, { type: 'observed' }> | null {
  const { clearance, begun = null } = fieldsOf(payload) ?? {};
  const row = clearance === null ? null : fieldsOf(clearance);
  if (row === null && clearance !== null) return null;
  if (!isTimeOrNothing(begun)) return null;
  const told = { type: 'observed', at, source: 'sweep', begun: begun ?? null } as const;
  if (row === null) return { ...told, clearance: null };
  const { status, reason = null, changedAt = null, createdAt = null, statusSince = null, brand = null } = row;
  const { rows } = row;
  const times = [changedAt, createdAt, statusSince].every(isTimeOrNothing);
  const texts = [reason, brand].every((text) => text === null || typeof text === 'string');
  if (typeof status !== 'string' || !times || !texts || !isCountOrNothing(rows)) return null;
  const read = { status: parseStatus(status), reason, changedAt, createdAt, statusSince, brand };
  return { ...told, clearance: { ...read, ...(rows !== undefined && { rows }) } as Observation };
}

/** The last moment that a date can be. */
const LAST_MOMENT = 8_640_000_000_000_000;

function isTimeOrNothing(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Math.abs(value) <= LAST_MOMENT);
}

function isCountOrNothing(value: unknown): boolean {
  return value === undefined || (Number.isSafeInteger(value) && Number(value) > 0);
}

/** What is wrong with the input of an activation, if anything: it may be typed by hand in the Temporal UI. */
export function inputProblem(input: unknown): string | null {
  const fields = fieldsOf(input);
  if (!fields) return 'Start it with an object that has "vin", "brand", "provider" and "application".';
  for (const name of ['vin', 'brand', 'provider', 'application', 'fleet', 'externalId']) {
    const value = fields[name];
    const isMissing = value === undefined || value === null;
    if (isMissing && (name === 'fleet' || name === 'externalId')) continue;
    if (typeof value !== 'string' || value.trim() === '') return `Send "${name}" as a text.`;
    if (value.length > LIMITS.name) return `Send "${name}" with at most ${LIMITS.name} characters.`;
  }
  const tags = fields['tags'] === undefined ? {} : fieldsOf(fields['tags']);
  if (!tags || !Object.values(tags).every((text) => typeof text === 'string')) {
    return 'Send "tags" as an object of texts.';
  }
  if (!['undefined', 'boolean'].includes(typeof fields['adopt']))
    return 'Send "adopt" as true, or leave it out.';
  if (fields['heard'] !== undefined && !Array.isArray(fields['heard'])) return 'Leave "heard" out.';
  if (fields['carried'] !== undefined && !fieldsOf(fieldsOf(fields['carried'])?.['vehicle'])) {
    return 'Leave "carried" out.';
  }
  return tagProblem(tags as Record<string, string>);
}
