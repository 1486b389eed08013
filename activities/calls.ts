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
}

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
  const readGroup = (group: readonly Question[]) => readTogether(provider, group, limiter);
  const submit = createBatcher<PendingSubmission, SubmitResult>({
    ...batching,
    handle: (pending) => submitTogether(provider, pending, limiter, filteredList),
  });
  const read = createBatcher<Question, Observation | null>({
    ...batching,
    // A list that is read as a whole answers for all that are asked for meanwhile; a size of one is for calls on their own.
    size: filteredList || batching.size === 1 ? batching.size : Number.POSITIVE_INFINITY,
    // And it is the same for a half of them: where it is refused, asking again would be refused as well.
    handle: (questions) => (filteredList ? bisect(questions, readGroup) : readGroup(questions)),
  });
  return {
    submit: (vehicle, sendBy, trace, onSend) =>
      submit({ vehicle, sendBy, ...(trace && { trace }), ...(onSend && { onSend }) }),
    read: (vin, sendBy) => read({ vin, sendBy }),
  };
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
