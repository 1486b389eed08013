import { type BatcherOptions, createBatcher } from '../src/calls/batcher';
import { bisect } from '../src/calls/bisect';
import { noSlot, type RateLimiter, UNLIMITED } from '../src/calls/rate-limiter';
import { plainVin } from '../src/domain/vin';
import type { ClearanceProvider } from '../src/providers/provider';
import type { Vehicle } from '../workflows/contract/vehicle';
import type { Observation } from '../workflows/lifecycle/state';
import type { SubmissionTrace } from '../workflows/lifecycle/submission-trace';
import type { SubmitResult } from '../workflows/lifecycle/submit-result';
import { observationOf } from './observation';
import { type PendingSubmission, submitTogether } from './submission';
import { type Look, wholeList } from './whole-list';
import { createWithdrawals, type Withdraw } from './withdrawals';

/** How calls of one worker that fall close together travel in one. */
export type Batching = Pick<BatcherOptions<never, never>, 'size' | 'window' | 'after'>;

/** Each on its own, as soon as it comes: for tests of something else. */
const ALONE: Batching = { size: 1, window: 0 };

/** The calls that travel together. Each makes one attempt; `sendBy` is in milliseconds since 1970. */
export interface Calls {
  submit(
    vehicle: Vehicle,
    sendBy: number,
    trace?: SubmissionTrace,
    onSend?: (trace: SubmissionTrace) => void,
  ): Promise<SubmitResult>;
  /** Null when the provider knows no such VIN. */
  read(vin: string, sendBy: number): Promise<Observation | null>;
  readonly withdraw: Withdraw;
}

/** A whole list is heavy: groups that are submitted wait so many windows for it, and share it. */
const GROUPS_WAIT = 1.5;

interface Question {
  readonly vin: string;
  readonly sendBy: number;
}

/** @param filteredList whether the provider's list can be narrowed to some vehicles. */
export function createCalls(
  provider: ClearanceProvider,
  limiter: RateLimiter = UNLIMITED,
  batching: Batching = ALONE,
  filteredList = true,
): Calls {
  // Reads do not share with submissions: where a row names no vehicle, what is open can still be read.
  const list = (windows: number): Look | null =>
    filteredList ? null : wholeList(provider, limiter, { ...batching, window: batching.window * windows });
  const toSubmit = list(GROUPS_WAIT);
  const toRead = list(1);
  const submit = createBatcher<PendingSubmission, SubmitResult>({
    ...batching,
    handle: (pending) => submitTogether(provider, pending, limiter, toSubmit),
  });
  const read = createBatcher<Question, Observation | null>({
    ...batching,
    handle: (questions) => bisect(questions, (group) => readTogether(provider, group, limiter)),
  });
  return {
    submit: (vehicle, sendBy, trace, onSend) =>
      submit({ vehicle, sendBy, ...(trace && { trace }), ...(onSend && { onSend }) }),
    read: (vin, sendBy) => (toRead ? readIn(toRead, vin, sendBy) : read({ vin, sendBy })),
    withdraw: createWithdrawals(provider, batching),
  };
}

async function readIn(list: Look, vin: string, sendBy: number): Promise<Observation | null> {
  const [record] = await list([vin], sendBy);
  return record ? observationOf(record) : null;
}

/** Reads several clearances in one filtered call of the list. */
async function readTogether(
  provider: Pick<ClearanceProvider, 'list'>,
  questions: readonly Question[],
  limiter: RateLimiter,
): Promise<(Observation | null | Error)[]> {
  await limiter.acquire('list', Math.max(...questions.map(({ sendBy }) => sendBy)));
  const now = Date.now();
  const inTime = questions.filter(({ sendBy }) => now <= sendBy);
  const records = inTime.length > 0 ? await provider.list({ vins: inTime.map(({ vin }) => vin) }) : [];
  const found = new Map(records.map((record) => [record.vin, observationOf(record)]));
  return questions.map(({ vin, sendBy }) =>
    now <= sendBy ? (found.get(plainVin(vin)) ?? null) : noSlot('list', vin),
  );
}
