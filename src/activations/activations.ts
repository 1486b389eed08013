import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { columnsOf } from '../../workflows/contract/columns';
import {
  ACTIVATION,
  type AcknowledgeRequest,
  type ActivationInput,
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
import { updatesOf } from '../../workflows/contract/search-attributes';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { begin } from '../../workflows/lifecycle/begin';
import { shownOf } from '../../workflows/lifecycle/view';
import { VinError } from '../base/errors';
import { tooLarge } from '../config/bounds';
import type { Application } from '../domain/application';
import { summaryOf } from '../domain/markdown';
import { grpcCode } from '../temporal/grpc';
import { type ActivationRun, type InTurn, visibleRun } from './activation-runs';
import { forgetAgain, isDefleeting, startAgain } from './again';
import { Batches } from './batches';
import { type Difference, differencesFrom, TAGS } from './differences';
import { type ActivationReport, type ActivationRow, reportOn, rowOf } from './reports';
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
import { forbidden, notAvailable, unknown, unreachable, vehicleTooLarge } from './start-errors';
import { type UnderWay, underWayIn } from './under-way';
import { type Wanted, waitFor } from './wait';

/**
 * What comes of a start. `already-active`: it was alive before, and nothing was changed. `leaving`: nothing was started, because it
 * is leaving. `starts-again`: the same, and it starts once it has left.
 */
export const START_OUTCOMES = ['started', 'already-active', 'leaving', 'starts-again'] as const;
export type StartOutcome = Extract<(typeof START_OUTCOMES)[number], 'started' | 'already-active'>;

/** What comes of a start, and what an activation that was there has otherwise than it was asked for. */
export interface Started {
  readonly outcome: (typeof START_OUTCOMES)[number] | 'ended';
  readonly differs: readonly Difference[];
}

/** Starts that are tried where an activation ends in that moment. */
const MOST_STARTS = 3;

/** How long the server may take to say what it stores of a vehicle. */
const LOOK_DEADLINE = 7_000;

/** gRPC's cancelled, deadline exceeded, resource exhausted and unavailable: the server does not answer in time. */
const AWAY = [1, 4, 8, 14];

/** What an activation begins with; its application is that of whoever starts it. */
export type NewActivation = Omit<ActivationInput, keyof Application>;

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

  /**
   * Starts the activation of a vehicle. Starting it again while it is alive changes nothing.
   *
   * @param reuse what holds after the end of an earlier one: start again, or change nothing.
   * @throws VinError `VEHICLE_TOO_LARGE`, `FLEET_FORBIDDEN` when the fleet is none of ours, `VIN_NOT_AVAILABLE` when an activation is
   * alive that we may not see.
   */
  async start(
    vehicle: NewActivation,
    reuse: 'ALLOW_DUPLICATE' | 'REJECT_DUPLICATE' = 'ALLOW_DUPLICATE',
  ): Promise<StartOutcome> {
    this.requireStartable(vehicle);
    const { vin, brand, fleet } = vehicle;
    const input = { ...vehicle, ...this.app };
    try {
      await this.client.workflow.start(ACTIVATION, {
        workflowId: activationId(this.app, vin),
        taskQueue: applicationQueue(this.app),
        args: [input],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: reuse,
        typedSearchAttributes: columnsAtStart(input),
        ...(vehicle.tags && { memo: { [TAGS]: vehicle.tags } }),
        staticSummary: summaryOf(`${vin} · ${brand}${fleet ? ` · fleet ${fleet}` : ''}`),
      });
      return 'started';
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (this.fleets !== '*' && !(await this.isAliveHere(vin))) throw notAvailable(vin);
      return 'already-active';
    }
  }

  /**
   * Starts a vehicle, or says why not and what is otherwise than it was asked for.
   *
   * @param once a vehicle whose activation has ended stays as it is, as long as Temporal remembers it.
   * @param again a vehicle that is leaving, here or elsewhere, starts again once it has left, however long that takes.
   * @throws VinError as `start`.
   */
  async activate(
    vehicle: NewActivation,
    { once = false, again = false }: { readonly once?: boolean; readonly again?: boolean } = {},
  ): Promise<Started> {
    const { vin } = vehicle;
    this.requireStartable(vehicle);
    // Its access here may have ended, while another application is waited for.
    if (await isDefleeting(this.client, vin, this.fleets)) {
      if (again) await startAgain(this.client, { ...vehicle, ...this.app });
      return { outcome: again ? 'starts-again' : 'leaving', differs: [] };
    }
    const reuse = once ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE';
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.start(vehicle, reuse);
      if (outcome === 'started') return { outcome, differs: [] };
      const { description } = await this.life(vin);
      const row = rowOf(description);
      if (row.execution === 'RUNNING') {
        if (row.leaving === null)
          return { outcome, differs: differencesFrom(vehicle, row, description.memo) };
        if (again) await startAgain(this.client, { ...vehicle, ...this.app });
        return { outcome: again ? 'starts-again' : 'leaving', differs: [] };
      }
      // It has ended this moment, or long ago.
      if (once || tries >= MOST_STARTS) return { outcome: 'ended', differs: [] };
    }
  }

  /** As `start`, but a vehicle whose activation has ended stays as it is, as long as Temporal remembers it. */
  async startOnce(vehicle: NewActivation): Promise<StartOutcome | 'ended'> {
    const outcome = await this.start(vehicle, 'REJECT_DUPLICATE');
    if (outcome === 'started') return outcome;
    return (await this.isAliveHere(vehicle.vin)) ? outcome : 'ended';
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
    return rowOf((await this.life(vin)).description);
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
    if (!isForgotten) await forgetAgain(this.client, this.app, vin);
    return reply;
  }

  /** @returns false: the server is away. What the message comes to says so. */
  private async forgetAgain(vin: string): Promise<boolean> {
    if (this.fleets !== '*') await this.life(vin);
    try {
      await this.within(LOOK_DEADLINE, () => forgetAgain(this.client, this.app, vin));
      return true;
    } catch (error) {
      if (AWAY.includes(grpcCode(error) ?? 0)) return false;
      throw error;
    }
  }

  private requireStartable(vehicle: NewActivation): void {
    const { vin, fleet } = vehicle;
    const large = tooLarge(vehicle);
    if (large) throw vehicleTooLarge(vin, large.problem);
    if (this.fleets !== '*' && !(fleet && this.fleets.includes(fleet))) throw forbidden(vin, fleet);
  }

  private async isAliveHere(vin: string): Promise<boolean> {
    return (await this.rowIfKnown(vin))?.execution === 'RUNNING';
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

/** What a fleet sees: nothing of the time in which the vehicle was another's. */
function ownPart(report: ActivationReport): ActivationReport {
  const { fleetSince, history } = report;
  if (fleetSince === null) return report;
  // Facts of the same moment were there before: the move itself is a person's.
  const own = history.filter(
    ({ at, source }) => at > fleetSince || (at === fleetSince && source === 'person'),
  );
  return { ...report, history: own };
}

/** So that a list shows it before a worker has had it, at no event of its history. */
export function columnsAtStart(input: ActivationInput): SearchAttributePair[] {
  const columns = columnsOf(shownOf(begin(input, Date.now())));
  return updatesOf(columns).filter(({ value }) => value !== null) as SearchAttributePair[];
}
