import { bisect } from '../src/calls/bisect';
import { noSlot, type RateLimiter, UNLIMITED } from '../src/calls/rate-limiter';
import type { Clearance, ClearanceRequest } from '../src/domain/clearance';
import { isOpen } from '../src/domain/status';
import { plainVin } from '../src/domain/vin';
import type { ClearanceProvider, SubmitAnswer } from '../src/providers/provider';
import { ProviderError } from '../src/providers/provider-error';
import type { Vehicle } from '../workflows/contract/vehicle';
import type { Observation } from '../workflows/lifecycle/state';
import { type Seen, type SubmissionTrace, sending, told } from '../workflows/lifecycle/submission-trace';
import type { SubmitResult } from '../workflows/lifecycle/submit-result';
import { observationOf } from './observation';
import type { Look } from './whole-list';

/** A vehicle on its way to the provider. */
export interface PendingSubmission {
  readonly vehicle: Vehicle;
  /** Milliseconds since 1970. After it nothing is sent: somebody else may have begun to try. */
  readonly sendBy: number;
  /** What earlier attempts saw and did. Default: there was none. */
  readonly trace?: SubmissionTrace;
  /** Told right before it is sent: what goes along with every later attempt. */
  readonly onSend?: (trace: SubmissionTrace) => void;
}

type Provider = Pick<ClearanceProvider, 'list' | 'submit'>;
type Outcome = SubmitResult | Error;

/**
 * Submits vehicles in one POST, so that there is never a second clearance of any: the provider documents no
 * idempotency key, so every attempt reads before it sends. An attempt whose reply was lost is settled by the
 * next one, also where its clearance has ended meanwhile: any record that the first attempt did not see is ours. Each
 * vehicle is settled by its own row of the reply; where the provider refuses the whole, the halves
 * go on their own, and read again before they are sent.
 *
 * @param wholeList reads a list that cannot be narrowed; null: each call is for its own vehicles.
 * @returns one result or error for each vehicle, in their order.
 */
export async function submitTogether(
  provider: Provider,
  submissions: readonly PendingSubmission[],
  limiter: RateLimiter = UNLIMITED,
  wholeList: Look | null = null,
): Promise<Outcome[]> {
  const settled = new Map<PendingSubmission, Outcome>();
  /** What was seen before what may have been carried out all the same. */
  const traces = new Map<PendingSubmission, SubmissionTrace>();

  async function readAndSend(group: readonly PendingSubmission[]): Promise<void> {
    const vins = group.map(({ vehicle }) => vehicle.vin);
    if (!wholeList) await limiter.acquire('list', latest(group));
    const records = await (wholeList
      ? wholeList(vins, latest(group)).catch((error: Error) => error)
      : provider.list({ vins }));
    // The whole list is the same for a half of them: it is not asked for again.
    if (records instanceof Error) {
      for (const one of group) settled.set(one, records);
      return;
    }
    const earlier = new Map(records.map((record) => [record.vin, record]));
    for (const one of group) {
      const found = foundIn(earlier.get(keyOf(one)), traces.get(one) ?? one.trace);
      if (found) settled.set(one, found);
    }
    const rest = group.filter((one) => !settled.has(one));
    const known = rest.map((one) => ({
      ...one,
      ...(traces.has(one) && { trace: traces.get(one) as SubmissionTrace }),
    }));
    try {
      const outcomes = await send(provider, known, earlier, limiter);
      for (const [index, one] of rest.entries()) settled.set(one, outcomes[index] as Outcome);
    } catch (error) {
      // Halves know what was seen before, as it may have been carried out all the same; but for the provider's own word, which is sure.
      if (codeOf(error) !== 'PROVIDER_REFUSED') {
        for (const one of known.entries())
          traces.set(rest[one[0]] as PendingSubmission, {
            ...traceOf(one[1].trace, earlier.get(keyOf(one[1]))),
            settles: 0,
          });
      }
      throw error;
    }
  }

  async function attempt(group: readonly PendingSubmission[]): Promise<Outcome[]> {
    const left = group.filter((one) => !settled.has(one));
    // Where submissions are in trouble one vehicle looks whether that is over: any, so that none is in the way of the others.
    if (limiter.isToProbe?.('submit') && left.length > 1) {
      const one = left[Math.floor(Math.random() * left.length)] as PendingSubmission;
      await readAndSend([one]).catch((error: Error) => settled.set(one, error));
      return attempt(group);
    }
    if (left.length > 0) await readAndSend(left);
    return group.map((one) => settled.get(one) as Outcome);
  }

  const outcomes = await bisect(submissions, attempt);
  return asOneTrouble(submissions.map((one, index) => settled.get(one) ?? (outcomes[index] as Outcome)));
}

/** What was refused alone, in the words that turned out to be about the application, is no vehicle's fault either. */
function asOneTrouble(outcomes: Outcome[]): Outcome[] {
  const trouble = outcomes.find((one) => codeOf(one) === 'PROVIDER_APPLICATION_REFUSED') as Error | undefined;
  if (!trouble) return outcomes;
  const isSame = (one: Outcome): boolean =>
    codeOf(one) === 'PROVIDER_REFUSED' && (one as Error).message === trouble.message;
  return outcomes.map((one) => (isSame(one) ? trouble : one));
}

function codeOf(outcome: unknown): ProviderError['code'] | null {
  return outcome instanceof ProviderError ? outcome.code : null;
}

/** The slot is acquired last: it allows a call now, and the list before it may have taken long. */
async function send(
  provider: Provider,
  submissions: readonly PendingSubmission[],
  earlier: ReadonlyMap<string, Clearance>,
  limiter: RateLimiter,
): Promise<Outcome[]> {
  if (submissions.length === 0) return [];
  await limiter.acquire('submit', latest(submissions));
  const now = Date.now();
  const inTime = submissions.filter(({ sendBy }) => now <= sendBy);
  for (const submission of inTime)
    submission.onSend?.(traceOf(submission.trace, earlier.get(keyOf(submission))));
  const requests = inTime.map(({ vehicle }) => requestOf(vehicle));
  const answers = requests.length > 0 ? await provider.submit(requests).catch(takeBack(inTime)) : [];
  const answerOf = new Map(inTime.map((submission, index) => [submission, answers[index]]));
  return submissions.map((submission) => {
    if (!answerOf.has(submission)) return noSlot('submit', submission.vehicle.vin);
    return outcomeOf(submission, answerOf.get(submission), earlier.get(keyOf(submission)));
  });
}

/** Replies by which a request was turned away at the door: too many, or by whom. */
const TURNED_AWAY: readonly string[] = [
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_CREDENTIALS',
  'PROVIDER_FORBIDDEN',
  'PROVIDER_APPLICATION_REFUSED',
];

/** What was turned away at the door was not carried out: the next attempt has nothing to wait for. */
function takeBack(submissions: readonly PendingSubmission[]): (error: unknown) => never {
  return (error) => {
    if (error instanceof ProviderError && (error.isUnsent || TURNED_AWAY.includes(error.code))) {
      for (const { onSend, trace } of submissions) onSend?.(trace ?? FIRST);
    }
    throw error;
  };
}

const DAY = 86_400_000;
/** How soon a list is asked again that was said to be short of something, in milliseconds. */
const LOOK_AGAIN = 600_000;
/**
 * Who has not told what it saw may still be at it: a worker that was taken for lost, or that stops. So long an attempt may
 * take, in milliseconds of the real clock, also where days are made short.
 */
const ON_ITS_WAY = 60_000;
const FIRST: SubmissionTrace = { startedAt: 0, maySent: false, seen: null };

/**
 * What stands in the way of a POST: an open record, or one that an attempt before this one has made. Where that
 * attempt did not live to tell what it saw, a record is taken for its own from two days before our start.
 */
function foundIn(record: Clearance | undefined, given: SubmissionTrace = FIRST): Outcome | null {
  const { maySent, seen, startedAt, sentAt = null } = given;
  // A list that shows less than before the request is not believed, for a day; then the provider may have forgotten.
  const trace = isShort(record, seen) ? { ...given, settles: DAY } : given;
  if (!record) return unsettled(trace);
  const clearance: Observation = observationOf(record);
  const before = told(given);
  if (isOpen(record.status)) return { outcome: 'found', clearance, ...before };
  if (!maySent) return null;
  const at = record.newestChange ?? Number.NEGATIVE_INFINITY;
  // Without a time it may be of any request. What is two days older than ours was only not shown before: clocks differ, and
  // times may be no more than days.
  const oldest = ((seen && sentAt) ?? startedAt) - 2 * DAY;
  const isLate = record.newestChange === null || at > oldest;
  if (seen) {
    const isAnother = seen.rows !== undefined && rowsOf(record) > seen.rows;
    const isNew = isLate && (!seen.any || isAnother || at > (seen.newest ?? Number.NEGATIVE_INFINITY));
    return isNew ? { outcome: 'found', clearance, ...before } : unsettled(trace);
  }
  return isLate ? { outcome: 'found-ended', clearance, ...before } : unsettled(trace);
}

/** Whether a list shows less of a VIN than it did before: fewer rows, or only older ones. */
function isShort(record: Clearance | undefined, seen: Seen | null): boolean {
  if (!seen?.any) return false;
  if (!record || (seen.rows !== undefined && rowsOf(record) < seen.rows)) return true;
  return seen.newest !== null && record.newestChange !== null && record.newestChange < seen.newest;
}

function rowsOf({ rows = 1 }: Clearance): number {
  return rows;
}

/** A request that may have been carried out a short while ago is not sent again: a list may lag behind. */
function unsettled({ maySent, seen, sentAt = null, settles = 0 }: SubmissionTrace): ProviderError | null {
  const patience = seen ? settles : Math.max(settles, ON_ITS_WAY);
  const rest = maySent && sentAt !== null ? sentAt + patience - Date.now() : 0;
  if (rest <= 0) return null;
  return new ProviderError(
    'PROVIDER_UNSETTLED',
    'An attempt before this one may have been carried out, and the list may not show it yet; nothing was sent',
    'It is looked for again by itself, and sent only when it does not show up.',
    { retryAfter: Math.min(rest, LOOK_AGAIN) },
  );
}

/** What was seen before the first POST stays, for whatever is newer is ours. */
function traceOf(trace: SubmissionTrace = FIRST, record: Clearance | undefined): SubmissionTrace {
  const seen: Seen =
    trace.maySent && trace.seen
      ? trace.seen
      : {
          any: record !== undefined,
          newest: record?.newestChange ?? null,
          ...(record && { rows: rowsOf(record) }),
        };
  return { ...sending(trace, Date.now()), seen };
}

function latest(submissions: readonly PendingSubmission[]): number {
  return Math.max(...submissions.map(({ sendBy }) => sendBy));
}

/** As VINs stand in records. */
function keyOf({ vehicle }: PendingSubmission): string {
  return plainVin(vehicle.vin);
}

function outcomeOf(
  { vehicle: { vin }, trace }: PendingSubmission,
  answer: SubmitAnswer | undefined,
  earlier: Clearance | undefined,
): Outcome {
  switch (answer?.outcome) {
    case 'accepted':
      return {
        outcome: 'accepted',
        status: answer.status,
        description: answer.description,
        earlierChange: earlier?.newestChange ?? null,
        ...(earlier && earlier.newestChange === null && { isTimeless: true }),
        ...told(trace),
      };
    case 'refused':
      return {
        outcome: 'refused',
        description: answer.description,
        // One that the list does not show may be ours all the same.
        ...(answer.isKnown && { maySent: true }),
        ...told(trace),
      };
    default:
      return new ProviderError(
        'PROVIDER_BAD_REPLY',
        `The provider's reply has no row for ${vin}`,
        'The clearance is read before it is sent again.',
        { vin },
      );
  }
}

function requestOf({ vin, brand, tags, odometer }: Vehicle): ClearanceRequest {
  return { vin, brand, tags, ...(odometer && { odometer }) };
}
