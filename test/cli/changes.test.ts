import { changesAsText, changesFor } from '../../src/cli/changes';
import { type ReadPage, readChanged } from '../../src/snapshot/read-snapshot';
import { activationInList, type Listed } from '../snapshot/executions';
import { runVin } from './scripted-vin';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const DAY = 24 * 3_600_000;
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();
const SINCE = NOW - 4 * DAY;
const vinOf = (number: number): string => `WBA8E9G50GN${String(number).padStart(6, '0')}`;
const LONG = { startedAt: ago(30), changedAt: ago(20) };

/** What has become of each in these four days, or before. */
const ROWS: readonly (Omit<Listed, 'vin'> & { readonly what: readonly string[] })[] = [
  { what: ['begun'], ...LONG, startedAt: ago(1) },
  { what: ['begun', 'approved'], status: 'approved', startedAt: ago(3), changedAt: ago(2) },
  { what: [], ...LONG, status: 'approved' },
  { what: ['rejected'], ...LONG, status: 'rejected', owner: 'fleet-manager', reasonSince: ago(1) },
  { what: ['stuck'], ...LONG, owner: 'driver', reasonKey: 'privacy-mode', reasonSince: ago(2) },
  { what: [], ...LONG, owner: 'driver', reasonKey: 'privacy-mode', reasonSince: ago(5) },
  {
    what: ['lost'],
    ...LONG,
    status: 'revoked',
    owner: 'fleet-manager',
    changedAt: ago(3),
    memo: { step: 'parked' },
  },
  {
    what: ['lost'],
    ...LONG,
    status: 'approved',
    owner: 'fleet-manager',
    changedAt: ago(1),
    memo: { approvedAt: ago(9) },
  },
  { what: ['leaving'], ...LONG, status: 'revoking', changedAt: ago(1) },
  { what: ['left'], ...LONG, status: 'revoked', changedAt: ago(1), ended: ['COMPLETED', ago(1)] },
  { what: ['closed'], ...LONG, ended: ['TERMINATED', ago(2)] },
  // Goes on in a fresh run, and began long ago.
  { what: [], ...LONG, startedAt: ago(1), memo: { begunAt: ago(30) } },
];
const named = ROWS.map(({ what, ...row }, index) => ({ what, row: { vin: vinOf(index), ...row } }));

async function read(rows: readonly Listed[]) {
  const queries: string[] = [];
  const readPage: ReadPage = async (query) => {
    queries.push(query);
    return { executions: rows.map(activationInList), next: null };
  };
  return { queries, found: await readChanged(readPage, SINCE) };
}

describe('vin changes', () => {
  test.each(named)(
    'of a vehicle says what has happened since then: $what, $row.status',
    async ({ what, row }) => {
      const { found } = await read([row]);
      expect(changesFor(found, SINCE).changes.map((one) => one.what)).toEqual(what.length > 0 ? [what] : []);
    },
  );

  test('asks once for all that has changed, begun or ended since then', async () => {
    const { queries } = await read([]);
    const time = "'2026-03-06T12:00:00.000Z'";
    expect(queries).toEqual([
      `WorkflowType IN ('activation', 'defleeting') AND ExecutionStatus != 'ContinuedAsNew' AND (ChangedAt >= ${time} OR StartTime >= ${time} OR CloseTime >= ${time})`,
    ]);
  });

  test('counts, and shows each vehicle once, the newest change first', async () => {
    const { found } = await read(named.map(({ row }) => row).slice(0, 7));
    expect(changesAsText(changesFor(found, SINCE), { now: NOW, width: 80, zone: 'UTC' })).toBe(GOLDEN);
  });

  test('has a version for machines, and how many of each', async () => {
    const { found } = await read(named.map(({ row }) => row));
    expect(changesFor(found, SINCE)).toMatchObject({
      version: 1,
      since: ago(4),
      counts: { begun: 2, approved: 1, rejected: 1, stuck: 1, lost: 2, leaving: 1, left: 1, closed: 1 },
    });
  });

  test('says that nothing has changed', async () => {
    const { stdout, queries } = await runVin(['changes', '--since', '2d']);
    expect(stdout).toMatch(/^Nothing has changed since .*\.\n$/);
    expect(queries).toHaveLength(1);
  });
});

const GOLDEN = `Since Fri 6 Mar 12:00: 2 begun · 1 approved · 1 rejected · 1 stuck · 1 lost

Ago  VIN                Brand  What         Status    Reason        Whose turn
1d   WBA8E9G50GN000000  bmw    begun        pending
1d   WBA8E9G50GN000003  bmw    rejected     rejected                fleet-manag…
2d   WBA8E9G50GN000001  bmw    begun, app…  approved
2d   WBA8E9G50GN000004  bmw    stuck        pending   privacy-mode  driver
3d   WBA8E9G50GN000006  bmw    lost         revoked                 fleet-manag…`;
