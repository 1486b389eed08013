import type { z } from 'zod';
import type { Envelope } from '../../../workflows/contract/messages';
import type { Activations, Sending } from '../../activations/activations';
import { type MessageReply, PATIENCE } from '../../activations/sending';
import { stay } from '../../defleetings/leave';
import { applicationKey } from '../../domain/application';
import { Defleeted, MessageSent } from './answer-schemas';
import { evenly } from './evenly';
import { type Answer, type Call, type Operation, operation, pointer } from './operation';
import { ApiError, invalidFields } from './problem';
import {
  AcknowledgeRequest,
  AmendRequest,
  DefleetRequest,
  RetryRequest,
  StayRequest,
  SuspendRequest,
} from './request-schemas';
import { defleetingsOf } from './token-applications';
import type { Token } from './tokens';
import { brandId, requireFleet } from './vehicle';

/** Milliseconds that a worker has for a message once the one before it was not taken in. */
const SHORT_PATIENCE = 250;

/** What every message's body may hold. */
export interface Asked {
  readonly by?: string | undefined;
  readonly id?: string | undefined;
  readonly notAfter?: string | undefined;
}

type AmendRequestOf = Omit<Parameters<Activations['amend']>[1], keyof Envelope>;

type Message<Body extends z.ZodType> = Pick<Operation, 'id' | 'path' | 'summary' | 'description'> & {
  readonly body: Body;
  readonly bodyOptional?: boolean;
  send(call: Call<unknown, z.output<Body>>, envelope: Envelope, how: Sending): Promise<MessageReply>;
};

const QUEUED =
  'The message is kept, and nobody has taken it in yet: it counts until `countsUntil`. Read the activation, or send it again with the same id';

/** A message to one activation that is alive. */
function message<Body extends z.ZodType<Asked>>({ send, ...described }: Message<Body>): Operation {
  return operation({
    ...described,
    method: 'POST',
    role: 'operate',
    success: { status: 200, description: 'The activation has taken the message', schema: MessageSent },
    queued: QUEUED,
    takesKey: true,
    problems: ['ACTIVATION_ENDED', 'MESSAGE_REFUSED', 'MESSAGE_NOT_KNOWN', 'RUN_FULL'],
    handle: async (call: Call<unknown, z.output<Body>>) => {
      const envelope = envelopeOf(call);
      const reply = await inTurn(call, (how) => send(call, envelope, how));
      if (reply.outcome !== 'ended') return answerWith({ vin: call.vin, ...reply });
      throw hasEnded(call.vin, reply);
    },
  });
}

/** Nobody is there to take the message. */
function hasEnded(vin: string, { status }: Pick<MessageReply, 'status'>): ApiError {
  return new ApiError(
    'ACTIVATION_ENDED',
    `The activation of ${vin} has ended (${status}); nothing was changed`,
    'Start a new one with POST /v1/activations.',
  );
}

export const stayActivation = message({
  id: 'stayActivation',
  path: '/activations/{vin}/stay',
  summary: 'Take back that a vehicle leaves the fleet',
  description:
    'Refused once the provider was asked to end the access: then start the vehicle with `again`, and it begins once this life has ended.',
  body: StayRequest,
  bodyOptional: true,
  send: (call, envelope, how) =>
    stay({ activations: call.activations, defleetings: defleetingsOf(call) }, call.vin, envelope, how),
});

export const suspendActivation = message({
  id: 'suspendActivation',
  path: '/activations/{vin}/suspend',
  summary: 'Pause the access to a vehicle',
  description:
    'Its data stops, and it stays in the fleet; a resume asks for it again. Refused where the provider cannot, or where no access is given.',
  body: SuspendRequest,
  bodyOptional: true,
  send: ({ activations, vin }, envelope, how) => activations.suspend(vin, envelope, how),
});

export const retryActivation = message({
  id: 'retryActivation',
  path: '/activations/{vin}/retry',
  summary: 'Say that the owner has done what was asked',
  description: 'The clearance is looked at now, and submitted again if it has ended.',
  body: RetryRequest,
  bodyOptional: true,
  send: ({ activations, vin }, envelope, how) => activations.retry(vin, envelope, how),
});

export const resumeActivation = message({
  id: 'resumeActivation',
  path: '/activations/{vin}/resume',
  summary: 'Go on with a parked activation',
  description: 'Refused when the activation is not parked.',
  body: RetryRequest,
  bodyOptional: true,
  send: ({ activations, vin }, envelope, how) => activations.resume(vin, envelope, how),
});

export const refreshActivation = message({
  id: 'refreshActivation',
  path: '/activations/{vin}/refresh',
  summary: 'Have the rules of an activation read anew',
  description:
    'What has changed in the catalogue or in the configuration since it began counts from now on. An amended policy stays.',
  body: RetryRequest,
  bodyOptional: true,
  send: ({ activations, vin }, envelope, how) => activations.refresh(vin, envelope, how),
});

export const dataSeenActivation = message({
  id: 'dataSeenActivation',
  path: '/activations/{vin}/data-seen',
  summary: 'Say that data of a vehicle flows',
  description:
    'For whoever reads the data by other ways, such as a stream. Say it when the first data comes, and then once a week at most.',
  body: RetryRequest,
  bodyOptional: true,
  send: ({ activations, vin }, envelope, how) => activations.dataSeen(vin, envelope, how),
});

export const amendActivation = message({
  id: 'amendActivation',
  path: '/activations/{vin}/amend',
  summary: 'Correct what an activation asks for',
  description:
    'Tags are added to those that are there; null takes one away. The brand can only change while no clearance is open. Another fleet has the vehicle from then on: the one before sees it no more.',
  body: AmendRequest,
  send: (call, envelope, how) => call.activations.amend(call.vin, { ...envelope, ...amendmentOf(call) }, how),
});

/** What an amendment asks for, which may take an eligibility check. @throws ApiError `REQUEST_INVALID`, `TOO_MANY_REQUESTS`. */
function amendmentOf(call: Call<unknown, Amendment>): AmendRequestOf {
  const { policy } = call.body;
  if (policy?.eligibility && policy.eligibility !== 'off') call.use.takeCheck();
  return amendmentFor(call);
}

type Amendment = Pick<z.output<typeof AmendRequest>, 'brand' | 'fleet' | 'tags' | 'policy'>;

/** The same, before anything is taken. @throws ApiError `REQUEST_INVALID`. */
export function amendmentFor({
  api,
  token,
  body: { brand, fleet, tags, policy },
}: Pick<Call<unknown, Amendment>, 'api' | 'token' | 'body'>): AmendRequestOf {
  if (fleet !== undefined) requireFleet(token, fleet);
  return {
    ...(brand !== undefined && { brand: brandId(brand, api.catalogue, { pointer: pointer('brand') }) }),
    ...(fleet !== undefined && { fleet }),
    ...(tags && { tags }),
    ...(policy && { policy: policy as NonNullable<AmendRequestOf['policy']> }),
  };
}

export const acknowledgeActivation = message({
  id: 'acknowledgeActivation',
  path: '/activations/{vin}/acknowledge',
  summary: 'Stop the reminders for a while',
  description: 'What is waited for goes on; only people are left alone.',
  body: AcknowledgeRequest,
  send: ({ activations, vin, body: { until } }, envelope, how) =>
    activations.acknowledge(vin, { ...envelope, until }, how),
});

export const defleetActivation = operation({
  id: 'defleetActivation',
  method: 'POST',
  path: '/activations/{vin}/defleet',
  summary: 'End the access of a vehicle at this application only',
  description:
    'Its accesses at other applications stay, and there is no certificate: a vehicle that leaves the fleet is asked for at `POST /v1/defleetings`, as `vin defleet` does. The clearance is canceled or revoked as the brand allows; that can take days. Asking again, or after the end, changes nothing and is no error.',
  role: 'operate',
  body: DefleetRequest,
  bodyOptional: true,
  success: {
    status: 200,
    description: 'The activation has taken the message, or has ended',
    schema: Defleeted,
  },
  queued: QUEUED,
  takesKey: true,
  problems: ['MESSAGE_REFUSED', 'MESSAGE_NOT_KNOWN', 'RUN_FULL'],
  handle: async (call) => {
    const { api, activations, vin, body } = call;
    const request = { ...envelopeOf(call), ...reasonOf(body) };
    const reply = await inTurn(call, (how) => activations.defleet(vin, request, how));
    const next = `Only at ${applicationKey(api.app)}: ${reply.next}`;
    return answerWith({ vin, ...reply, next });
  },
});

/** Sends a message when it is the token's turn. Where nobody takes messages in, those after it are not waited for as long: they are kept all the same. */
function inTurn(
  { token, use, signal }: Call<unknown, unknown>,
  send: (how: Sending) => Promise<MessageReply>,
): Promise<MessageReply> {
  const sendOne = async (): Promise<MessageReply> => {
    const reply = await send({ patience: use.isUnheard ? SHORT_PATIENCE : PATIENCE });
    use.isUnheard = reply.outcome === 'queued';
    return reply;
  };
  // Until the beat a turn is kept: else its end would tell how long a vehicle of others took.
  return use.lookInTurn(() => evenly(token, sendOne), signal);
}

/** 202 for what is kept and not taken in yet. */
function answerWith(body: MessageReply & { readonly vin: string }): Answer {
  return { body, ...(body.outcome === 'queued' && { status: 202 }) };
}

export function reasonOf({ reason }: { readonly reason?: string | undefined }): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** @throws ApiError `REQUEST_INVALID` when the header and the body name different ids. */
export function envelopeOf({
  token,
  body,
  idempotencyKey,
}: Call<unknown, Asked>): Envelope & { readonly by: string } {
  const { by, id = idempotencyKey, notAfter } = body;
  if (idempotencyKey !== undefined && id !== idempotencyKey) {
    throw invalidFields([
      { pointer: pointer('id'), code: 'FIELD_INVALID', detail: 'is another than the Idempotency-Key' },
    ]);
  }
  return {
    by: nameFor(token, by),
    ...(id !== undefined && { id }),
    ...(notAfter !== undefined && { notAfter }),
  };
}

/** Who asked, for the record: the token's name cannot be made up, what the client says of itself can. */
function nameFor({ name }: Token, by: string | undefined): string {
  return by === undefined ? name : `${by} (${name})`;
}
