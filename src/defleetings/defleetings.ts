import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  DEFLEETING,
  DEFLEETING_MEMO,
  type DefleetingDates,
  type DefleetingListed,
  type DefleetingOrder,
  type DefleetingView,
  defleetingId,
  defleetingView,
  type MoveRequest,
  moveDefleeting,
  type TakeBackRequest,
  takeBackDefleeting,
} from '../../workflows/contract/defleetings';
import { columnName } from '../../workflows/contract/search-attributes';
import { defleetingsQueue } from '../../workflows/contract/task-queues';
import { beginDefleeting } from '../../workflows/defleeting/state';
import { listedOf } from '../../workflows/defleeting/view';
import { Activations } from '../activations/activations';
import { fleetsOfVehicle, runningAnywhere } from '../activations/anywhere';
import { Elsewhere } from '../activations/elsewhere';
import type { ActivationRow } from '../activations/reports';
import { describeIfKnown, type Fleets, newestRows, readExecutions } from '../activations/search';
import { unknown } from '../activations/start-errors';
import { applicationOf } from '../domain/application';
import { summaryOf } from '../domain/markdown';
import { vinKey } from '../domain/vehicle-key';
import { type DefleetingFilter, type DefleetingRow, defleetingRowOf, queryOf } from './defleeting-rows';
import { notAvailable, refused, unknownDefleeting } from './refusals';

/** What comes of asking. `already-leaving`: it was asked for before. `left`: it has left before, and nobody has begun again. */
export const ASK_OUTCOMES = ['asked', 'already-leaving', 'left'] as const;

export interface AskReply {
  readonly outcome: (typeof ASK_OUTCOMES)[number];
  readonly defleeting: DefleetingRow;
}

/** What comes of a message that is not refused. `queued`: the server has it, and no worker has taken it in yet. */
export const MESSAGE_OUTCOMES = ['taken', 'queued'] as const;
export interface DefleetingMessageReply {
  readonly id: string;
  readonly outcome: (typeof MESSAGE_OUTCOMES)[number];
  /** One sentence. */
  readonly next: string;
}

/** Who asks, and why: its id, its time and its fleet are added. */
export type NewDefleeting = Omit<DefleetingOrder, 'id' | 'askedAt' | 'fleet' | 'fleets'> & {
  readonly id?: string | undefined;
};

/** Everything that is known of a defleeting. */
export type DefleetingReport = DefleetingView & {
  readonly overdue: boolean;
  /** False when no worker answered: then only what the server stores is known, without history. */
  readonly complete: boolean;
};

const VIN = defineSearchAttributeKey(columnName('vin'), SearchAttributeType.KEYWORD);
const FLEET = defineSearchAttributeKey(columnName('fleet'), SearchAttributeType.KEYWORD);

/** How long a worker may take to answer, in milliseconds; one question; the pause between two. */
const PATIENCE = 10_000;
const QUESTION = 3_000;
const PAUSE = 200;

/**
 * What the outside asks of defleetings: the CLI and the HTTP API. Limited to some fleets, those of others are as absent; limited to
 * some applications, so are vehicles that live at others alone.
 */
export class Defleetings {
  private readonly elsewhere: Elsewhere;

  /** @param applications their keys; null: all. */
  constructor(
    private readonly client: Client,
    private readonly fleets: Fleets = '*',
    private readonly taskQueue?: string,
    applications: readonly string[] | null = null,
  ) {
    this.elsewhere = new Elsewhere(client, applications);
  }

  forFleets(fleets: Fleets, applications: readonly string[] | null = null): Defleetings {
    return new Defleetings(this.client, fleets, this.taskQueue, applications);
  }

  /**
   * A vehicle leaves. Asked for again while it is under way, or after it has left, nothing is changed.
   *
   * @throws VinError `ACTIVATION_UNKNOWN` where we may see only some fleets and the vehicle is in none of them; `VIN_NOT_AVAILABLE`
   * where it, a plate of it or its leaving is in others, too; `MESSAGE_REFUSED` where
   * the order with this id was taken back, or has come too late.
   */
  async ask({ id = randomUUID(), ...asked }: NewDefleeting): Promise<AskReply> {
    const { vin } = asked;
    const lives = await runningAnywhere(this.client, vin);
    const fleet = lives.find((life) => life.fleet !== null)?.fleet ?? null;
    const before = await this.newest(vin);
    if (
      this.fleets !== '*' &&
      !lives.some((life) => this.isOurs(life.fleet)) &&
      !(before && this.isOurs(before.fleet))
    ) {
      throw unknown(vin);
    }
    // One that is in other hands, too, is not ended for them.
    if (await this.isInOtherHands(vin, lives, before)) throw notAvailable(vin);
    if (await this.elsewhere.has(vin, lives)) throw notAvailable(vin);
    if (before?.id === id && before.outcome !== null) return sameAsBefore(before);
    if (before?.outcome === 'left' && lives.length === 0) {
      const again = await this.livesAgain(before);
      if (again.some((life) => !this.isOurs(life.fleet)) || this.elsewhere.shows(again))
        throw notAvailable(vin);
      if (again.length === 0) return { outcome: 'left', defleeting: before };
    }
    const order: DefleetingOrder = {
      ...{ ...asked, id, fleet, askedAt: new Date().toISOString() },
      ...(this.fleets !== '*' && { fleets: this.fleets }),
    };
    const listed = listedOf(beginDefleeting(order));
    const begun = { ...listed, workflowId: defleetingId(vin), execution: 'RUNNING', overdue: false };
    try {
      await this.client.workflow.start(DEFLEETING, {
        workflowId: defleetingId(vin),
        taskQueue: defleetingsQueue(this.taskQueue),
        args: [{ order }],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        typedSearchAttributes: [
          { key: VIN, value: vinKey(vin) },
          ...(fleet === null ? [] : [{ key: FLEET, value: fleet }]),
        ],
        memo: { [DEFLEETING_MEMO]: listed },
        staticSummary: summaryOf(`${vin} leaves: ${asked.note ?? asked.reason}`),
      });
      return { outcome: 'asked', defleeting: begun };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const newest = await this.newest(vin);
      // That of others tells nothing but that there is one.
      const running = newest && this.isOurs(newest.fleet) ? newest : begun;
      // The server took the order, and its reply was lost.
      return { outcome: newest?.id === id ? 'asked' : 'already-leaving', defleeting: running };
    }
  }

  /** Whether anything of it that runs is of a fleet that we may not see: its data, a plate, or its leaving, for which it would not leave for us. */
  private async isInOtherHands(
    vin: string,
    lives: readonly ActivationRow[],
    before: DefleetingRow | null,
  ): Promise<boolean> {
    if (this.fleets === '*') return false;
    if (lives.some((life) => !this.isOurs(life.fleet))) return true;
    const isLeaving = before?.execution === 'RUNNING' && before.fleet !== null;
    if (isLeaving && !this.isOurs(before.fleet)) return true;
    return [...(await fleetsOfVehicle(this.client, vin))].some((fleet) => !this.isOurs(fleet));
  }

  /** What the server stores of the newest defleeting of a vehicle. @throws VinError `DEFLEETING_UNKNOWN`. */
  async row(vin: string): Promise<DefleetingRow> {
    const row = await this.newest(vin);
    if (!row || (this.fleets !== '*' && !this.isOurs(row.fleet))) throw unknownDefleeting(vin);
    if (await this.elsewhere.has(vin)) throw unknownDefleeting(vin);
    return row;
  }

  /** Whether a defleeting of the vehicle is under way, or scheduled. */
  async isOpen(vin: string): Promise<boolean> {
    const row = await this.newest(vin);
    if (row?.execution !== 'RUNNING' || !this.isOurs(row.fleet)) return false;
    return !(await this.elsewhere.has(vin));
  }

  /** Everything that is known of it, where a worker answers; else what the server stores. @throws VinError `DEFLEETING_UNKNOWN`. */
  async report(vin: string): Promise<DefleetingReport> {
    const row = await this.row(vin);
    const view = await this.view(vin);
    const known = view ?? { ...row, answers: [], history: [] };
    return { ...known, overdue: row.overdue, complete: view !== null };
  }

  /** Defleetings, one row for each vehicle, newest first. */
  async list(filter: DefleetingFilter = {}, limit = Number.POSITIVE_INFINITY): Promise<DefleetingRow[]> {
    const rows = await newestRows(this.client, queryOf(filter, this.fleets), defleetingRowOf, { limit });
    return [...(await this.elsewhere.without(rows))];
  }

  /** One page of the same, in the server's own order. Pass `from` back to the same filter only. */
  async page(
    filter: DefleetingFilter,
    part: { readonly limit: number; readonly from: Uint8Array | null },
  ): Promise<{ readonly rows: readonly DefleetingRow[]; readonly next: Uint8Array | null }> {
    const { executions, next } = await readExecutions(this.client, queryOf(filter, this.fleets), part);
    return { rows: await this.elsewhere.without(executions.map(defleetingRowOf)), next };
  }

  /** Another day or deadline, until it has begun. @throws VinError `DEFLEETING_UNKNOWN`, `MESSAGE_REFUSED`. */
  move(
    vin: string,
    dates: Partial<DefleetingDates>,
    envelope: Partial<TakeBackRequest> = {},
  ): Promise<DefleetingMessageReply> {
    const request: MoveRequest = { ...dates, id: envelope.id ?? randomUUID(), by: envelope.by ?? null };
    return this.send(vin, request.id, (run) => run.signal(moveDefleeting, request));
  }

  /** The vehicle stays. @throws VinError `DEFLEETING_UNKNOWN`, `MESSAGE_REFUSED`. */
  takeBack(vin: string, envelope: Partial<TakeBackRequest> = {}): Promise<DefleetingMessageReply> {
    const request: TakeBackRequest = { id: envelope.id ?? randomUUID(), by: envelope.by ?? null };
    return this.send(vin, request.id, (run) => run.signal(takeBackDefleeting, request));
  }

  private async send(
    vin: string,
    id: string,
    deliver: (run: ReturnType<Client['workflow']['getHandle']>) => Promise<void>,
  ): Promise<DefleetingMessageReply> {
    const { execution } = await this.row(vin);
    if (execution !== 'RUNNING') {
      throw refused(vin, 'Its defleeting has ended: there is nothing left to move or to take back.');
    }
    try {
      await deliver(this.client.workflow.getHandle(defleetingId(vin)));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw refused(vin, 'Its defleeting has ended meanwhile.');
      throw error;
    }
    for (const end = Date.now() + PATIENCE; Date.now() < end; await setTimeout(PAUSE)) {
      const answer = (await this.view(vin))?.answers.find((one) => one.id === id);
      if (answer?.outcome === 'refused') throw refused(vin, answer.next);
      if (answer) return { id, outcome: 'taken', next: answer.next };
    }
    const next = `It is kept, and no worker has taken it in yet. Asked again with the id ${id} it is the same message.`;
    return { id, outcome: 'queued', next };
  }

  private view(vin: string): Promise<DefleetingView | null> {
    const run = this.client.workflow.getHandle(defleetingId(vin));
    return this.client.withDeadline(Date.now() + QUESTION, () => run.query(defleetingView)).catch(() => null);
  }

  private async newest(vin: string): Promise<DefleetingRow | null> {
    const found = await describeIfKnown(this.client, defleetingId(vin));
    return found && defleetingRowOf(found);
  }

  /** Where a vehicle that left lives again, in whosever hands: lists of Temporal lag, and would have it stay for ever. */
  private async livesAgain({ vin, parts }: DefleetingListed): Promise<readonly ActivationRow[]> {
    const lives = parts.map((app) => new Activations(this.client, applicationOf(app)).rowIfKnown(vin));
    return (await Promise.all(lives)).filter((row) => row?.execution === 'RUNNING') as ActivationRow[];
  }

  private isOurs(fleet: string | null): boolean {
    return this.fleets === '*' || (fleet !== null && this.fleets.includes(fleet));
  }
}

/** The same order again, which has ended: a batch asks again for those that it has heard nothing of. */
function sameAsBefore(before: DefleetingRow): AskReply {
  const { vin, id, outcome } = before;
  if (outcome === 'left') return { outcome, defleeting: before };
  const what = outcome === 'taken-back' ? 'was taken back' : 'came too late, and nothing was asked';
  throw refused(vin, `The order with the id ${id} ${what}. Ask with another id if it leaves.`);
}
