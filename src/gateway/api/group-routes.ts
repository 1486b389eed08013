import type { z } from 'zod';
import { type Envelope, type MessageKind, signalOf } from '../../../workflows/contract/messages';
import type { Sending } from '../../activations/activations';
import { type Foreseen, foresee } from '../../activations/foresee';
import type { ActivationRow } from '../../activations/reports';
import type { MessageReply } from '../../activations/sending';
import { plainVin } from '../../domain/vin';
import { MessageBatch } from './answer-schemas';
import { alreadyThere, countOf, firstPlaces, forEachItem } from './batch';
import { evenly } from './evenly';
import { type AskedFilters, filterFrom } from './filtering';
import {
  AcknowledgeBatchRequest,
  AmendBatchRequest,
  DefleetBatchRequest,
  RetryBatchRequest,
  StayBatchRequest,
} from './group-schemas';
import { type Asked, amendmentOf, envelopeOf, hasEnded, inTurn, reasonOf } from './message-routes';
import { type Call, type Operation, operation, pointer } from './operation';
import { invalidFields } from './problem';
import { BATCH_LIMIT } from './request-schemas';
import { brandId, readVin, requireFleet, shownVin } from './vehicle';

/** Milliseconds that Temporal has for a search. */
const DEADLINE = 10_000;

interface AskedOfGroup extends Asked {
  readonly vins?: readonly string[] | undefined;
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  readonly dryRun?: boolean | undefined;
  readonly brand?: string | undefined;
}

interface GroupMessage<Body extends z.ZodType> {
  readonly kind: MessageKind;
  readonly summary: string;
  readonly body: Body;
  /** Whether it is as good when an activation has ended. */
  readonly isEndFine?: boolean;
  /** Sends the message to one vehicle: that of the call. */
  readonly send: (
    call: Call<unknown, z.output<Body>>,
    envelope: Envelope,
    how: Sending,
  ) => Promise<MessageReply>;
}

/** One vehicle of a group: as it was named, or as a search has found it. */
type Member = { readonly text: string } | { readonly row: ActivationRow };

/** A message to each vehicle of a group. */
function group<Body extends z.ZodType<AskedOfGroup>>(message: GroupMessage<Body>): Operation {
  const { kind, summary, body } = message;
  return operation({
    id: `${signalOf(kind)}Activations`,
    method: 'POST',
    path: `/activations/${kind}`,
    summary,
    description: `To at most ${BATCH_LIMIT} vehicles, by their VINs or by a filter. Sending the same batch again with its id is harmless; the id counts for each vehicle.`,
    role: 'operate',
    body,
    isBatch: true,
    success: {
      status: 202,
      description:
        'The batch was understood. `results` says what came of each vehicle, also when all were refused.',
      schema: MessageBatch,
    },
    takesKey: true,
    problems: ['FLEET_FORBIDDEN'],
    handle: async (call) => ({ body: await sendToAll(call as Call<unknown, z.output<Body>>, message) }),
  });
}

async function sendToAll<Body extends z.ZodType<AskedOfGroup>>(
  call: Call<unknown, z.output<Body>>,
  message: GroupMessage<Body>,
): Promise<z.output<typeof MessageBatch>> {
  const { api, body, requestId, signal, use } = call;
  const envelope = envelopeOf(call);
  // Wrong for one it is wrong for all.
  const brand =
    body.brand === undefined ? undefined : brandId(body.brand, api.catalogue, { pointer: pointer('brand') });
  const members: readonly Member[] = body.vins?.map((text) => ({ text })) ?? (await found(call));
  use.takeItems(members.length);
  const places = firstPlaces(
    members.map((member) => ('text' in member ? plainVin(member.text) : member.row.vin)),
  );
  const results = await forEachItem(
    members,
    async (member, index) => {
      const vin =
        'row' in member ? member.row.vin : readVin(member.text, api, { pointer: pointer('vins', index) });
      const first = places.get(vin) ?? index;
      if (first !== index) throw alreadyThere(pointer('vins', index), first);
      if (body.dryRun) return { vin, ...(await foreseen(call, message.kind, vin, { member, brand })) };
      const reply = await inTurn(call, (how) => message.send({ ...call, vin }, envelope, how));
      if (reply.outcome === 'ended' && !message.isEndFine) throw hasEnded(vin, reply);
      return { vin, ...reply };
    },
    { requestId, signal, log: api.log },
  );
  return {
    taken: countOf(results, 'taken'),
    queued: countOf(results, 'queued'),
    ended: countOf(results, 'ended'),
    refused: countOf(results, 'refused'),
    notKnown: countOf(results, 'not-known'),
    wouldBeTaken: countOf(results, 'would-be-taken'),
    wouldBeRefused: countOf(results, 'would-be-refused'),
    results: results.map((result, index) => ({ index, vin: shownOf(members[index]), ...result })),
  } as z.output<typeof MessageBatch>;
}

/** The vehicles that a filter chooses. @throws ApiError `REQUEST_INVALID`, `FLEET_FORBIDDEN`. */
async function found({
  api,
  activations,
  token,
  use,
  body,
  signal,
}: Call<unknown, AskedOfGroup>): Promise<Member[]> {
  const asked = Object.entries(body.filter ?? {}).map(([name, value]) => [
    name,
    value === undefined ? undefined : String(value),
  ]);
  const filters = Object.fromEntries(asked) as AskedFilters;
  if (filters.fleet !== undefined) requireFleet(token, filters.fleet);
  const filter = filterFrom(filters, api, (name) => ({ pointer: pointer('filter', name) }));
  use.takePage(BATCH_LIMIT);
  const rows = await use.inTurn(
    () => activations.within(DEADLINE, () => activations.list(filter, { limit: BATCH_LIMIT + 1 })),
    signal,
  );
  if (rows.length <= BATCH_LIMIT) return rows.map((row) => ({ row }));
  throw invalidFields([
    {
      pointer: pointer('filter'),
      code: 'FIELD_INVALID',
      detail: `matches more than ${BATCH_LIMIT} vehicles`,
      next: 'Narrow it, or name the vehicles of one page of the list after the other in "vins".',
    },
  ]);
}

async function foreseen(
  { activations, token, use, signal }: Call<unknown, AskedOfGroup>,
  kind: MessageKind,
  vin: string,
  { member, brand }: { readonly member: Member; readonly brand: string | undefined },
): Promise<{
  readonly outcome: Foreseen['outcome'];
  readonly status: ActivationRow['status'];
  readonly next: string;
}> {
  const row =
    'row' in member
      ? member.row
      : await use.lookInTurn(() => evenly(token, () => activations.row(vin)), signal);
  const { outcome, says } = foresee(kind, row, brand);
  return { outcome, status: row.status, next: says };
}

function shownOf(member: Member | undefined): string {
  if (!member) return '';
  return 'row' in member ? member.row.vin : shownVin(member.text);
}

export const stayActivations = group({
  kind: 'stay',
  summary: 'Take back that many vehicles leave the fleet',
  body: StayBatchRequest,
  send: ({ activations, vin }, envelope, how) => activations.stay(vin, envelope, how),
});

export const retryActivations = group({
  kind: 'retry',
  summary: 'Say for many vehicles that the owner has done what was asked',
  body: RetryBatchRequest,
  send: ({ activations, vin }, envelope, how) => activations.retry(vin, envelope, how),
});

export const resumeActivations = group({
  kind: 'resume',
  summary: 'Go on with many parked activations',
  body: RetryBatchRequest,
  send: ({ activations, vin }, envelope, how) => activations.resume(vin, envelope, how),
});

export const refreshActivations = group({
  kind: 'refresh',
  summary: 'Have the rules of many activations read anew',
  body: RetryBatchRequest,
  send: ({ activations, vin }, envelope, how) => activations.refresh(vin, envelope, how),
});

export const dataSeenActivations = group({
  kind: 'data-seen',
  summary: 'Say that data of many vehicles flows',
  body: RetryBatchRequest,
  send: ({ activations, vin }, envelope, how) => activations.dataSeen(vin, envelope, how),
});

export const amendActivations = group({
  kind: 'amend',
  summary: 'Correct what many activations ask for',
  body: AmendBatchRequest,
  send: (call, envelope, how) => call.activations.amend(call.vin, { ...envelope, ...amendmentOf(call) }, how),
});

export const acknowledgeActivations = group({
  kind: 'acknowledge',
  summary: 'Stop the reminders about many vehicles for a while',
  body: AcknowledgeBatchRequest,
  send: ({ activations, vin, body: { until } }, envelope, how) =>
    activations.acknowledge(vin, { ...envelope, until }, how),
});

export const defleetActivations = group({
  kind: 'defleet',
  summary: 'End the access of many vehicles',
  body: DefleetBatchRequest,
  isEndFine: true,
  send: ({ activations, vin, body }, envelope, how) =>
    activations.defleet(vin, { ...envelope, ...reasonOf(body) }, how),
});
