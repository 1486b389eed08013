import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { SearchAttributePair, UpdateDefinition } from '@temporalio/common';
import {
  ACTIVATION,
  type AcknowledgeRequest,
  type ActivationInput,
  type AmendRequest,
  acknowledge,
  activationId,
  amend,
  type DefleetRequest,
  defleet,
  HIGH_MOBILITY,
  type MessageReply,
  type RetryRequest,
  resume,
  retry,
  TASK_QUEUE,
} from '../../workflows/messages';
import * as attributes from '../../workflows/search-attributes';
import { VinError } from '../errors';
import { type ActivationReport, type ActivationRow, reportOn, rowOf } from './reports';

/** How long to wait for a worker to take a message. */
const MESSAGE_DEADLINE = 10_000;

export interface ActivationFilter {
  readonly fleet?: string;
  readonly brand?: string;
  readonly status?: string;
  /** Also those that have ended. */
  readonly all?: boolean;
}

/** What came of a message; `ended` when there was no activation left to take it. */
export type Reply = MessageReply & { readonly ended: boolean };

/** What the outside asks of activations: the CLI now, the HTTP API later. */
export class Activations {
  constructor(
    private readonly client: Client,
    private readonly provider: string = HIGH_MOBILITY,
  ) {}

  /** Starts the activation of a vehicle. Starting it again while it is alive changes nothing. */
  async start(input: ActivationInput): Promise<'started' | 'already-active'> {
    const { vin, brand, fleet } = input;
    const provider = input.provider ?? this.provider;
    const pairs: SearchAttributePair[] = [
      { key: attributes.VIN, value: vin },
      { key: attributes.BRAND, value: brand },
      { key: attributes.PROVIDER, value: provider },
      { key: attributes.CLEARANCE_STATUS, value: 'absent' },
      { key: attributes.NEEDS_ATTENTION, value: false },
      ...(fleet ? [{ key: attributes.FLEET, value: fleet }] : []),
    ];
    try {
      await this.client.workflow.start(ACTIVATION, {
        workflowId: activationId(provider, vin),
        taskQueue: TASK_QUEUE,
        args: [{ ...input, provider }],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        typedSearchAttributes: pairs,
        staticSummary: `${vin} · ${brand}${fleet ? ` · fleet ${fleet}` : ''}`.slice(0, 200),
      });
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already-active';
      throw error;
    }
  }

  /**
   * Everything that is known of a vehicle's activation, alive or ended.
   *
   * @throws VinError `ACTIVATION_UNKNOWN`.
   */
  async report(vin: string): Promise<ActivationReport> {
    try {
      return await reportOn(this.client, this.handle(vin));
    } catch (error) {
      throw error instanceof WorkflowNotFoundError ? unknown(vin) : error;
    }
  }

  /** Activations, newest first, one row for each vehicle. */
  async list(filter: ActivationFilter = {}): Promise<ActivationRow[]> {
    const rows = new Map<string, ActivationRow>();
    for await (const execution of this.client.workflow.list({ query: queryOf(filter) })) {
      const row = rowOf(execution);
      const known = rows.get(row.workflowId);
      if (!known || known.startedAt < row.startedAt) rows.set(row.workflowId, row);
    }
    return [...rows.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  }

  /** Ends a vehicle's access. Asking again, or after the end, changes nothing and is no error. */
  defleet(vin: string, request: DefleetRequest): Promise<Reply> {
    return this.send(vin, defleet, request);
  }

  /** Has the clearance looked at now, and submitted again if it has ended. */
  retry(vin: string, request: RetryRequest): Promise<Reply> {
    return this.send(vin, retry, request);
  }

  /** Has a parked activation go on. */
  resume(vin: string, request: RetryRequest): Promise<Reply> {
    return this.send(vin, resume, request);
  }

  /** Corrects what an activation asks for. */
  amend(vin: string, request: AmendRequest): Promise<Reply> {
    return this.send(vin, amend, request);
  }

  /** Stops the reminders for a while. */
  acknowledge(vin: string, request: AcknowledgeRequest): Promise<Reply> {
    return this.send(vin, acknowledge, request);
  }

  /**
   * Sends a message and waits until the activation has it.
   *
   * @throws VinError `MESSAGE_REFUSED` with the activation's own sentence, `WORKER_MISSING` when no worker takes it.
   */
  private async send<Request>(
    vin: string,
    message: UpdateDefinition<MessageReply, [Request]>,
    request: Request,
  ): Promise<Reply> {
    try {
      const reply = await this.client.withDeadline(Date.now() + MESSAGE_DEADLINE, () =>
        this.handle(vin).executeUpdate(message, { args: [request] }),
      );
      return { ...reply, ended: false };
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) {
        const { message: sentence = error.message } = error.cause ?? {};
        throw new VinError(
          'MESSAGE_REFUSED',
          `${vin}: ${sentence}`,
          'Correct the message and send it again.',
          { vin },
        );
      }
      if (!(error instanceof WorkflowNotFoundError)) throw asNoWorker(error, vin);
      const { status } = await this.report(vin);
      return { status, next: 'The activation has ended: there is nothing left to do.', ended: true };
    }
  }

  private handle(vin: string): WorkflowHandle {
    return this.client.workflow.getHandle(activationId(this.provider, vin));
  }
}

function queryOf({ fleet, brand, status, all }: ActivationFilter): string {
  const conditions = [
    `WorkflowType = '${ACTIVATION}'`,
    ...(all ? [] : [`ExecutionStatus = 'Running'`]),
    ...(fleet ? [`${attributes.FLEET.name} = ${quote(fleet)}`] : []),
    ...(brand ? [`${attributes.BRAND.name} = ${quote(brand)}`] : []),
    ...(status ? [`${attributes.CLEARANCE_STATUS.name} = ${quote(status)}`] : []),
  ];
  return conditions.join(' AND ');
}

function quote(value: string): string {
  return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

function unknown(vin: string): VinError {
  return new VinError(
    'ACTIVATION_UNKNOWN',
    `There is no activation of ${vin}`,
    `Start one with: vin activate ${vin} --brand BRAND`,
    { vin },
  );
}

/** An update is only taken by a worker: without one the call runs into its deadline. */
function asNoWorker(error: unknown, vin: string): unknown {
  const code = (error as { cause?: { code?: number } }).cause?.code ?? (error as { code?: number }).code;
  const DEADLINE_EXCEEDED = 4;
  if (code !== DEADLINE_EXCEEDED && (error as Error).name !== 'WorkflowUpdateRPCTimeoutOrCancelledError')
    return error;
  return new VinError(
    'WORKER_MISSING',
    `No worker took the message for ${vin} within ${MESSAGE_DEADLINE / 1_000} s; nothing was changed`,
    'Start a worker with: vin worker. Then ask again.',
    { vin, cause: error },
  );
}
