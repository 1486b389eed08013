import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, TypedSearchAttributes } from '@temporalio/common';
import type { ActivationRun } from '../../src/activations/activation-runs';
import { reportOn } from '../../src/activations/reports';
import { asText } from '../../src/cli/status';
import { REFUSED_FOR_GOOD } from '../../workflows/contract/messages';

/** What an activation said of itself while somebody had to act. */
const ESCALATED = {
  vin: 'WBA8E9G50GNT00001',
  brand: 'bmw',
  fleet: null,
  status: 'rejected',
  reason: 'not eligible',
  since: '2026-11-26T10:00:00.123Z',
  step: 'parked',
  settled: false,
  owner: 'fleet-manager',
  action: 'Call the driver.',
  waitingFor: 'the driver',
  nextAt: '2026-11-27T10:00:00.123Z',
  escalationLevel: 2,
  acknowledgedUntil: '2026-11-28T00:00:00.000Z',
  defleet: null,
  data: null,
  history: [],
};

function lifeThatIs(status: string, ending: () => Promise<unknown> = async () => ESCALATED): ActivationRun {
  const description = {
    workflowId: 'activation:high-mobility:default:WBA8E9G50GNT00001',
    status: { name: status },
    raw: {},
    startTime: new Date(),
    closeTime: status === 'RUNNING' ? undefined : new Date(),
    typedSearchAttributes: new TypedSearchAttributes(),
  };
  const run = { result: ending, query: async () => ({ ...ESCALATED, reason: 'as a worker says' }) };
  return { run, description, firstRunId: 'run' } as unknown as ActivationRun;
}

function failing(cause: Error): () => Promise<never> {
  return async () => {
    throw new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE' as never);
  };
}

const client = { withDeadline: (_: number, work: () => unknown) => work() } as unknown as Client;

describe('the report on an activation', () => {
  test('that was refused for good is read out of its failure: no worker is asked', async () => {
    const failure = ApplicationFailure.nonRetryable(
      'The clearance ended as rejected',
      REFUSED_FOR_GOOD,
      ESCALATED,
    );
    const report = await reportOn(client, lifeThatIs('FAILED', failing(failure)));
    expect(report).toMatchObject({
      execution: 'FAILED',
      complete: true,
      reason: 'not eligible',
      step: 'ended',
    });
  });

  test('that has failed otherwise is what a worker says of it', async () => {
    const failure = ApplicationFailure.nonRetryable(
      'The activation cannot begin',
      'INPUT_INVALID',
      ESCALATED,
    );
    const report = await reportOn(client, lifeThatIs('FAILED', failing(failure)));
    expect(report).toMatchObject({ execution: 'FAILED', reason: 'as a worker says', step: 'ended' });
  });

  test.each(['COMPLETED', 'TERMINATED', 'CANCELLED', 'FAILED'])(
    'that has ended (%s) gives nobody an order, in text and in JSON',
    async (status) => {
      const report = await reportOn(client, lifeThatIs(status));
      expect(report).toMatchObject({
        step: 'ended',
        settled: true,
        owner: null,
        action: null,
        waitingFor: null,
        nextAt: null,
        escalationLevel: 0,
        acknowledgedUntil: null,
      });
      expect(asText({ ...report, notices: [], otherRules: null })).not.toMatch(
        /Whose turn|To do|Waiting|Next look|Escalation|Acknowledged/,
      );
    },
  );

  test('that is alive says whose turn it is', async () => {
    const report = await reportOn(client, lifeThatIs('RUNNING'));
    expect(report).toMatchObject({ owner: 'fleet-manager', escalationLevel: 2, step: 'parked' });
    expect(asText({ ...report, notices: null, otherRules: null })).toContain('Whose turn   fleet-manager');
  });

  test('and is paused says since when and by whom', async () => {
    const report = await reportOn(client, lifeThatIs('RUNNING'));
    const suspended = { at: '2026-11-27T10:00:00.123Z', by: 'jane' };
    const text = asText({ ...report, suspended, notices: null, otherRules: null });
    expect(text).toContain('Paused       asked at 2026-11-27T10:00:00Z by jane');
  });

  test('has times without milliseconds for a person', async () => {
    const report = await reportOn(client, lifeThatIs('RUNNING'));
    expect(asText({ ...report, notices: [], otherRules: null })).not.toMatch(/\.\d{3}Z/);
  });
});
