import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { Ledger } from '../../workflows/batch/ledger';
import {
  BATCH,
  BATCH_BOUNDS,
  BATCH_MEMO,
  type BatchInput,
  type BatchMemo,
  type BatchOrder,
  type BatchRow,
  batchRows,
  batchWorkflowId,
  stopBatch,
} from '../../workflows/contract/batch';
import { fingerprint } from '../../workflows/contract/fingerprint';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { VinError } from '../base/errors';
import { type Application, applicationKey } from '../domain/application';
import { summaryOf } from '../domain/markdown';
import { grpcCode } from '../temporal/grpc';
import { failure } from './batch-sender';
import { type Fleets, quote } from './search';

/** How long a worker may take to answer for rows, in milliseconds; a question may be lost. */
const QUESTION = 5_000;
const QUESTIONS = 2;
/** gRPC's deadline exceeded, and failed precondition: nobody polls. */
const NO_ANSWER = [4, 9];
const NOT_FOUND = 5;

/** One vehicle that a batch is for: what was named may be no vehicle. */
export interface BatchMember {
  readonly vin: string;
  readonly error?: unknown;
}

/** A batch to start. */
export interface NewBatch extends Omit<BatchOrder, keyof Application | 'fleets'> {
  readonly members: readonly BatchMember[];
  /** How they were chosen, in words. */
  readonly chosen: string;
  /** What was asked for, before a filter was resolved: the same with the same id is the same batch. */
  readonly asked: unknown;
  /** The token that asks, by its id. */
  readonly token?: string;
}

export const BATCH_STATUSES = ['running', 'done', 'stopped', 'failed'] as const;

/** What the server stores of a batch: no worker is asked. */
export interface BatchReport extends BatchMemo {
  readonly id: string;
  readonly status: (typeof BATCH_STATUSES)[number];
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/**
 * Batches: a message to each vehicle of a group, which goes on when nobody waits for it. Limited to an application or to some
 * fleets, the batches of others are the same as absent.
 */
export class Batches {
  /** @param app null: of every application. */
  constructor(
    private readonly client: Client,
    private readonly app: Application | null,
    private readonly fleets: Fleets = '*',
  ) {}

  /**
   * Starts a batch. The same id with the same words is the same batch, running or ended.
   *
   * @throws VinError `BATCH_TOO_LARGE`, `BATCH_ID_TAKEN` where the id is that of another batch, also of one that may not be seen.
   */
  async start(app: Application, asked: NewBatch): Promise<BatchReport> {
    const input = inputOf(asked, app, this.fleets);
    try {
      await this.client.workflow.start(BATCH, {
        workflowId: batchWorkflowId(asked.id),
        taskQueue: applicationQueue(app),
        args: [input],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        memo: { [BATCH_MEMO]: memoOf(input) },
        staticSummary: summaryOf(`${asked.kind} for ${input.vins.length} vehicles, asked by ${asked.by}`),
      });
      const begun = {
        id: asked.id,
        status: 'running',
        startedAt: new Date().toISOString(),
        endedAt: null,
      } as const;
      // It has begun, whether that can be looked at or not: who has no id of their own would start it once more.
      return await this.known(asked).catch(() => ({ ...memoOf(input), ...begun }));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    return this.known(asked);
  }

  /** The batch with this id, if it is what is asked for. @throws VinError `BATCH_ID_TAKEN`, `BATCH_UNKNOWN`. */
  async known(asked: Pick<NewBatch, 'id' | 'kind' | 'request' | 'asked'>): Promise<BatchReport> {
    const found = reportOn(await this.description(asked.id));
    if (!this.isOurs(found) || found.words !== wordsOf(asked)) throw idTaken(asked.id);
    return found;
  }

  /** @throws VinError `BATCH_UNKNOWN`. */
  async report(id: string): Promise<BatchReport> {
    const found = reportOn(await this.description(id));
    if (!this.isOurs(found)) throw unknown(id);
    return found;
  }

  /**
   * What came of its vehicles, from a place on: at most 1,000 at a time.
   *
   * @throws VinError `WORKER_MISSING` where no worker answers.
   */
  async rows(id: string, from: number, limit: number): Promise<BatchRow[]> {
    const handle = this.client.workflow.getHandle(batchWorkflowId(id));
    for (let question = 1; ; question += 1) {
      try {
        const end = Date.now() + QUESTION;
        return await this.client.withDeadline(end, () => handle.query(batchRows, from, limit));
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) throw unknown(id);
        if (NO_ANSWER.includes(grpcCode(error) ?? 0)) throw noWorker(id);
        if (question >= QUESTIONS) throw error;
      }
    }
  }

  /** Begins nothing more of it. One that has ended stays as it is. @throws VinError `BATCH_UNKNOWN`. */
  async stop(id: string, by: string): Promise<BatchReport> {
    const found = await this.report(id);
    if (found.status !== 'running') return found;
    await this.client.workflow
      .getHandle(batchWorkflowId(id))
      .signal(stopBatch, { by })
      .catch((error: unknown) => {
        // It has ended meanwhile.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
    // It stops, whether that can be looked at or not.
    return this.report(id).catch(() => ({ ...found, stoppedBy: by }));
  }

  /** The newest first. @param running only those that are under way. */
  async list({ running = false, limit = 100 } = {}): Promise<BatchReport[]> {
    const query = [
      `WorkflowType = ${quote(BATCH)}`,
      running ? `ExecutionStatus = 'Running'` : `ExecutionStatus != 'ContinuedAsNew'`,
    ].join(' AND ');
    const found: BatchReport[] = [];
    for await (const execution of this.client.workflow.list({ query })) {
      const one = reportOn(execution);
      if (this.isOurs(one)) found.push(one);
      if (found.length >= limit) break;
    }
    return found;
  }

  private isOurs({ fleets, ...found }: BatchReport): boolean {
    const { app, fleets: own } = this;
    if (app && applicationKey(app) !== applicationKey(found)) return false;
    return own === '*' || (fleets !== '*' && fleets.every((fleet) => own.includes(fleet)));
  }

  private async description(id: string): Promise<WorkflowExecutionDescription> {
    try {
      return await this.client.workflow.getHandle(batchWorkflowId(id)).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || grpcCode(error) === NOT_FOUND) throw unknown(id);
      throw error;
    }
  }
}

/** @throws VinError `BATCH_TOO_LARGE`. */
function inputOf(
  { members, chosen, asked, token, ...order }: NewBatch,
  app: Application,
  fleets: Fleets,
): BatchInput {
  const errors = new Map(members.map(({ vin, error }) => [vin, error]));
  const vins = [...errors.keys()];
  const size = vins.reduce((sum, vin) => sum + vin.length, 0);
  if (vins.length > BATCH_BOUNDS.vehicles || size > BATCH_BOUNDS.vins) throw tooLarge(vins.length);
  const { kind, by, request, id } = order;
  const words = wordsOf({ id, kind, request, asked });
  const ledger = new Ledger(vins);
  for (const [at, vin] of vins.entries()) {
    const error = errors.get(vin);
    if (error !== undefined) ledger.settle(at, failure(vin, error));
  }
  const facts = { ...app, kind, by, fleets, chosen, words, token: token ?? null };
  return { ...app, ...order, fleets, facts, vins, carried: ledger.carried() };
}

function wordsOf({ kind, request, asked }: Pick<NewBatch, 'id' | 'kind' | 'request' | 'asked'>): string {
  return fingerprint(JSON.stringify([kind, request, asked]));
}

/** What is known of it before a worker has had it. */
function memoOf({ facts, vins, carried }: BatchInput): BatchMemo {
  return { ...facts, counts: new Ledger(vins, carried).counts(), stoppedBy: null };
}

function reportOn(
  execution: Pick<WorkflowExecutionInfo, 'workflowId' | 'memo' | 'status' | 'startTime' | 'closeTime'>,
): BatchReport {
  const { workflowId, memo, status, startTime, closeTime } = execution;
  const known = memo?.[BATCH_MEMO] as BatchMemo;
  const { name } = status;
  const ended =
    name === 'COMPLETED' && known.stoppedBy === null ? 'done' : name === 'FAILED' ? 'failed' : 'stopped';
  return {
    ...known,
    id: workflowId.slice(batchWorkflowId('').length),
    status: name === 'RUNNING' || name === 'CONTINUED_AS_NEW' ? 'running' : ended,
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString() ?? null,
  };
}

function tooLarge(count: number): VinError {
  return new VinError(
    'BATCH_TOO_LARGE',
    `A batch is for at most ${BATCH_BOUNDS.vehicles} vehicles, and these are ${count}; nothing was sent`,
    'Send it in parts, for example one fleet or one brand after the other.',
  );
}

function idTaken(id: string): VinError {
  return new VinError(
    'BATCH_ID_TAKEN',
    `The id ${id} is that of another batch; nothing was sent`,
    'Take another id, or ask for the same as before.',
  );
}

function unknown(id: string): VinError {
  return new VinError(
    'BATCH_UNKNOWN',
    `There is no batch ${id}`,
    'Look whether the id is right (vin batch list); Temporal forgets what has ended for long.',
  );
}

function noWorker(id: string): VinError {
  return new VinError(
    'WORKER_MISSING',
    `No worker has answered in time what became of the vehicles of the batch ${id}`,
    'Start one with vin worker, or wait until it is less busy, and ask again.',
  );
}
