import { queryOf } from '../../defleetings/defleeting-rows';
import type { DefleetingMessageReply, Defleetings } from '../../defleetings/defleetings';
import { parseDuration } from '../../domain/duration';
import { readCursor, writeCursor } from './cursor';
import {
  Defleeting,
  DefleetingAsked,
  DefleetingMessageSent,
  DefleetingPage,
  DefleetingRequest,
  DefleetingsQuery,
  MoveDefleetingRequest,
  TakeBackRequest,
} from './defleeting-schemas';
import { evenly } from './evenly';
import { envelopeOf } from './message-routes';
import { type Answer, type Call, operation, pointer } from './operation';
import { badCursor } from './reading';
import { defleetingsOf } from './token-applications';
import { readVin, requireFleet } from './vehicle';

const QUEUED =
  'The message is kept, and nobody has taken it in yet. Send it again with the same id to learn what became of it';

/** 202 for what is kept and not taken in yet. */
function answerWith(body: DefleetingMessageReply & { readonly vin: string }): Answer {
  return { body, ...(body.outcome === 'queued' && { status: 202 }) };
}

/** One look or order, when it is the token's turn; until the beat its end would tell of vehicles of others. */
function inTurn<T>(call: Call<unknown, unknown>, work: (defleetings: Defleetings) => Promise<T>): Promise<T> {
  const { token, use, signal } = call;
  return use.lookInTurn(() => evenly(token, () => work(defleetingsOf(call))), signal);
}

export const askDefleeting = operation({
  id: 'askDefleeting',
  method: 'POST',
  path: '/defleetings',
  summary: 'Have a vehicle leave',
  description:
    'Its access ends in every application. Asked again while it is under way, or after it has left, nothing is changed. With a day to come it is scheduled, and may be moved or taken back until then. A token of some fleets can only ask for a vehicle of which all activations are in these, and every token only for one that does not live at other applications than its own alone.',
  role: 'operate',
  body: DefleetingRequest,
  success: { status: 200, description: 'It leaves, is scheduled, or did so before', schema: DefleetingAsked },
  takesKey: true,
  problems: ['ACTIVATION_UNKNOWN', 'VIN_NOT_AVAILABLE', 'MESSAGE_REFUSED'],
  handle: async (call) => {
    const { api, token, use, body, signal } = call;
    const { reason, note = null, eventDate = null, onBehalfOf = null, deadline, by } = body;
    const vin = readVin(body.vin, api, { pointer: pointer('vin') });
    const { id } = envelopeOf(call);
    const order = {
      ...{ vin, reason, note, eventDate, onBehalfOf },
      deadline: deadline === undefined ? null : parseDuration(deadline),
      by: token.name,
      role: by ?? 'operator',
      channel: 'api',
      notAfter: null,
      ...(id !== undefined && { id }),
    };
    // It is a workflow of its own, and asks every provider, also for a vehicle that nobody knows.
    use.takeStart();
    const ask = () => defleetingsOf(call).ask(order);
    const { outcome, defleeting } = await use.inTurn(() => evenly(token, ask), signal);
    return { body: { outcome, defleeting } };
  },
});

export const listDefleetings = operation({
  id: 'listDefleetings',
  method: 'GET',
  path: '/defleetings',
  summary: 'List vehicles that leave',
  description:
    'Those under way and those that are scheduled, newest first; with `all=true` then those that have left.',
  role: 'read',
  query: DefleetingsQuery,
  success: { status: 200, description: 'One page', schema: DefleetingPage },
  problems: ['FLEET_FORBIDDEN'],
  handle: async (call) => {
    const { token, use, query, signal } = call;
    const { fleet, limit, cursor } = query;
    if (fleet) requireFleet(token, fleet);
    const filter = { all: query.all === 'true', overdue: query.overdue === 'true', ...(fleet && { fleet }) };
    // Of any time, so that the next page belongs to the same search.
    const search = queryOf(filter, token.fleets, 0);
    const from = cursor === undefined ? null : readCursor(search, token, cursor);
    if (cursor !== undefined && from === null) throw badCursor();
    use.takePage(limit);
    const page = await use.inTurn(() => defleetingsOf(call).page(filter, { limit, from }), signal);
    return { body: { defleetings: page.rows, next: page.next && writeCursor(search, token, page.next) } };
  },
});

export const readDefleeting = operation({
  id: 'readDefleeting',
  method: 'GET',
  path: '/defleetings/{vin}',
  summary: 'Read how far a vehicle is that leaves',
  description: 'What is open, why, whose turn it is, and what was read back: one part for each application.',
  role: 'read',
  success: { status: 200, description: 'The newest defleeting of the vehicle', schema: Defleeting },
  problems: ['DEFLEETING_UNKNOWN'],
  handle: async (call) => ({ body: await inTurn(call, (defleetings) => defleetings.report(call.vin)) }),
});

export const moveDefleeting = operation({
  id: 'moveDefleeting',
  method: 'POST',
  path: '/defleetings/{vin}/move',
  summary: 'Move it to another day or deadline',
  description: 'Until it has begun; then it is refused.',
  role: 'operate',
  body: MoveDefleetingRequest,
  success: { status: 200, description: 'It is moved', schema: DefleetingMessageSent },
  queued: QUEUED,
  takesKey: true,
  problems: ['DEFLEETING_UNKNOWN', 'MESSAGE_REFUSED'],
  handle: async (call) => {
    const { eventDate, deadline } = call.body;
    const dates = {
      ...(eventDate !== undefined && { eventDate }),
      ...(deadline !== undefined && { deadline: parseDuration(deadline) }),
    };
    const answer = await inTurn(call, (defleetings) => defleetings.move(call.vin, dates, envelopeOf(call)));
    return answerWith({ vin: call.vin, ...answer });
  },
});

export const takeBackDefleeting = operation({
  id: 'takeBackDefleeting',
  method: 'POST',
  path: '/defleetings/{vin}/take-back',
  summary: 'Take it back: the vehicle stays',
  description: 'As long as that is possible; then it is refused, and goes on.',
  role: 'operate',
  body: TakeBackRequest,
  bodyOptional: true,
  success: { status: 200, description: 'The vehicle stays', schema: DefleetingMessageSent },
  queued: QUEUED,
  takesKey: true,
  problems: ['DEFLEETING_UNKNOWN', 'MESSAGE_REFUSED'],
  handle: async (call) => {
    const answer = await inTurn(call, (defleetings) => defleetings.takeBack(call.vin, envelopeOf(call)));
    return answerWith({ vin: call.vin, ...answer });
  },
});
