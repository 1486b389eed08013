import type { z } from 'zod';
import type { Activations, Reply } from '../../temporal/activations';
import { Defleeted, DefleetedBatch, MessageTaken } from './answers';
import { countOf, forEachItem } from './batch';
import { type Call, type Operation, operation, pointer } from './operation';
import { ApiError } from './problem';
import {
  AcknowledgeRequest,
  AmendRequest,
  BATCH_LIMIT,
  DefleetBatchRequest,
  DefleetRequest,
  RetryRequest,
} from './requests';
import type { Token } from './tokens';
import { brandId, readVin } from './vehicle';

type Message<Body extends z.ZodType> = Pick<Operation, 'id' | 'path' | 'summary' | 'description'> & {
  readonly body: Body;
  readonly bodyOptional?: boolean;
  send(call: Call<unknown, z.output<Body>>, by: string): Promise<Reply>;
};

/** A message to one activation that is alive. */
function message<Body extends z.ZodType<{ by?: string | undefined }>>({
  send,
  ...described
}: Message<Body>): Operation {
  return operation({
    ...described,
    method: 'POST',
    role: 'operate',
    success: { status: 200, description: 'The activation has the message', schema: MessageTaken },
    problems: ['ACTIVATION_ENDED', 'MESSAGE_REFUSED', 'WORKER_MISSING'],
    handle: async (call: Call<unknown, z.output<Body>>) => {
      const { status, next, ended } = await send(call, nameFor(call.token, call.body.by));
      if (ended) {
        throw new ApiError(
          'ACTIVATION_ENDED',
          `The activation of ${call.vin} has ended (${status}); nothing was changed`,
          'Start a new one with POST /v1/activations.',
        );
      }
      return { body: { vin: call.vin, status, next } };
    },
  });
}

export const retryActivation = message({
  id: 'retryActivation',
  path: '/activations/{vin}/retry',
  summary: 'Say that the owner has done what was asked',
  description: 'The clearance is looked at now, and submitted again if it has ended.',
  body: RetryRequest,
  bodyOptional: true,
  send: ({ activations, vin }, by) => activations.retry(vin, { by }),
});

export const resumeActivation = message({
  id: 'resumeActivation',
  path: '/activations/{vin}/resume',
  summary: 'Go on with a parked activation',
  description: 'Refused when the activation is not parked.',
  body: RetryRequest,
  bodyOptional: true,
  send: ({ activations, vin }, by) => activations.resume(vin, { by }),
});

export const amendActivation = message({
  id: 'amendActivation',
  path: '/activations/{vin}/amend',
  summary: 'Correct what an activation asks for',
  description:
    'Tags are added to those that are there. The brand can only change while no clearance is open.',
  body: AmendRequest,
  send: ({ api, activations, vin, body: { by: _, brand, tags, policy } }, by) =>
    activations.amend(vin, {
      by,
      ...(brand !== undefined && { brand: brandId(brand, api.catalogue, { pointer: pointer('brand') }) }),
      ...(tags && { tags }),
      ...(policy && { policy: policy as NonNullable<Parameters<Activations['amend']>[1]['policy']> }),
    }),
});

export const acknowledgeActivation = message({
  id: 'acknowledgeActivation',
  path: '/activations/{vin}/acknowledge',
  summary: 'Stop the reminders for a while',
  description: 'What is waited for goes on; only people are left alone.',
  body: AcknowledgeRequest,
  send: ({ activations, vin, body: { until } }, by) => activations.acknowledge(vin, { by, until }),
});

export const defleetActivation = operation({
  id: 'defleetActivation',
  method: 'POST',
  path: '/activations/{vin}/defleet',
  summary: 'End the access of a vehicle that leaves the fleet',
  description:
    'The clearance is canceled or revoked as the brand allows; that can take days. Asking again, or after the end, changes nothing and is no error.',
  role: 'operate',
  body: DefleetRequest,
  bodyOptional: true,
  success: { status: 202, description: 'The activation has the message, or has ended', schema: Defleeted },
  problems: ['MESSAGE_REFUSED', 'WORKER_MISSING'],
  handle: async ({ activations, vin, token, body }) => ({
    body: { vin, ...(await defleet(activations, vin, token, body)) },
  }),
});

export const defleetActivations = operation({
  id: 'defleetActivations',
  method: 'POST',
  path: '/activations/defleet',
  summary: 'End the access of many vehicles',
  description: `Takes at most ${BATCH_LIMIT} VINs. Sending the same batch again is harmless.`,
  role: 'operate',
  body: DefleetBatchRequest,
  success: {
    status: 202,
    description:
      'The batch was understood. `results` says what came of each VIN, also when all were refused.',
    schema: DefleetedBatch,
  },
  problems: [],
  handle: async ({ api, activations, token, body: { vins, ...body }, requestId }) => {
    const results = await forEachItem(
      vins,
      async (text, index) => {
        const vin = readVin(text, api.sandbox, { pointer: pointer('vins', index) });
        return { vin, ...(await defleet(activations, vin, token, body)) };
      },
      { requestId, log: api.log },
    );
    return {
      body: {
        leaving: countOf(results, 'leaving'),
        ended: countOf(results, 'ended'),
        refused: countOf(results, 'refused'),
        results: results.map((result, index) => ({
          index,
          vin: vins[index]?.trim().toUpperCase(),
          ...result,
        })),
      },
    };
  },
});

async function defleet(
  activations: Activations,
  vin: string,
  token: Token,
  { by, reason }: z.output<typeof DefleetRequest>,
) {
  const reply = await activations.defleet(vin, { by: nameFor(token, by), ...(reason && { reason }) });
  return { outcome: reply.ended ? 'ended' : 'leaving', status: reply.status, next: reply.next } as const;
}

/** Who asked, for the record: the token's name cannot be made up, what the client says of itself can. */
function nameFor({ name }: Token, by: string | undefined): string {
  return by === undefined ? name : `${by} (${name})`;
}
