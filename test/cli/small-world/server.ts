import { defaultPayloadConverter, SearchAttributeType } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { MessageKind } from '../../../workflows/contract/messages';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import type { World } from '../scripted-vin';
import { DEFLEETING, executions, questions, SUMMARY } from './facts';
import { type Execution, NOW } from './stories';

const api = temporal.api.workflowservice.v1;
const { WorkflowExecutionStatus } = temporal.api.enums.v1;
/** Of gRPC. */
const NOT_FOUND = 5;

const toPayload = (value: unknown) => defaultPayloadConverter.toPayload(value);

/** Four vehicles, a parking, one that leaves, a batch, a notice, a certificate and some days, as a Temporal server tells them. */
export function smallWorld(): World {
  const played = new Played();
  return { answer: (method, request) => played.answers[method]?.(request) };
}

type Answer = Uint8Array | number | undefined;

class Played {
  private readonly executions = executions();
  private readonly questions = questions();
  /** What messages came to, by their ids. */
  private readonly outcomes = new Map<string, object>();

  readonly answers: Readonly<Record<string, (request: Uint8Array) => Answer>> = {
    ListWorkflowExecutions: (request) => {
      const { query } = api.ListWorkflowExecutionsRequest.decode(request);
      const found = this.executions.filter((one) => isMeant(one, query)).map(infoOf);
      return api.ListWorkflowExecutionsResponse.encode({ executions: found }).finish();
    },
    DescribeWorkflowExecution: (request) => {
      const found = this.byId(api.DescribeWorkflowExecutionRequest.decode(request).execution?.workflowId);
      if (!found) return NOT_FOUND;
      return api.DescribeWorkflowExecutionResponse.encode({ workflowExecutionInfo: infoOf(found) }).finish();
    },
    QueryWorkflow: (request) => {
      const { execution, query } = api.QueryWorkflowRequest.decode(request);
      const [first] = (query?.queryArgs?.payloads ?? []).map((one) =>
        defaultPayloadConverter.fromPayload(one),
      );
      const answers = this.byId(execution?.workflowId)?.answers ?? {};
      const outcome = this.outcomes.get(String(first));
      const answer =
        query?.queryType === 'messageOutcome' ? outcome : this.told(answers[query?.queryType ?? '']);
      if (answer === undefined) return NOT_FOUND;
      return api.QueryWorkflowResponse.encode({ queryResult: { payloads: [toPayload(answer)] } }).finish();
    },
    SignalWorkflowExecution: (request) => {
      const { signalName, input } = api.SignalWorkflowExecutionRequest.decode(request);
      const [payload] = input?.payloads ?? [];
      const message = (payload ? defaultPayloadConverter.fromPayload(payload) : {}) as {
        readonly id: string;
      };
      const next = 'It is done.';
      if (['move', 'takeBack'].includes(signalName)) {
        this.outcomes.set(message.id, { id: message.id, outcome: 'taken', next });
      } else if (signalName !== 'leave') {
        const kind = (signalName === 'dataSeen' ? 'data-seen' : signalName) as MessageKind;
        const read = readMessage(kind, message, NOW);
        const words = 'head' in read ? read.head?.words : '';
        this.outcomes.set(message.id, { kind, words, outcome: 'taken', status: 'pending', next });
      }
      return 0;
    },
    PollWorkflowTaskQueue: (request) => {
      this.clocks.push(api.PollWorkflowTaskQueueRequest.decode(request).identity);
      return 0;
    },
    DescribeTaskQueue: (request) => {
      const { taskQueue } = api.DescribeTaskQueueRequest.decode(request);
      const lastAccessTime = at(new Date(NOW).toISOString());
      const isOfClock = taskQueue?.name?.endsWith(':clock') ?? false;
      const pollers = (isOfClock ? this.clocks : ['worker@host']).map((identity) => ({
        identity,
        lastAccessTime,
      }));
      return api.DescribeTaskQueueResponse.encode({ pollers }).finish();
    },
    StartWorkflowExecution: () => api.StartWorkflowExecutionResponse.encode({ runId: 'a-run' }).finish(),
    /** Only sweeps are waited for. */
    GetWorkflowExecutionHistory: () =>
      api.GetWorkflowExecutionHistoryResponse.encode({
        history: {
          events: [
            {
              eventType: temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
              workflowExecutionCompletedEventAttributes: { result: { payloads: [toPayload(SUMMARY)] } },
            },
          ],
        },
      }).finish(),
    StartActivityExecution: (request) => {
      const { activityId, activityType } = api.StartActivityExecutionRequest.decode(request);
      this.asked.set(activityId, activityType?.name ?? '');
      return api.StartActivityExecutionResponse.encode({ runId: 'a-run' }).finish();
    },
    PollActivityExecution: (request) => {
      const { activityId } = api.PollActivityExecutionRequest.decode(request);
      const answer = this.questions[this.asked.get(activityId) ?? ''];
      return api.PollActivityExecutionResponse.encode({
        runId: 'a-run',
        outcome: { result: { payloads: [toPayload(answer)] } },
      }).finish();
    },
  };
  private readonly clocks: string[] = [];
  private readonly asked = new Map<string, string>();

  private byId(id: string | null | undefined): Execution | undefined {
    return this.executions.find(({ workflowId }) => workflowId === id);
  }

  /** A defleeting tells what its messages came to. */
  private told(answer: unknown): unknown {
    return answer === DEFLEETING ? { ...DEFLEETING, answers: [...this.outcomes.values()] } : answer;
  }
}

/** As far as the commands search: by the type, and by one column that is this or one of these. */
function isMeant({ type, columns = {}, endedAt }: Execution, query: string): boolean {
  const [, wanted] = /WorkflowType = '([^']*)'/.exec(query) ?? [];
  const types = [...query.matchAll(/'(activation|parking|defleeting|batch|days|notices)'/g)].map(
    ([, one]) => one,
  );
  if (wanted === undefined ? !types.includes(type) : wanted !== type) return false;
  if (query.includes("ExecutionStatus != 'Running'") && endedAt === undefined) return false;
  for (const [, name = '', value] of query.matchAll(/(\w+) = '([^']*)'/g)) {
    const [, own] = (columns[name] ?? []) as [string?, unknown?];
    if (name in columns && own !== value) return false;
  }
  return true;
}

function infoOf({ type, workflowId, columns = {}, memo, startedAt, endedAt }: Execution) {
  const fields = Object.entries(columns as Record<string, [keyof typeof WIRE, unknown]>).flatMap(
    ([name, [kind, value]]) => {
      if (value === null) return [];
      const metadata = { encoding: Buffer.from('json/plain'), type: Buffer.from(WIRE[kind]) };
      return [[name, { metadata, data: Buffer.from(JSON.stringify(value)) }]];
    },
  );
  return {
    execution: { workflowId, runId: 'a-run' },
    type: { name: type },
    status: endedAt
      ? WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED
      : WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    startTime: at(startedAt),
    ...(endedAt !== undefined && { closeTime: at(endedAt) }),
    searchAttributes: { indexedFields: Object.fromEntries(fields) },
    memo: { fields: Object.fromEntries(Object.entries(memo).map(([name, one]) => [name, toPayload(one)])) },
  };
}

const WIRE = {
  [SearchAttributeType.KEYWORD]: 'Keyword',
  [SearchAttributeType.DATETIME]: 'Datetime',
  [SearchAttributeType.BOOL]: 'Bool',
} as const;

const at = (time: string) => ({ seconds: (Date.parse(time) / 1_000) as never });
