import { randomUUID } from 'node:crypto';
import { askingId, DEPARTURES, type Departure } from '../../workflows/contract/defleetings';
import type { DefleetRequest, Envelope } from '../../workflows/contract/messages';
import type { Activations, Sending } from '../activations/activations';
import { runningAnywhere } from '../activations/anywhere';
import type { MessageReply } from '../activations/sending';
import { VinError } from '../base/errors';
import { applicationKey } from '../domain/application';
import { dayIn } from './dates';
import { type AskReply, Defleetings, type NewDefleeting } from './defleetings';

/** How a vehicle leaves, beside the reason of the message. */
export type Leave = Pick<NewDefleeting, 'eventDate' | 'deadline' | 'onBehalfOf' | 'role' | 'channel'>;

/** A defleet as it is sent to one vehicle, or by a batch to many: with `leave` the vehicle leaves everywhere, without it this activation ends. */
export async function leave(
  activations: Activations,
  vin: string,
  { leave: how, ...message }: DefleetRequest & { readonly leave?: Leave },
  sending?: Sending,
): Promise<MessageReply> {
  if (!how) {
    const reply = await activations.defleet(vin, message, sending);
    return { ...reply, next: `Only at ${applicationKey(activations.app)}: ${reply.next}` };
  }
  const { id, by = null, reason, ...envelope } = message;
  return leaveAll(activations, { ...how, ...departureOf(reason), vin, id, by }, envelope, sending);
}

/**
 * Takes back that a vehicle leaves: all of it where it leaves everywhere, else the message to this activation.
 *
 * @throws what sending a message throws; `MESSAGE_REFUSED` where it cannot be taken back any more.
 */
export async function stay(
  { activations, defleetings }: { readonly activations: Activations; readonly defleetings: Defleetings },
  vin: string,
  message: Envelope,
  sending?: Sending,
): Promise<MessageReply> {
  if (!(await defleetings.isOpen(vin))) return activations.stay(vin, message, sending);
  const { id = randomUUID(), by = null } = message;
  const { outcome, next } = await defleetings.takeBack(vin, { id, by });
  const { status } = await activations.row(vin).catch(() => ({ status: 'absent' as const }));
  return { outcome, id, status, next, countsUntil: null };
}

/** The same as batches and commands send it. */
export function stayAnywhere(
  activations: Activations,
  vin: string,
  message: Envelope,
  sending?: Sending,
): Promise<MessageReply> {
  const defleetings = new Defleetings(activations.client, activations.fleets);
  return stay({ activations, defleetings }, vin, message, sending);
}

/** A reason of the list; any other words are kept beside it. */
function departureOf(text: string | undefined): { readonly reason: Departure; readonly note: string | null } {
  const known = DEPARTURES.find((departure) => departure === text?.toLowerCase());
  return known ? { reason: known, note: null } : { reason: 'other', note: text ?? null };
}

/**
 * Has a vehicle leave, and answers as its activation in the application of the caller does: the message to it is the one
 * that the defleeting sends to all of them, so it is taken once.
 *
 * @throws what sending a message throws, but for a vehicle without an activation: that leaves as well.
 */
export async function leaveAll(
  activations: Activations,
  asked: Omit<NewDefleeting, 'notAfter'>,
  envelope: Envelope,
  how?: Sending,
): Promise<MessageReply> {
  const { vin, by, note, reason, id = randomUUID() } = asked;
  const notAfter = envelope.notAfter === undefined ? null : Date.parse(envelope.notAfter);
  const reply = await new Defleetings(activations.client, activations.fleets).ask({ ...asked, id, notAfter });
  if (isToCome(reply)) return replyOf(id, scheduledWords(reply));
  const message = { ...(by !== null && { by }), reason: note ?? reason };
  const words = wordsOf(reply);
  try {
    const sent = await activations.defleet(vin, { ...envelope, ...message, id: askingId(id) }, how);
    const next = sent.outcome === 'ended' ? endedWords(reply) : sent.next;
    return { ...sent, id, next: `${words}${next}` };
  } catch (error) {
    if (!(error instanceof VinError && error.code === 'ACTIVATION_UNKNOWN')) throw error;
    const [row, ...more] = await runningAnywhere(activations.client, vin, activations.fleets);
    if (!row)
      return replyOf(id, `${words}No activation of it is known here: its providers are asked directly.`);
    const places = [row, ...more].map(applicationKey).sort().join(', ');
    return {
      ...replyOf(id, `${words}It leaves at ${places}, and the end is read back.`),
      status: row.status,
    };
  }
}

/** Whether it begins on another day: then nothing is sent today. */
function isToCome({ outcome, defleeting }: AskReply): boolean {
  if (outcome === 'left') return false;
  const { eventDate, step } = defleeting;
  return step === 'scheduled' && eventDate !== null && eventDate > dayIn('UTC', Date.now());
}

function scheduledWords({ outcome, defleeting }: AskReply): string {
  const { eventDate } = defleeting;
  const is = outcome === 'already-leaving' ? 'It was asked for before: it is' : 'It is';
  return `${is} scheduled for ${eventDate}. Until then: vin defleet move, or vin defleet take-back.`;
}

function wordsOf({ outcome, defleeting: { askedAt } }: AskReply): string {
  return outcome === 'already-leaving' ? `It is leaving already, since ${askedAt}. ` : '';
}

function endedWords({ outcome, defleeting }: AskReply): string {
  if (outcome !== 'left')
    return 'Its activation has ended: what its providers have is read back, and ended where it is open.';
  const { certificate } = defleeting;
  return `It has left${certificate ? `: certificate ${certificate.number}` : ''}. There is nothing left to do.`;
}

function replyOf(id: string, next: string): MessageReply {
  return { outcome: 'taken', id, status: 'absent', next, countsUntil: null };
}
