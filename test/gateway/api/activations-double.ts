import type { Activations } from '../../../src/activations/activations';
import type { BatchReport, NewBatch } from '../../../src/activations/batches';
import type { ActivationReport, ActivationRow } from '../../../src/activations/reports';
import type { Fleets } from '../../../src/activations/search';
import type { MessageReply } from '../../../src/activations/sending';
import type { Started } from '../../../src/activations/starts';
import { VinError } from '../../../src/base/errors';
import type { BatchRow } from '../../../workflows/contract/batch';
import type { ActivationInput } from '../../../workflows/contract/messages';
import { activationId } from '../../../workflows/contract/messages';
import { APP } from '../../support/application';

/** Activations in memory, for what a Temporal server adds nothing to: the words and forms of HTTP. */
export class ActivationsDouble {
  /** What was asked, oldest first: the method and what it was given. */
  readonly asked: { readonly method: string; readonly fleets: Fleets; readonly given: unknown[] }[] = [];
  readonly active = new Set<string>();
  /** What the next message is answered with. */
  reply: MessageReply = replyWith('taken', 'The clearance is looked at now.');
  /** What a start comes to where it is there. @default `already-active` */
  started: Started['outcome'] | null = null;
  /** What it has otherwise than asked. */
  differs: Started['differs'] = [];
  /** What a list finds. */
  listed: readonly Partial<ActivationRow>[] = [];
  /** Fields that the report and each row have, and no schema knows: as those of a column that somebody has just added. */
  unknownFields: Readonly<Record<string, unknown>> = {};
  /** Batches that were started, by their ids. */
  readonly batches = new Map<string, BatchDouble>();
  /** Whether no worker answers for the rows of a batch. */
  unanswered = false;
  /** Batches that a list finds running. */
  running: readonly Pick<BatchReport, 'id' | 'token'>[] = [];
  /** And at other applications. */
  runningElsewhere: readonly Pick<BatchReport, 'id' | 'token'>[] = [];
  /** Whether batches go on. @default they are over as soon as they have begun */
  goOn = false;
  /** Thrown by every call while it is set. */
  failure: unknown = null;
  /** How a wait goes. */
  waiting: (signal: AbortSignal) => Promise<void> = async () => undefined;
  /** What a look at an activation waits for, and may throw. */
  looking: () => Promise<void> = async () => undefined;
  /** What a start or a message waits for. */
  working: () => Promise<void> = async () => undefined;

  /** It stands in for the real class, of which the API uses these methods only. */
  get asActivations(): Activations {
    return this.limitedTo('*') as unknown as Activations;
  }

  /** Batches that are over as soon as they have begun; their rows have the outcome of `reply`. */
  private batchesOf(
    fleets: Fleets,
    note: (method: string, ...given: unknown[]) => void,
    isEverywhere = false,
  ): object {
    const find = (id: string): BatchDouble => {
      const found = this.batches.get(id);
      if (found) return found;
      throw new VinError('BATCH_UNKNOWN', `There is no batch ${id}`, 'Look at the id.');
    };
    return {
      known: async ({ id, kind, request, asked }: NewBatch) => {
        const found = find(id);
        if (found.words === JSON.stringify([kind, request, asked])) return found.report;
        throw new VinError('BATCH_ID_TAKEN', `The id ${id} is that of another batch`, 'Take another id.');
      },
      start: async (app: unknown, order: NewBatch) => {
        note('batch', app, order);
        await this.working();
        const { id, kind, request, asked, members } = order;
        const words = JSON.stringify([kind, request, asked]);
        const made = {
          words,
          report: reportOfBatch(order, fleets),
          rows: members.map(({ vin, error }) => this.rowOf(vin, error)),
        };
        this.batches.set(id, made);
        return made.report;
      },
      report: async (id: string) => {
        note('batchReport', id);
        await this.looking().catch(() => find(`none ${id}`));
        return { ...find(id).report, ...(!this.goOn && { status: 'done' as const }) };
      },
      rows: async (id: string, from: number, limit: number) => {
        note('batchRows', id, from, limit);
        if (this.unanswered) throw new VinError('WORKER_MISSING', 'No worker has answered', 'Start one.');
        return find(id).rows.slice(from, from + limit);
      },
      stop: async (id: string, by: string) => {
        note('batchStop', id, by);
        return { ...find(id).report, status: 'stopped', stoppedBy: by };
      },
      list: async () => [...this.running, ...(isEverywhere ? this.runningElsewhere : [])],
    };
  }

  private rowOf(vin: string, error: unknown): BatchRow {
    const { outcome, status, next } = this.reply;
    const words = { code: null, problem: null, remedy: null };
    if (!(error instanceof VinError)) return { vin, outcome, status, next, ...words };
    return {
      vin,
      outcome: 'failed',
      status: null,
      next: null,
      code: error.code,
      problem: error.message,
      remedy: null,
    };
  }

  private limitedTo(fleets: Fleets): object {
    const note = (method: string, ...given: unknown[]): void => {
      this.asked.push({ method, fleets, given });
      if (this.failure) throw this.failure;
    };
    const message = (method: string) => async (vin: string, request: unknown, how?: unknown) => {
      note(method, vin, request, ...(how ? [how] : []));
      await this.looking();
      await this.working();
      return this.reply;
    };
    return {
      forFleets: (limit: Fleets) => this.limitedTo(limit),
      within: (_milliseconds: number, work: () => unknown) => work(),
      start: async (input: ActivationInput) => {
        note('start', input);
        await this.working();
        if (this.active.has(input.vin)) return 'already-active';
        this.active.add(input.vin);
        return 'started';
      },
      activate: async (input: ActivationInput, how: { again?: boolean } = {}) => {
        note('start', input, ...(how.again ? [how] : []));
        await this.working();
        const outcome = this.active.has(input.vin) ? (this.started ?? 'already-active') : 'started';
        this.active.add(input.vin);
        return { outcome, differs: this.differs };
      },
      row: async (vin: string) => {
        note('row', vin);
        await this.looking();
        return { ...rowOf(vin), ...this.unknownFields };
      },
      report: async (vin: string) => {
        note('report', vin);
        await this.looking();
        return { ...reportOf(vin), ...this.unknownFields };
      },
      wait: async (
        vin: string,
        wanted: unknown,
        timeout: number,
        { signal, inTurn = (look) => look() }: Waiting,
      ) => {
        note('wait', vin, wanted, timeout);
        await inTurn(() => this.looking());
        await this.waiting(signal);
        return { ...reportOf(vin), ...this.unknownFields };
      },
      list: async (filter: unknown, part: unknown) => {
        note('list', filter, part);
        return this.listed.map((row) => ({ ...rowOf(row.vin ?? VIN), ...row, ...this.unknownFields }));
      },
      page: async (filter: unknown, part: unknown) => {
        note('page', filter, part);
        return {
          rows: this.listed.map((row) => ({ ...rowOf(row.vin ?? VIN), ...row, ...this.unknownFields })),
          next: null,
        };
      },
      defleet: message('defleet'),
      stay: message('stay'),
      suspend: message('suspend'),
      retry: message('retry'),
      resume: message('resume'),
      amend: message('amend'),
      acknowledge: message('acknowledge'),
      batches: this.batchesOf(fleets, note),
      batchesEverywhere: this.batchesOf(fleets, note, true),
      refresh: message('refresh'),
      dataSeen: message('dataSeen'),
    };
  }
}

/** How a wait is asked for. */
interface Waiting {
  readonly signal: AbortSignal;
  readonly inTurn?: <T>(look: () => Promise<T>) => Promise<T>;
}

interface BatchDouble {
  readonly words: string;
  readonly report: BatchReport;
  readonly rows: readonly BatchRow[];
}

function reportOfBatch({ id, kind, by, members, chosen, token }: NewBatch, fleets: Fleets): BatchReport {
  const none = { todo: 0, queued: 0, ended: 0, refused: 0, 'not-found': 0, 'not-known': 0, failed: 0 };
  return {
    ...APP,
    ...{ id, kind, by, fleets, chosen, words: '', token: token ?? null, stoppedBy: null, endedAt: null },
    counts: { vehicles: members.length, ...none, taken: members.length, problems: 0 },
    status: 'running',
    startedAt: STARTED,
  };
}

export function replyWith(outcome: MessageReply['outcome'], next = 'What happens next.'): MessageReply {
  const countsUntil = outcome === 'queued' ? '2026-03-02T10:00:00.000Z' : null;
  return { outcome, id: 'an-id', status: 'pending', next, countsUntil };
}

export const VIN = 'WBA8E9G50GNT00001';

export function unknownActivation(vin = VIN): VinError {
  return new VinError('ACTIVATION_UNKNOWN', `There is no activation of ${vin}`, 'vin activate', { vin });
}

const STARTED = '2026-03-02T09:00:00.000Z';

function rowOf(vin: string): ActivationRow {
  return {
    workflowId: activationId(APP, vin),
    ...APP,
    vin,
    brand: 'bmw',
    fleet: 'acme',
    externalId: null,
    status: 'pending',
    reason: null,
    plate: null,
    leaving: null,
    reasonKey: null,
    reasonSince: null,
    owner: null,
    action: null,
    needsAttention: false,
    inTrouble: false,
    since: STARTED,
    approvedAt: null,
    changedAt: STARTED,
    deadlineAt: null,
    step: 'waiting',
    troubleKind: null,
    begunAt: STARTED,
    catalogueVersion: '1',
    execution: 'RUNNING',
    startedAt: STARTED,
  };
}

function reportOf(vin: string): ActivationReport {
  const {
    needsAttention: _needs,
    startedAt: _started,
    plate: _plate,
    leaving: _leaving,
    ...row
  } = rowOf(vin);
  return {
    ...row,
    suspended: null,
    changedAt: STARTED,
    fleetSince: null,
    tags: {},
    settled: false,
    letter: null,
    ownerSince: null,
    canRetry: false,
    whyNoRetry: null,
    waitingFor: null,
    nextAt: null,
    attempts: { submit: 1, read: 0, withdraw: 0 },
    escalationLevel: 0,
    acknowledgedUntil: null,
    data: null,
    dataAskedAt: null,
    dataSeenAt: null,
    eligibility: null,
    defleet: null,
    catalogueVersion: '1',
    rulesSince: STARTED,
    complete: true,
    trouble: null,
    history: [],
  };
}
