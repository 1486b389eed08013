import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { createProgram } from '../../src/cli/vin';
import { Ledger } from '../../workflows/batch/ledger';
import { BATCH_MEMO, type BatchInput, type Verdict } from '../../workflows/contract/batch';
import { MEMO } from '../../workflows/contract/memo';
import { PARKING_MEMO, type ParkingListed } from '../../workflows/contract/parking';
import type { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { startFakeTemporal } from '../support/fake-temporal';

const api = temporal.api.workflowservice.v1;
/** Of gRPC. */
const NOT_FOUND = 5;
const { WorkflowExecutionStatus } = temporal.api.enums.v1;

/** What a Temporal of this test knows. */
export interface World {
  /** Rows of every search for those alive. */
  readonly alive?: readonly (Partial<Record<keyof typeof SEARCH_ATTRIBUTES, string>> & {
    readonly memo?: object;
  })[];
  /** Rows of every search for parkings: what lists show of each. */
  readonly parkings?: readonly ParkingListed[];
  /** How many have ended, whatever is searched. */
  readonly ended?: number;
  /** What comes of the message of a batch to a vehicle. @default it is taken */
  readonly came?: (vin: string) => Partial<Verdict>;
  /** Whether batches are carried out at all. @default true */
  readonly works?: boolean;
  /** Whether a worker asks for tasks. @default false */
  readonly worker?: boolean;
  /** Answers in place of all this; undefined: it has nothing to say to that. */
  readonly answer?: (method: string, request: Uint8Array) => Uint8Array | number | undefined;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
  /** The searches and counts that were asked for. */
  readonly queries: readonly string[];
  /** What was asked of the server, by gRPC's names, without what says hello. */
  readonly methods: readonly string[];
  /** What batches were started with. */
  readonly batches: readonly BatchInput[];
}

/** Runs `vin <args>` in this process against a Temporal that answers as the world says. */
export async function runVin(args: readonly string[], world: World = {}): Promise<Ran> {
  const queries: string[] = [];
  const methods: string[] = [];
  const played = new PlayedBatches(world);
  const fake = await startFakeTemporal((method, request) => {
    if (!['GetSystemInfo', 'DescribeNamespace'].includes(method)) methods.push(method);
    const answered = world.answer?.(method, request);
    if (answered !== undefined) return answered;
    if (method === 'ListWorkflowExecutions') {
      const { query } = api.ListWorkflowExecutionsRequest.decode(request);
      queries.push(query);
      const isOfParkings = query.includes("WorkflowType = 'parking'");
      const executions = isOfParkings
        ? (world.parkings ?? []).map(parkingOf)
        : (world.alive ?? []).map(executionOf);
      return api.ListWorkflowExecutionsResponse.encode({ executions }).finish();
    }
    if (method === 'CountWorkflowExecutions') {
      queries.push(api.CountWorkflowExecutionsRequest.decode(request).query);
      return api.CountWorkflowExecutionsResponse.encode({ count: (world.ended ?? 0) as never }).finish();
    }
    if (method === 'DescribeTaskQueue') {
      const pollers = world.worker ? [{ identity: 'worker' }] : [];
      return api.DescribeTaskQueueResponse.encode({ pollers }).finish();
    }
    if (method === 'DescribeWorkflowExecution') {
      const { workflowId } = api.DescribeWorkflowExecutionRequest.decode(request).execution ?? {};
      const workflowExecutionInfo = (world.parkings ?? [])
        .map(parkingOf)
        .find(({ execution }) => execution.workflowId === workflowId);
      if (workflowExecutionInfo)
        return api.DescribeWorkflowExecutionResponse.encode({ workflowExecutionInfo }).finish();
    }
    return (
      played.answer(method, request) ??
      (['DescribeWorkflowExecution', 'DescribeSchedule'].includes(method) ? NOT_FOUND : 0)
    );
  });
  const before = process.env['TEMPORAL_ADDRESS'];
  process.env['TEMPORAL_ADDRESS'] = fake.address;
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    const error = await createProgram(args[0])
      .parseAsync(args, { from: 'user' })
      .then(
        () => null,
        (failed: unknown) => failed,
      );
    return { ...said, error, queries, methods, batches: played.started };
  } finally {
    for (const spy of spies) spy.mockRestore();
    if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
    else process.env['TEMPORAL_ADDRESS'] = before;
    await fake.close();
  }
}

function parkingOf(listed: ParkingListed) {
  const workflowId = `parking:${listed.provider}:${listed.plate}`;
  return {
    execution: { workflowId, runId: 'a-run' },
    type: { name: 'parking' },
    status: WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    startTime: { seconds: 1_780_000_000 as never },
    memo: { fields: { [PARKING_MEMO]: toPayload(listed) } },
  };
}

const toPayload = (value: unknown) => defaultPayloadConverter.toPayload(value);
const TAKEN: Verdict = {
  outcome: 'taken',
  status: 'pending',
  next: 'It is done.',
  code: null,
  problem: null,
  remedy: null,
};

/** Batches that are over as soon as they have begun. */
class PlayedBatches {
  readonly started: BatchInput[] = [];

  constructor(private readonly world: World) {}

  answer(method: string, request: Uint8Array): Uint8Array | null {
    if (method === 'StartWorkflowExecution') {
      const [payload] = api.StartWorkflowExecutionRequest.decode(request).input?.payloads ?? [];
      this.started.push(defaultPayloadConverter.fromPayload(payload as never) as BatchInput);
      return api.StartWorkflowExecutionResponse.encode({ runId: 'run' }).finish();
    }
    if (method === 'DescribeWorkflowExecution') {
      const { workflowId } = api.DescribeWorkflowExecutionRequest.decode(request).execution ?? {};
      const found = this.started.find(({ id }) => workflowId === `batch:${id}`);
      return found ? this.described(found) : null;
    }
    if (method !== 'QueryWorkflow') return null;
    const { execution, query } = api.QueryWorkflowRequest.decode(request);
    const found = this.started.find(({ id }) => execution?.workflowId === `batch:${id}`);
    const [from, limit] = (query?.queryArgs?.payloads ?? []).map((one) =>
      defaultPayloadConverter.fromPayload(one),
    );
    const rows = found ? this.ledgerOf(found).rows(from as number, limit as number) : [];
    return api.QueryWorkflowResponse.encode({ queryResult: { payloads: [toPayload(rows)] } }).finish();
  }

  private ledgerOf({ vins, carried }: BatchInput): Ledger {
    const ledger = new Ledger(vins, carried);
    const { came = () => ({}), works = true } = this.world;
    for (const at of works ? ledger.due(vins.length) : []) {
      ledger.settle(at, { ...TAKEN, ...came(vins[at] as string) });
    }
    return ledger;
  }

  private described(input: BatchInput): Uint8Array {
    const memo = { ...input.facts, counts: this.ledgerOf(input).counts(), stoppedBy: null };
    const { works = true } = this.world;
    return api.DescribeWorkflowExecutionResponse.encode({
      workflowExecutionInfo: {
        execution: { workflowId: `batch:${input.id}`, runId: 'run' },
        type: { name: 'batch' },
        status: works
          ? WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED
          : WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
        startTime: { seconds: 1_790_000_000 as never },
        memo: { fields: { [BATCH_MEMO]: toPayload(memo) } },
      },
    }).finish();
  }
}

function executionOf({ memo, ...known }: NonNullable<World['alive']>[number]) {
  const fields = Object.entries(known).map(([name, text]) => [
    name,
    {
      metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('Keyword') },
      data: Buffer.from(JSON.stringify(text)),
    },
  ]);
  return {
    execution: { workflowId: `activation:high-mobility:default:${known.VIN}`, runId: 'run' },
    type: { name: 'activation' },
    status: WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    startTime: { seconds: 1_790_000_000 as never, nanos: 123_000_000 },
    searchAttributes: { indexedFields: Object.fromEntries(fields) },
    ...(memo && { memo: { fields: { [MEMO]: defaultPayloadConverter.toPayload(memo) } } }),
  };
}
