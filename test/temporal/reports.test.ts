import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { asText } from '../../src/cli/status';
import type { Life } from '../../src/temporal/lives';
import { reportOn } from '../../src/temporal/reports';

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

function lifeThatIs(status: string): Life {
  const description = {
    workflowId: 'activation:high-mobility:default:WBA8E9G50GNT00001',
    status: { name: status },
    raw: {},
    startTime: new Date(),
    closeTime: status === 'RUNNING' ? undefined : new Date(),
    typedSearchAttributes: new TypedSearchAttributes(),
  };
  const run = { result: async () => ESCALATED, query: async () => ESCALATED };
  return { run, description, firstRunId: 'run' } as unknown as Life;
}

const client = { withDeadline: (_: number, work: () => unknown) => work() } as unknown as Client;

describe('the report on an activation', () => {
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
        reason: 'not eligible',
      });
      expect(asText(report)).not.toMatch(/Whose turn|To do|Waiting|Next look|Escalation|Acknowledged/);
    },
  );

  test('that is alive says whose turn it is', async () => {
    const report = await reportOn(client, lifeThatIs('RUNNING'));
    expect(report).toMatchObject({ owner: 'fleet-manager', escalationLevel: 2, step: 'parked' });
    expect(asText(report)).toContain('Whose turn   fleet-manager');
  });

  test('has times without milliseconds for a person', async () => {
    expect(asText(await reportOn(client, lifeThatIs('RUNNING')))).not.toMatch(/\.\d{3}Z/);
  });
});
