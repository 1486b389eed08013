import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  askingId,
  DEPARTURES,
  type DefleetingListed,
  type Departure,
  hasBegun,
  STAY_COUNTS,
  stayingId,
} from '../../workflows/contract/defleetings';
import type { DefleetRequest, Envelope } from '../../workflows/contract/messages';
import type { Activations, Sending } from '../activations/activations';
import { runningAnywhere } from '../activations/anywhere';
import type { MessageReply } from '../activations/sending';
import { VinError } from '../base/errors';
import { applicationKey } from '../domain/application';
import { type AskReply, Defleetings, type NewDefleeting } from './defleetings';

/** How a vehicle leaves, beside the reason of the message. */
export type Leave = Pick<NewDefleeting, 'eventDate' | 'deadline' | 'onBehalfOf' | 'role' | 'channel'> & {
  /** Why, in words of its own beside a reason of the list. */
  readonly note?: string;
};

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
  const why = departureOf(reason);
  const asked = { ...how, ...why, note: how.note ?? why.note };
  return leaveAll(activations, { ...asked, vin, id, by }, envelope, sending);
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
  const order = await defleetings.row(vin);
  const behind = () => stayBehind(activations, order.id, vin, { id, by });
  // Whoever begins to work while we wait for an answer has both from the start.
  const isUnheard = order.step === 'scheduled' && order.beginsAt === null;
  const [{ outcome, next }] = await Promise.all([
    defleetings.takeBack(vin, { id, by }),
    ...(isUnheard ? [behind()] : []),
  ]);
  if (outcome === 'queued' && !isUnheard) await behind();
  const { status } = await activations.row(vin).catch(() => ({ status: 'absent' as const }));
  const words = outcome === 'queued' && isUnheard ? `${UNHEARD} ${next}` : next;
  return { outcome, id, status, next: words, countsUntil: null };
}

const UNHEARD =
  'As far as can be seen no worker has heard that it leaves: the one that comes reads both before it asks anybody, and it stays.';

/**
 * No worker has heard of it, and a message to leave may wait with the activation here: the one to stay goes behind it, with the
 * id by which the defleeting sends it. Both are read before anything is sent (workflows/activation/shell.ts). It counts as long
 * as what it takes back may.
 */
async function stayBehind(
  activations: Activations,
  order: string,
  vin: string,
  { id, by }: { readonly id: string; readonly by: string | null },
): Promise<void> {
  const notAfter = new Date(Date.now() + STAY_COUNTS).toISOString();
  const message = { id: stayingId(order, id), notAfter, ...(by !== null && { by }) };
  await activations.stay(vin, message, { patience: LOOK }).catch((error: unknown) => {
    // What it refuses, the defleeting tells.
    if (!(error instanceof VinError)) throw error;
  });
}

/** The same as batches and commands send it. @param message.channel who asks by the API is at one application, as for `leaveAll` */
export function stayAnywhere(
  activations: Activations,
  vin: string,
  { channel, ...message }: Envelope & { readonly channel?: 'api' },
  sending?: Sending,
): Promise<MessageReply> {
  const here = channel === 'api' ? [applicationKey(activations.app)] : null;
  const defleetings = new Defleetings(activations.client, activations.fleets, undefined, here);
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
  // Who asks by the API is at one application: a vehicle that lives at others alone is not theirs to send away.
  const here = asked.channel === 'api' ? [applicationKey(activations.app)] : null;
  const defleetings = new Defleetings(activations.client, activations.fleets, undefined, here);
  const reply = await defleetings.ask({ ...asked, id, notAfter });
  if (reply.outcome !== 'left' && (await isToCome(defleetings, reply.defleeting)))
    return { ...replyOf(id, scheduledWords(reply)), status: await statusOf(activations, vin) };
  const message = { ...(by !== null && { by }), reason: note ?? reason };
  const words = wordsOf(reply);
  // Nothing is sent: whoever lives here now has begun after that.
  if (reply.outcome === 'left') return leftReply(activations, vin, id, reply);
  try {
    const sent = await activations.defleet(vin, { ...envelope, ...message, id: askingId(id) }, how);
    const next = sent.outcome === 'ended' ? ENDED : sent.next;
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

/** How long a worker has to say when the day begins, in milliseconds, and the pause between two looks. */
const PLANNING = 3_000;
const LOOK = 100;

/**
 * Whether it has not begun: then nothing is sent, and the defleeting asks when it begins. When a day begins, in the zone of the
 * workers, they alone know.
 */
async function isToCome(defleetings: Defleetings, asked: DefleetingListed): Promise<boolean> {
  if (asked.eventDate === null) return false;
  let known = asked;
  for (const end = Date.now() + PLANNING; Date.now() < end; await setTimeout(LOOK)) {
    if (known.beginsAt !== null || known.step !== 'scheduled') break;
    known = await defleetings.row(asked.vin).catch(() => known);
  }
  return !hasBegun(known, Date.now());
}

function scheduledWords({ outcome, defleeting }: AskReply): string {
  const { eventDate } = defleeting;
  const is = outcome === 'already-leaving' ? 'It was asked for before: it is' : 'It is';
  return `${is} scheduled for ${eventDate}. Until then: vin defleet move, or vin defleet take-back.`;
}

function wordsOf({ outcome, defleeting: { askedAt } }: AskReply): string {
  return outcome === 'already-leaving' ? `It is leaving already, since ${askedAt}. ` : '';
}

const ENDED = 'Its activation has ended: what its providers have is read back, and ended where it is open.';

async function leftReply(
  activations: Activations,
  vin: string,
  id: string,
  { defleeting: { certificate } }: AskReply,
): Promise<MessageReply> {
  const status = await statusOf(activations, vin);
  const next = `It has left${certificate ? `: certificate ${certificate.number}` : ''}. There is nothing left to do.`;
  return { outcome: 'ended', id, status, next, countsUntil: null };
}

/** In the application of the caller, where nothing is sent to it now. */
async function statusOf(activations: Activations, vin: string): Promise<MessageReply['status']> {
  return (await activations.rowIfKnown(vin))?.status ?? 'absent';
}

function replyOf(id: string, next: string): MessageReply {
  return { outcome: 'taken', id, status: 'absent', next, countsUntil: null };
}
