import { cutTo } from '../../domain/cut';
import { problemOf } from '../refusal';
import { giveWay } from './give-way';
import {
  ApiError,
  type FieldError,
  invalidFields,
  type ProblemBody,
  problemFor,
  RETRY_AFTER,
} from './problem';

/** Items under way at the same time. */
const CONCURRENCY = 16;

/** Milliseconds after which no further item is begun: who asks, and proxies on the way, do not wait for ever. */
const DEADLINE = 30_000;

/** Errors that are told of one item. */
export const ITEM_ERRORS = 3;
/** Errors that are told of a batch with all that belongs to them; after that one for each item, in few words. */
const BATCH_ERRORS = 50;

export interface RefusedItem {
  /** `not-known`: it may be carried out or not. */
  readonly outcome: 'refused' | 'not-known';
  readonly problem: ProblemBody;
}

export interface BatchOptions {
  readonly requestId: string;
  /** Says that nobody waits for the answer any more, or that the gateway stops: nothing more is begun. */
  readonly signal?: AbortSignal;
  /** Told of failures that nobody foresaw. */
  readonly log: { error(facts: object, message: string): void };
  readonly deadline?: number;
}

/**
 * Does the same for each item, a few at a time, and gives the outcomes in the order of the items. An item that
 * fails is refused; the others go on. What has not begun at the deadline, or when nobody
 * waits any more, is refused and may be sent again.
 */
export async function forEachItem<Item, Done extends object>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Done>,
  { requestId, log, signal, deadline = DEADLINE }: BatchOptions,
): Promise<(Done | RefusedItem)[]> {
  const end = Date.now() + deadline;
  const outcomes = new Array<Done | RefusedItem>(items.length);
  const queue = items.entries();
  let room = BATCH_ERRORS;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      await giveWay();
      if (Date.now() > end || signal?.aborted) {
        outcomes[index] = { outcome: 'refused', problem: problemFor(tooLate(), requestId) };
        continue;
      }
      try {
        outcomes[index] = await work(item, index);
      } catch (error) {
        const problem = inShort(problemFor(error, requestId), room);
        room -= problem.errors?.length ?? 0;
        if (problem.code === 'UNEXPECTED') log.error({ requestId, problem: problemOf(error) }, 'item failed');
        outcomes[index] = {
          outcome: problem.code === 'MESSAGE_NOT_KNOWN' ? 'not-known' : 'refused',
          problem,
        };
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return outcomes;
}

/** A problem with as many errors as there is room for; where there is none, its first error is its detail. */
function inShort({ errors, ...whole }: ProblemBody, room: number): ProblemBody {
  const problem = { ...whole, detail: cut(whole.detail), ...(whole.next && { next: cut(whole.next) }) };
  if (!errors) return problem;
  const told = errors.slice(0, Math.min(room, ITEM_ERRORS));
  const [first] = errors;
  if (told.length > 0 || !first) return { ...problem, errors: told };
  return { ...problem, detail: cut(`${first.pointer ?? first.parameter} ${first.detail}`), ...nextOf(first) };
}

/** Characters of a sentence about one item: what was sent may stand in it. */
const SENTENCE = 250;

function cut(text: string): string {
  return text.length > SENTENCE ? `${cutTo(text, SENTENCE - 1)}…` : text;
}

function nextOf({ next }: FieldError): { next?: string } {
  return next === undefined ? {} : { next: cut(next) };
}

/** Where each VIN stands first, so that of two items for one vehicle always the same one counts. */
export function firstPlaces(vins: readonly (string | null)[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  vins.forEach((vin, index) => {
    if (vin !== null && !places.has(vin)) places.set(vin, index);
  });
  return places;
}

/** The refusal of an item whose vehicle stands in the batch before it. */
export function alreadyThere(at: string, first: number): ApiError {
  return invalidFields([{ pointer: at, code: 'FIELD_INVALID', detail: `is already item ${first}` }]);
}

/** How many of the outcomes are this one. */
export function countOf(outcomes: readonly { readonly outcome: string }[], wanted: string): number {
  return outcomes.filter(({ outcome }) => outcome === wanted).length;
}

function tooLate(): ApiError {
  return new ApiError(
    'SERVICE_UNAVAILABLE',
    'The batch took too long, or the gateway stops; this item was not begun',
    `Send the refused items again after ${RETRY_AFTER} s.`,
  );
}
