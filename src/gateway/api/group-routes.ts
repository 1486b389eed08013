import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type MessageKind, signalOf } from '../../../workflows/contract/messages';
import type { BatchMember, BatchReport, NewBatch } from '../../activations/batches';
import { type Foreseen, foresee } from '../../activations/foresee';
import type { ActivationRow } from '../../activations/reports';
import { VinError } from '../../base/errors';
import type { Leave } from '../../defleetings/leave';
import { parseDuration } from '../../domain/duration';
import { ForeseenBatch } from './answer-schemas';
import { countOf, forEachItem } from './batch';
import { inTurn, resourceOf } from './batch-routes';
import { Batch } from './batch-schemas';
import { evenly } from './evenly';
import { type AskedFilters, filterFrom } from './filtering';
import {
  AcknowledgeBatchRequest,
  AmendBatchRequest,
  DefleetBatchRequest,
  RetryBatchRequest,
  StayBatchRequest,
  SuspendBatchRequest,
} from './group-schemas';
import { absent, withinShare } from './lasting-batch';
import { type Asked, amendmentFor, envelopeOf, reasonOf } from './message-routes';
import { type Answer, type Call, type Operation, operation, pointer } from './operation';
import { invalidFields } from './problem';
import { BATCH_LIMIT } from './request-schemas';
import { requireFleet, shownVin } from './vehicle';

/** Milliseconds that Temporal has for a search. */
const DEADLINE = 10_000;

interface AskedOfGroup extends Asked {
  readonly vins?: readonly string[] | undefined;
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  readonly dryRun?: boolean | undefined;
}

interface GroupMessage<Body extends z.ZodType> {
  readonly kind: MessageKind;
  readonly summary: string;
  readonly body: Body;
  /** The message's own words. Wrong for one they are wrong for all. @default none */
  readonly request?: (call: Call<unknown, z.output<Body>>) => object;
  /** Whether each vehicle takes an eligibility check of the token's share. */
  readonly takesChecks?: (body: z.output<Body>) => boolean;
  /** Whether each vehicle counts as a start. @default no */
  readonly takesStarts?: boolean;
  /** What else is to be known of it. */
  readonly says?: string;
}

/** One vehicle of a group: as it was named, or as a search has found it. */
type Member = BatchMember & { readonly row?: ActivationRow };

/** A message to each vehicle of a group. */
function group<Body extends z.ZodType<AskedOfGroup>>(message: GroupMessage<Body>): Operation {
  const { kind, summary, body, says } = message;
  return operation({
    id: `${signalOf(kind)}Activations`,
    method: 'POST',
    path: `/activations/${kind}`,
    summary,
    description: `To at most ${BATCH_LIMIT} vehicles, by their VINs or by a filter, each once. It is a batch, which goes on by itself; sent again with the same id it is the same one.${says ? ` ${says}` : ''}`,
    role: 'operate',
    body,
    isBatch: true,
    success: {
      status: 202,
      description: 'The batch is durable, and goes on. Read at `Location` what comes of its vehicles.',
      schema: Batch,
      headers: { Location: 'The address of the batch' },
    },
    instead: { description: 'Of a dry run: what would happen to each vehicle', schema: ForeseenBatch },
    takesKey: true,
    problems: ['FLEET_FORBIDDEN', 'BATCH_ID_TAKEN'],
    handle: (call) => sendToAll(call as Call<unknown, z.output<Body>>, message),
  });
}

async function sendToAll<Body extends z.ZodType<AskedOfGroup>>(
  call: Call<unknown, z.output<Body>>,
  { kind, request: requestOf, takesChecks, takesStarts }: GroupMessage<Body>,
): Promise<Answer> {
  const { activations, body, use } = call;
  const request = { ...requestOf?.(call) };
  if (body.vins) use.takeItems(body.vins.length);
  if (body.dryRun) return { status: 200, body: await foreseen(call, kind, request) };
  const { id, by, notAfter } = envelopeOf(call);
  const asked = { id: id ?? randomUUID(), kind, request, asked: body.vins ?? body.filter };
  const known =
    id === undefined ? null : await inTurn(call, () => activations.batches.known(asked)).catch(absent);
  if (known) return answerWith(known);
  const members = await membersOf(call);
  if (takesChecks?.(body)) for (const _one of members) use.takeCheck();
  if (takesStarts) for (const { error } of members) if (!error) use.takeStart();
  const order = { ...asked, by, members, token: call.token.id, chosen: body.vins ? 'VINs' : 'a filter' };
  return answerWith(
    await withinShare(call, asked.id, () => start(call, { ...order, ...(notAfter && { notAfter }) })),
  );
}

function start({ api, activations }: Call<unknown, unknown>, order: NewBatch): Promise<BatchReport> {
  return activations.within(DEADLINE, () => activations.batches.start(api.app, order));
}

function answerWith(report: BatchReport): Answer {
  const Location = `/v1/batches/${encodeURIComponent(report.id)}`;
  return { body: resourceOf(report), headers: { Location } };
}

/** The vehicles that are named, or that a filter chooses. @throws ApiError `REQUEST_INVALID`, `FLEET_FORBIDDEN`. */
async function membersOf(call: Call<unknown, AskedOfGroup>): Promise<Member[]> {
  const { api, body } = call;
  if (!body.vins) return found(call);
  const members = new Map<string, Member>();
  for (const text of body.vins) {
    const check = api.checkVehicle(text, api);
    const vin = check.ok ? check.vin : shownVin(text);
    if (members.has(vin)) continue;
    const error = check.ok
      ? undefined
      : new VinError('VIN_INVALID', `The VIN ${check.problem}`, check.remedy);
    members.set(vin, { vin, ...(error && { error }) });
  }
  return [...members.values()];
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
  if (rows.length <= BATCH_LIMIT) {
    use.takeItems(rows.length);
    return rows.map((row) => ({ vin: row.vin, row }));
  }
  throw invalidFields([
    {
      pointer: pointer('filter'),
      code: 'FIELD_INVALID',
      detail: `matches more than ${BATCH_LIMIT} vehicles`,
      next: 'Narrow it, or name the vehicles of one page of the list after the other in "vins".',
    },
  ]);
}

/** What would happen to each, by what lists show. Nothing is sent. */
async function foreseen(
  call: Call<unknown, AskedOfGroup>,
  kind: MessageKind,
  { brand }: { readonly brand?: string },
): Promise<z.output<typeof ForeseenBatch>> {
  const { api, activations, requestId, signal, token, use } = call;
  const members = await membersOf(call);
  const look = async ({ vin, row, error }: Member): Promise<Foresight> => {
    if (error) throw invalidVin(error as VinError);
    const known = row ?? (await use.lookInTurn(() => evenly(token, () => activations.row(vin)), signal));
    const { outcome, says } = foresee(kind, known, brand);
    return { outcome, status: known.status, next: says };
  };
  const results = await forEachItem(members, look, { requestId, signal, log: api.log });
  return {
    wouldBeTaken: countOf(results, 'would-be-taken'),
    wouldBeRefused: countOf(results, 'would-be-refused'),
    ended: countOf(results, 'ended'),
    refused: countOf(results, 'refused'),
    results: results.map((result, index) => ({ index, vin: members[index]?.vin ?? '', ...result })),
  } as z.output<typeof ForeseenBatch>;
}

interface Foresight {
  readonly outcome: Foreseen['outcome'];
  readonly status: ActivationRow['status'];
  readonly next: string;
}

function invalidVin({ message, next }: VinError): Error {
  return invalidFields([{ pointer: pointer('vins'), code: 'VIN_INVALID', detail: message, next }]);
}

export const stayActivations = group({
  kind: 'stay',
  summary: 'Take back that many vehicles leave the fleet',
  body: StayBatchRequest,
  request: () => ({ channel: 'api' }),
});

export const suspendActivations = group({
  kind: 'suspend',
  summary: 'Pause the access to many vehicles',
  body: SuspendBatchRequest,
});

export const retryActivations = group({
  kind: 'retry',
  summary: 'Say for many vehicles that the owner has done what was asked',
  body: RetryBatchRequest,
});

export const resumeActivations = group({
  kind: 'resume',
  summary: 'Go on with many parked activations',
  body: RetryBatchRequest,
});

export const refreshActivations = group({
  kind: 'refresh',
  summary: 'Have the rules of many activations read anew',
  body: RetryBatchRequest,
});

export const dataSeenActivations = group({
  kind: 'data-seen',
  summary: 'Say that data of many vehicles flows',
  body: RetryBatchRequest,
});

export const amendActivations = group({
  kind: 'amend',
  summary: 'Correct what many activations ask for',
  body: AmendBatchRequest,
  request: amendmentFor,
  takesChecks: ({ policy }) => (policy?.eligibility ?? 'off') !== 'off',
});

export const acknowledgeActivations = group({
  kind: 'acknowledge',
  summary: 'Stop the reminders about many vehicles for a while',
  body: AcknowledgeBatchRequest,
  request: ({ body: { until } }) => ({ until }),
});

export const defleetActivations = group({
  kind: 'defleet',
  summary: 'Have many vehicles leave: their access ends in every application',
  says: 'Each vehicle leaves as by `POST /v1/defleetings` and `vin defleet`: a defleeting of its own, in every application, with its parking, until it is read back and certified.',
  body: DefleetBatchRequest,
  request: ({ body }) => ({ ...reasonOf(body), leave: leaveOf(body) }),
  // Each is a workflow of its own, and asks every provider.
  takesStarts: true,
});

function leaveOf({
  note,
  eventDate,
  deadline,
  onBehalfOf,
  by = 'operator',
}: z.output<typeof DefleetBatchRequest>): Leave {
  return {
    ...{ eventDate: eventDate ?? null, onBehalfOf: onBehalfOf ?? null, role: by, channel: 'api' },
    deadline: deadline === undefined ? null : parseDuration(deadline),
    ...(note !== undefined && { note }),
  };
}
