import { readSnapshot } from '../../../src/snapshot/read-snapshot';
import type { Seen, Snapshot } from '../../../src/snapshot/snapshot';
import type { KeptDay } from '../../../workflows/contract/days';
import { activationInList, type Listed } from '../../snapshot/executions';
import { ActivationsDouble } from './activations-double';
import { type RunningApi, startApi } from './support';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const waiting: Omit<Listed, 'vin'> = {
  fleet: 'acme',
  owner: 'driver',
  reasonKey: 'privacy-mode',
  reasonSince: '2026-03-08T12:00:00.000Z',
  deadlineAt: '2026-03-11T12:00:00.000Z',
  memo: { action: 'Turn it off.' },
};
const LISTED: readonly Listed[] = [
  { vin: 'WBA8E9G50GNT00001', ...waiting },
  { vin: 'WBA8E9G50GNT00002', ...waiting, fleet: 'other' },
  { vin: 'WBA8E9G50GNT00003', fleet: 'acme', status: 'approved' },
  { vin: 'WBA8E9G50GNT00004', ...waiting, application: 'another' },
  { vin: 'WBA8E9G50GNT00005', status: 'approved' },
];

const TODAY = '2026-03-10';
const KEPT: KeptDay = {
  countedAt: `${TODAY}T00:00:00.000Z`,
  applications: {
    'high-mobility:default': {
      stand: { open: { pending: 2 }, waiting: { driver: 2 }, old: 0 },
      flow: { approved: 0, rejected: 0, ended: 0, took: null },
      calls: { bmw: { submit: 3 } },
    },
  },
};

describe('GET /v1/summary', () => {
  let api: RunningApi;
  let snapshot: Snapshot;
  let seen: Omit<Seen, 'snapshot'>;

  beforeAll(async () => {
    const executions = LISTED.map(activationInList);
    snapshot = await readSnapshot(async () => ({ executions, next: null }), { now: () => NOW });
    const look = async (): Promise<Seen> => ({ snapshot, ...seen });
    api = await startApi(new ActivationsDouble().asActivations, {
      snapshots: { look },
      days: { look: async () => new Map([[TODAY, KEPT]]) },
    });
  });
  beforeEach(() => {
    seen = { age: 7_200, problem: null };
  });
  afterAll(() => api?.close());

  test('has the figures of the application, what there is to do, and how old all that is', async () => {
    const { status, body } = await api.call('GET', '/v1/summary');
    expect(status).toBe(200);
    expect(body).toEqual({
      at: '2026-03-10T12:00:00.000Z',
      age: 7.2,
      problem: null,
      vehicles: 4,
      parkings: 0,
      byStatus: expect.objectContaining({ pending: 2, approved: 2, rejected: 0 }),
      needAttention: 2,
      inTrouble: 0,
      notLeft: 0,
      soon: 2,
      overdue: 0,
      groups: [
        {
          topic: 'privacy-mode',
          status: 'pending',
          brands: ['bmw'],
          owner: 'driver',
          action: 'Turn it off.',
          count: 2,
          oldestSince: '2026-03-08T12:00:00.000Z',
          vins: ['WBA8E9G50GNT00001', 'WBA8E9G50GNT00002'],
          plates: [],
          deadlineAt: '2026-03-11T12:00:00.000Z',
          soon: 2,
          overdue: 0,
        },
      ],
      days: expect.any(Array),
    });
    const { days } = body as { days: readonly Record<string, unknown>[] };
    expect(days).toHaveLength(15);
    expect(days.at(-1)).toMatchObject({ day: TODAY, open: { pending: 2 }, calls: { bmw: { submit: 3 } } });
    expect(days.at(0)).toMatchObject({ countedAt: null, open: null });
  });

  test('has nothing of the days, which are kept of all fleets together, for a token of some or where one is asked for', async () => {
    const token = api.tokenFor('read', ['acme']);
    expect((await api.call('GET', '/v1/summary', { token })).body).toMatchObject({ days: null });
    expect((await api.call('GET', '/v1/summary?fleet=acme')).body).toMatchObject({ days: null });
  });

  test('has nothing of other fleets, nor of vehicles without one, for a token of some', async () => {
    const { body, text } = await api.call('GET', '/v1/summary', { token: api.tokenFor('read', ['acme']) });
    expect(body).toMatchObject({ vehicles: 2, needAttention: 1, groups: [{ count: 1 }] });
    expect(text).not.toMatch(/00002|00004|00005/);
  });

  test('is of one fleet where it is asked for, and of none that the token may not see', async () => {
    expect((await api.call('GET', '/v1/summary?fleet=other')).body).toMatchObject({ vehicles: 1 });
    const token = api.tokenFor('read', ['acme']);
    expect((await api.call('GET', '/v1/summary?fleet=other', { token })).status).toBe(403);
  });

  test('says that Temporal is away, with the last figures and none of its words', async () => {
    seen = { age: 600_000, problem: '14 UNAVAILABLE: 10.0.0.7:7233' };
    const { body } = await api.call('GET', '/v1/summary');
    expect(body).toMatchObject({ age: 600, problem: 'No newer ones could be read', vehicles: 4 });
  });
});
