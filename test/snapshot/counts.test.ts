import { countsOf } from '../../src/snapshot/counts';
import { readSnapshot } from '../../src/snapshot/read-snapshot';
import { APP } from '../support/application';
import { activationInList, type Listed } from './executions';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');

async function snapshotOf(...listed: Listed[]) {
  const executions = listed.map(activationInList);
  return readSnapshot(async () => ({ executions, next: null }), { now: () => NOW });
}

describe('the figures of a snapshot', () => {
  test('count each status, who needs a person, what is in trouble and what is overdue', async () => {
    const snapshot = await snapshotOf(
      { vin: '1', status: 'approved' },
      { vin: '2', owner: 'driver', deadlineAt: '2026-03-10T11:59:59.000Z' },
      { vin: '3', inTrouble: true, owner: 'operations', deadlineAt: '2026-03-10T12:00:01.000Z' },
    );
    const { byStatus, ...counts } = countsOf(snapshot, APP);
    expect(counts).toMatchObject({ needAttention: 2, inTrouble: 1, overdue: 1 });
    expect(byStatus).toMatchObject({ approved: 1, pending: 2, revoked: 0 });
  });

  test('say how old the oldest pending one is, and 0 where none is', async () => {
    const approved = { vin: '1', status: 'approved', startedAt: '2026-02-01T00:00:00.000Z' } as const;
    const pending = { vin: '2', startedAt: '2026-03-10T11:00:00.000Z' };
    expect(countsOf(await snapshotOf(approved, pending), APP).oldestPending).toBe(3_600);
    expect(countsOf(await snapshotOf(approved), APP).oldestPending).toBe(0);
  });

  test('are those of one application', async () => {
    const snapshot = await snapshotOf({ vin: '1' }, { vin: '2', application: 'other' });
    expect(countsOf(snapshot, APP).byStatus.pending).toBe(1);
    expect(countsOf(snapshot, { ...APP, application: 'other' }).byStatus.pending).toBe(1);
  });
});
