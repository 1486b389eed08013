import type { QueryDefinition, SignalDefinition } from '@temporalio/common';
import type { Application } from '../../src/domain/application';
import type { ClearanceStatus } from '../../src/domain/status';
import type { MessageKind } from './messages';

/** What those who start a batch, carry it out and look at it agree on. Times are ISO 8601, UTC. */

/** The workflow type that sends one message to each vehicle of a group. */
export const BATCH = 'batch';

/** The id is what makes starting it twice harmless. */
export function batchWorkflowId(id: string): string {
  return `${BATCH}:${id}`;
}

/** What a batch may hold: what a fresh run takes along stays under 2 MB, the server's bound (docs/decisions/0019-the-batch.md). */
export const BATCH_BOUNDS = {
  vehicles: 50_000,
  /** All VINs together, in characters. */
  vins: 1_200_000,
  /** Different verdicts that keep their sentences. */
  verdicts: 500,
  /** Each text of a verdict. */
  text: 300,
  /** Vehicles that one activity takes on. */
  page: 100,
  /** Rows that one query answers. */
  rows: 1_000,
} as const;

/** What came of the message to one vehicle. `queued`: it is kept, and the activation has not taken it in yet. */
export const BATCH_OUTCOMES = [
  'taken',
  'queued',
  'ended',
  'refused',
  'not-found',
  'not-known',
  'failed',
] as const;
export type BatchOutcome = (typeof BATCH_OUTCOMES)[number];

export interface Verdict {
  readonly outcome: BatchOutcome;
  readonly status: ClearanceStatus | null;
  /** What happens next, where nothing is wrong. */
  readonly next: string | null;
  /** Why not, and what to do; null where what was wanted comes about. */
  readonly code: string | null;
  readonly problem: string | null;
  readonly remedy: string | null;
}

/** One vehicle of a batch; `todo` has no verdict yet. */
export type BatchRow = Omit<Verdict, 'outcome'> & {
  readonly vin: string;
  readonly outcome: BatchOutcome | 'todo';
};

/** So many vehicles of each outcome. */
export type BatchCounts = Readonly<Record<BatchOutcome | 'todo', number>> & {
  readonly vehicles: number;
  /** Those where what was wanted does not come about, whatever their outcome. */
  readonly problems: number;
};

/** What is to be sent, and to whom. */
export interface BatchOrder extends Application {
  readonly id: string;
  readonly kind: MessageKind;
  /** The message's own words, without its envelope. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Who asks, for the record. */
  readonly by: string;
  /** Whose activations it may touch: those of these fleets, or every one. */
  readonly fleets: readonly string[] | '*';
  /** How long each message counts when no worker takes it in at once, in milliseconds. */
  readonly validFor?: number;
  /** Until when they count in any case. */
  readonly notAfter?: string;
  /** Vehicles a minute, where fewer are wanted than the worker would take. */
  readonly pace?: number;
}

/** What is known of a batch from its start on. */
export interface BatchFacts extends Application, Pick<BatchOrder, 'kind' | 'by' | 'fleets'> {
  /** How its vehicles were chosen, in words. */
  readonly chosen: string;
  /** A fingerprint of what was asked for: an id that was given twice shows by it. */
  readonly words: string;
  /** The token that asked, by its id; null for the command line. */
  readonly token: string | null;
}

/** The name of the memo that lists show of a batch. */
export const BATCH_MEMO = 'batch';

/** What is known of a batch without a worker. */
export interface BatchMemo extends BatchFacts {
  readonly counts: BatchCounts;
  /** Who has stopped it; null: nobody. */
  readonly stoppedBy: string | null;
}

/** What is known of each vehicle, in few bytes. */
export interface CarriedRows {
  /** The verdicts that there are. */
  readonly verdicts: readonly Verdict[];
  /** Two digits (base 36) for each vehicle: `00` for none yet, else the place of its verdict from 1 on. */
  readonly rows: string;
  /** How often those that were not settled for good have been asked again. */
  readonly rounds: number;
}

export interface BatchInput extends BatchOrder {
  readonly facts: BatchFacts;
  /** Each once. */
  readonly vins: readonly string[];
  /** Set by the workflow itself when it continues in a new run; at the start: those that can be no vehicle. */
  readonly carried?: CarriedRows;
}

/** A part of a batch, for an activity. */
export interface BatchPage extends BatchOrder {
  readonly vins: readonly string[];
}

export interface PageDone {
  /** Of the first vehicles of the page: as many as the pace allows at a time. Null where it was stopped before. */
  readonly verdicts: readonly (Verdict | null)[];
  /** Milliseconds to wait before the next page. */
  readonly pause: number;
}

/** How a batch ends. */
export type BatchSummary = Pick<BatchMemo, 'counts' | 'stoppedBy'>;

/** Begins nothing more. What is under way is finished. */
export const stopBatch = { type: 'signal', name: 'stop' } as SignalDefinition<
  [{ readonly by?: string } | undefined]
>;
/** Rows from a place on, at most `BATCH_BOUNDS.rows`. */
export const batchRows = { type: 'query', name: 'rows' } as QueryDefinition<
  BatchRow[],
  [from: number, limit: number]
>;
