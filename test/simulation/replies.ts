import type { Reply } from '../../src/providers/shared/transport';
import { withoutName } from './awkward';
import type { Word } from './books';
import type { Random } from './random';
import { VIN } from './world';

/** What a webhook says, as the gateway hands it on. */
export interface Announcement {
  readonly status: string;
  readonly reason: string | null;
  readonly deliveryId: string | null;
  readonly providerTime: string | null;
}

export function reply(status: number, body: string, headers: Reply['headers'] = {}): Reply {
  return { status, body, headers, requestId: undefined };
}

export function json(status: number, body: unknown): Reply {
  return reply(status, JSON.stringify(body));
}

export function words(status: number, title: string, detail: string): Reply {
  return json(status, { errors: [{ title, detail }] });
}

export function submitReply(status: string, description: string | null): Reply {
  return json(200, { vehicles: [{ vin: VIN, status, ...(description !== null && { description }) }] });
}

export function accepted(word: Word, description: string | null): Reply {
  return submitReply(word, description);
}

export const NO_SUCH_VIN = words(404, 'Not found', 'No clearance for this vehicle');

/** Answers to a DELETE by which there is nothing (any more). */
export const DENIALS: readonly Reply[] = [
  NO_SUCH_VIN,
  words(409, 'Conflict', 'Clearance is already removed'),
];

/** Answers to a DELETE that are not so, or say nothing. */
export const FALSE_ANSWERS: readonly Reply[] = [
  words(409, 'Conflict', 'Clearance is in transition mode'),
  words(422, 'Unprocessable', "the pending status could only be canceled after 1 day it's created"),
  words(422, 'Unprocessable', 'cancellation is not supported for this vin'),
  words(409, 'Conflict', 'Clearance is already removed'),
  words(422, 'Unprocessable', 'the moon is in the wrong house'),
  NO_SUCH_VIN,
  reply(409, ''),
  reply(204, ''),
  reply(422, '{}'),
];

/** What the carmaker says of a VIN before it is submitted: any of its answers. */
export function eligibilityAnswer(random: Random): Reply {
  const fate = random.next();
  if (fate < 0.7) return json(200, { vin: VIN, eligible: true });
  if (fate < 0.85) return json(200, { vin: VIN, eligible: false });
  const source = fate < 0.92 ? 'vin' : 'brand';
  return json(422, { errors: [{ title: 'Unprocessable', detail: 'unknown', source }] });
}

/** Otonomo's, which may not know, or not tell. */
export function connectivityAnswer(random: Random): Reply {
  const fate = random.next();
  if (fate < 0.2) return json(403, { message: 'not allowed' });
  return json(200, {
    vin: VIN,
    connectivity: random.pick(['supported', 'supported', 'unsupported', 'perhaps']),
  });
}

/** A reply to a POST whose rows do not say it. */
export function answerWithoutNames(reply: Reply, random: Random): Reply {
  const { vehicles } = JSON.parse(reply.body ?? '') as { vehicles: object[] };
  return json(reply.status, { vehicles: vehicles.map((row) => withoutName(row, random)) });
}
