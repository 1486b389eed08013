import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  type AcknowledgeRequest,
  type AmendRequest,
  activationId,
  type DataSeenRequest,
  type DefleetRequest,
  type Envelope,
  type MessageKind,
  type RefreshRequest,
  type RetryRequest,
  type StayRequest,
  type SuspendRequest,
} from '../../workflows/contract/messages';
import { VinError } from '../base/errors';
import type { Application } from '../domain/application';
import { grpcCode } from '../temporal/grpc';
import { type ActivationRun, type InTurn, visibleRun } from './activation-runs';
import { forgetAgain } from './again';
import { Batches } from './batches';
import { type ActivationReport, type ActivationRow, ownPart, reportOn, rowOf } from './reports';
import {
  type ActivationFilter,
  type ActivationPage,
  endedQueryOf,
  type Fleets,
  type ListPart,
  queryOf,
  readList,
  readPage,
} from './search';
import { type MessageReply, sendMessage } from './sending';
import { unknown, unreachable } from './start-errors';
import {
  type HowToStart,
  type NewActivation,
  type Reuse,
  type Started,
  Starter,
  type StartOutcome,
  type Stored,
} from './starts';
import { type UnderWay, underWayIn } from './under-way';
import { type Wanted, waitFor } from './wait';

/** How long the server may take to say what it stores of a vehicle. */
const LOOK_DEADLINE = 7_000;

/** gRPC's cancelled, deadline exceeded, resource exhausted and unavailable: the server does not answer in time. */
const AWAY = [1, 4, 8, 14];

/** How a message is sent. */
export interface Sending {
  /** How long a worker may take to take it in, in milliseconds. @default 10 s */
  readonly patience?: number;
}

/**
 * What the outside asks of activations: the CLI and the HTTP API. Limited to some fleets it is the wall between
 * them: the activations of others, and those without a fleet, are the same as absent in all that it says and does.
 */
export class Activations {
  constructor(
    readonly client: Client,
    readonly app: Application,
    readonly fleets: Fleets = '*',
    private readonly inTurn?: InTurn,
  ) {}

  /**
   * The same, for somebody who may only see these fleets.
   *
   * @param inTurn when a vehicle that is not simply there may be searched for. @default at once
   */
  forFleets(fleets: Fleets, inTurn?: InTurn): Activations {
    return new Activations(this.client, this.app, fleets, inTurn);
  }

  /** Starts them. */
  private get starter(): Starter {
    return new Starter(this.client, this.app, this.fleets, this);
  }

  // What they do, and what they throw: `Starter`.

  /** Starts the activation of a vehicle. Starting it again while it is alive changes nothing. */
  start(vehicle: NewActivation, reuse?: Reuse): Promise<StartOutcome> {
    return this.starter.start(vehicle, reuse);
  }

  /** Starts a vehicle, or says why not and what is otherwise than it was asked for. */
  activate(vehicle: NewActivation, how?: HowToStart): Promise<Started> {
    return this.starter.activate(vehicle, how);
  }

  /** As `start`, but a vehicle whose activation has ended stays as it is, as long as Temporal remembers it. */
  startOnce(vehicle: NewActivation): Promise<StartOutcome | 'ended'> {
    return this.starter.startOnce(vehicle);
  }

  /**
   * Everything that is known of a vehicle's activation, alive or ended.
   *
   * @throws VinError `ACTIVATION_UNKNOWN`, `TEMPORAL_UNREACHABLE`.
   */
  async report(vin: string): Promise<ActivationReport> {
    const report = await reportOn(this.client, await this.life(vin));
    return this.fleets === '*' ? report : ownPart(report);
  }

  /** The same, and what only Temporal knows of what is under way. */
  async explained(vin: string): Promise<{ readonly report: ActivationReport; readonly underWay: UnderWay }> {
    const life = await this.life(vin);
    const report = await reportOn(this.client, life);
    return {
      report: this.fleets === '*' ? report : ownPart(report),
      underWay: underWayIn(life.description),
    };
  }

  /**
   * What the server stores of a vehicle's activation: no worker is asked.
   *
   * @throws VinError `ACTIVATION_UNKNOWN`.
   */
  async row(vin: string): Promise<ActivationRow> {
    return (await this.stored(vin)).row;
  }

  /** The same, and its memo. */
  async stored(vin: string): Promise<Stored> {
    const { description } = await this.life(vin);
    return { row: rowOf(description), memo: description.memo };
  }

  /** The same; null where there is no activation. */
  rowIfKnown(vin: string): Promise<ActivationRow | null> {
    return this.row(vin).catch((error: unknown) => {
      if (error instanceof VinError && error.code === 'ACTIVATION_UNKNOWN') return null;
      throw error;
    });
  }

  /**
   * Waits until the clearance has one of these statuses, or until nothing more will happen by itself (`settled`),
   * and reports. When the time is over, or the signal says that nobody waits any more, it reports what is then.
   *
   * What it costs: one read of the server's memory a look, at growing intervals (`waitFor`). A worker is only
   * asked at the end, and for `settled` also each time the history has grown.
   *
   * @param timeout milliseconds.
   * @param inTurn when each look may be made. @default at once
   * @throws VinError `ACTIVATION_UNKNOWN`.
   */
  async wait(
    vin: string,
    wanted: Wanted,
    timeout: number,
    { signal, inTurn = (look) => look() }: { readonly signal: AbortSignal; readonly inTurn?: InTurn },
  ): Promise<ActivationReport> {
    await waitFor(
      () => inTurn(() => this.life(vin)),
      (life) => inTurn(() => reportOn(this.client, life)),
      wanted,
      timeout,
      signal,
    );
    return inTurn(() => this.report(vin));
  }

  /** Activations, one row for each vehicle. */
  list(filter: ActivationFilter = {}, part: ListPart = {}): Promise<ActivationRow[]> {
    return readList(this.client, filter, this.fleets, part);
  }

  /** How many activations match and have ended; a vehicle may have several of them. */
  async countEnded(filter: ActivationFilter = {}): Promise<number> {
    return (await this.client.workflow.count(endedQueryOf(filter, this.fleets))).count;
  }

  /** One page of the same, one row for each life. Pass `from` back to the same filter only. */
  page(
    filter: ActivationFilter,
    part: { readonly limit: number; readonly from: Uint8Array | null },
  ): Promise<ActivationPage> {
    return readPage(this.client, queryOf(filter, this.fleets), part);
  }

  /** Gives every call to the server that is made inside of `work` until then, and not longer. */
  within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
    return this.client.withDeadline(Date.now() + milliseconds, work);
  }

  /** The batches of those that may be seen. */
  get batches(): Batches {
    return new Batches(this.client, this.app, this.fleets);
  }

  /** The same of every application. */
  get batchesEverywhere(): Batches {
    return new Batches(this.client, null, this.fleets);
  }

  // What comes of a message, and what it throws: `sendMessage`.

  /** Ends a vehicle's access. Asking again, or after the end, changes nothing and is no error. */
  defleet(vin: string, request: DefleetRequest, how?: Sending): Promise<MessageReply> {
    return this.send('defleet', vin, request, how);
  }

  /** Takes back that the vehicle leaves, until the provider was asked to end its access. */
  stay(vin: string, request: StayRequest, how?: Sending): Promise<MessageReply> {
    return this.send('stay', vin, request, how);
  }

  /** Pauses an access that is given, where the provider can. */
  suspend(vin: string, request: SuspendRequest, how?: Sending): Promise<MessageReply> {
    return this.send('suspend', vin, request, how);
  }

  /** Has the clearance looked at now, and submitted again if it has ended. */
  retry(vin: string, request: RetryRequest, how?: Sending): Promise<MessageReply> {
    return this.send('retry', vin, request, how);
  }

  /** Has a parked activation go on. */
  resume(vin: string, request: RetryRequest, how?: Sending): Promise<MessageReply> {
    return this.send('resume', vin, request, how);
  }

  /** Corrects what an activation asks for. */
  amend(vin: string, request: AmendRequest, how?: Sending): Promise<MessageReply> {
    return this.send('amend', vin, request, how);
  }

  /** Stops the reminders for a while. */
  acknowledge(vin: string, request: AcknowledgeRequest, how?: Sending): Promise<MessageReply> {
    return this.send('acknowledge', vin, request, how);
  }

  /** Has the rules read anew. */
  refresh(vin: string, request: RefreshRequest, how?: Sending): Promise<MessageReply> {
    return this.send('refresh', vin, request, how);
  }

  /** Says that data flows, as somebody has seen who reads it by other ways. */
  dataSeen(vin: string, request: DataSeenRequest, how?: Sending): Promise<MessageReply> {
    return this.send('data-seen', vin, request, how);
  }

  /** Sends any of them. */
  async send(kind: MessageKind, vin: string, request: Envelope, how: Sending = {}): Promise<MessageReply> {
    // Who wants it to leave does not want it to come back.
    const isForgotten = kind !== 'defleet' || (await this.forgetAgain(vin));
    const reply = await sendMessage(this.client, () => this.life(vin), { kind, vin, request }, how.patience);
    if (!isForgotten) await this.forgetOurs(vin);
    return reply;
  }

  /** @returns false: the server is away. What the message comes to says so. */
  private async forgetAgain(vin: string): Promise<boolean> {
    if (this.fleets !== '*') await this.life(vin);
    try {
      await this.within(LOOK_DEADLINE, () => this.forgetOurs(vin));
      return true;
    } catch (error) {
      if (AWAY.includes(grpcCode(error) ?? 0)) return false;
      throw error;
    }
  }

  /** Where another fleet has the vehicle since, it is that one which wants it again. */
  private async forgetOurs(vin: string): Promise<void> {
    if (this.fleets !== '*') {
      const newest = await new Activations(this.client, this.app).rowIfKnown(vin);
      if (newest && (newest.fleet === null || !this.fleets.includes(newest.fleet))) return;
    }
    await forgetAgain(this.client, this.app, vin);
  }

  private async life(vin: string): Promise<ActivationRun> {
    try {
      return await this.within(LOOK_DEADLINE, () =>
        visibleRun(this.client, activationId(this.app, vin), this.fleets, this.inTurn),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw unknown(vin);
      throw AWAY.includes(grpcCode(error) ?? 0) ? unreachable(vin, error) : error;
    }
  }
}
