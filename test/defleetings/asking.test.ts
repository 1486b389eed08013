import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { Activations } from '../../src/activations/activations';
import { columnsAtStart } from '../../src/activations/starts';
import { Defleetings } from '../../src/defleetings/defleetings';
import { leaveAll, stayAnywhere } from '../../src/defleetings/leave';
import { DEFLEETING_MEMO, defleetingId } from '../../workflows/contract/defleetings';
import { activationId } from '../../workflows/contract/messages';
import { columnName } from '../../workflows/contract/search-attributes';
import { beginDefleeting } from '../../workflows/defleeting/state';
import { listedOf } from '../../workflows/defleeting/view';
import { ActivationsDouble } from '../gateway/api/activations-double';
import { type RunningApi, startApi } from '../gateway/api/support';
import { ORDER } from '../workflows/defleeting/story';

const VIN = 'WBA8E9G50GNT00001';
const STATUS = columnName('status');

/** As much of Temporal's client as it takes to ask for a defleeting. Its lists lag: they show nothing. */
class LaggingTemporal {
  readonly started: unknown[] = [];
  /** What it has, by workflow id. */
  readonly runs = new Map<string, object>();
  /** What its lists show of the vehicle. */
  listed: readonly object[] = [];
  /** What its lists of activations show, where that is less. */
  onlyActivations: readonly object[] | null = null;

  get asClient(): Client {
    const { started, runs } = this;
    const shown = (query: string) =>
      (query.includes("WorkflowType = 'activation'") && this.onlyActivations) || this.listed;
    return {
      withDeadline: (_end: number, work: () => unknown) => work(),
      workflow: {
        async *list({ query }: { query: string }) {
          yield* shown(query);
        },
        getHandle: (id: string) => ({
          describe: async () => {
            const run = runs.get(id);
            if (run) return { workflowId: id, runId: 'r', raw: {}, startTime: new Date(), ...run };
            throw new WorkflowNotFoundError('there is none', 'defleeting', undefined);
          },
        }),
        start: async (_type: string, options: unknown) => void started.push(options),
      },
    } as unknown as Client;
  }
}

test('what leaves on a day to come is told with the status that it has until then', async () => {
  const app = { provider: 'high-mobility', application: 'default' };
  const temporal = new LaggingTemporal();
  const scheduled = listedOf(beginDefleeting({ ...ORDER, eventDate: '2099-06-30' }));
  temporal.runs.set(defleetingId(VIN), {
    status: { name: 'RUNNING' },
    memo: { [DEFLEETING_MEMO]: { ...scheduled, beginsAt: '2099-06-30T00:00:00.000Z' } },
  });
  const columns = columnsAtStart({ vin: VIN, ...app, brand: 'bmw' }).filter(({ key }) => key.name !== STATUS);
  temporal.runs.set(activationId(app, VIN), {
    status: { name: 'RUNNING' },
    typedSearchAttributes: new TypedSearchAttributes([
      ...columns,
      { key: defineSearchAttributeKey(STATUS, SearchAttributeType.KEYWORD), value: 'approved' },
    ]),
  });
  const { askedAt: _, fleet: __, notAfter: ___, ...order } = { ...ORDER, eventDate: '2099-06-30' };
  const reply = await leaveAll(new Activations(temporal.asClient, app), order, {});
  expect(reply).toMatchObject({
    status: 'approved',
    next: expect.stringContaining('scheduled for 2099-06-30'),
  });
});

describe('asking for a defleeting', () => {
  const temporal = new LaggingTemporal();
  let api: RunningApi;

  beforeAll(async () => {
    api = await startApi(new ActivationsDouble().asActivations, {
      defleetings: new Defleetings(temporal.asClient),
    });
  });
  beforeEach(() => {
    temporal.started.length = 0;
    temporal.runs.clear();
    temporal.listed = [];
    temporal.onlyActivations = null;
  });
  afterAll(() => api?.close());

  const ask = (more: object) =>
    api.call('POST', '/v1/defleetings', { token: api.tokenFor('operate', '*'), body: { vin: VIN, ...more } });

  test('is answered by the API with what was started', async () => {
    const answer = await ask({ reason: 'sold' });
    expect(answer.body).toMatchObject({
      outcome: 'asked',
      defleeting: { vin: VIN, step: 'scheduled', overdue: false },
    });
    expect(temporal.started).toHaveLength(1);
  });

  test.each(['0000-01-01', '1999-12-31', '2100-01-01', '9999-12-31'])(
    'for a day whose deadline no search could keep is refused: %s',
    async (eventDate) => {
      expect(await ask({ eventDate })).toMatchObject({ status: 422 });
      expect(temporal.started).toEqual([]);
    },
  );

  test.each([
    ['acme', 200],
    ['globex', 409],
  ])(
    'for a vehicle that has left and lives again in the fleet %s is answered %i to its former fleet, also while lists lag',
    async (fleet, status) => {
      const app = { provider: 'high-mobility', application: 'default' };
      const before = {
        ...listedOf(beginDefleeting(ORDER)),
        parts: [{ ...app, state: 'gone' }],
        outcome: 'left',
      };
      temporal.runs.set(defleetingId(VIN), {
        status: { name: 'COMPLETED' },
        memo: { [DEFLEETING_MEMO]: before },
      });
      temporal.runs.set(activationId(app, VIN), {
        status: { name: 'RUNNING' },
        typedSearchAttributes: new TypedSearchAttributes(
          columnsAtStart({ vin: VIN, ...app, brand: 'bmw', fleet }),
        ),
      });
      const token = api.tokenFor('operate', ['acme']);
      const answer = await api.call('POST', '/v1/defleetings', { token, body: { vin: VIN } });
      expect([answer.status, temporal.started.length]).toEqual([status, status === 200 ? 1 : 0]);
    },
  );

  describe('by a token of some fleets', () => {
    const app = { provider: 'high-mobility', application: 'default' };
    const own = {
      ...{
        status: { name: 'RUNNING' },
        workflowId: activationId(app, VIN),
        runId: 'r',
        startTime: new Date(),
      },
      typedSearchAttributes: new TypedSearchAttributes(
        columnsAtStart({ vin: VIN, ...app, brand: 'bmw', fleet: 'acme' }),
      ),
    };
    const others = {
      ...{ type: 'parking', workflowId: 'parking:autopay:NO-AA12345', status: { name: 'RUNNING' } },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: defineSearchAttributeKey(columnName('fleet'), SearchAttributeType.KEYWORD), value: 'globex' },
      ]),
    };
    const leavingOf = (fleet: string | null) =>
      temporal.runs.set(defleetingId(VIN), {
        status: { name: 'RUNNING' },
        memo: { [DEFLEETING_MEMO]: listedOf(beginDefleeting({ ...ORDER, fleet, eventDate: '2099-06-30' })) },
      });
    const asked = async (fleets: '*' | readonly string[]) => {
      const token = api.tokenFor('operate', fleets);
      const { status, body } = await api.call('POST', '/v1/defleetings', { token, body: { vin: VIN } });
      return [status, body['code'], temporal.started.length];
    };

    test('is refused where another fleet has a plate of it', async () => {
      temporal.onlyActivations = [own];
      temporal.listed = [own, others];
      expect(await asked(['acme'])).toEqual([409, 'VIN_NOT_AVAILABLE', 0]);
    });

    test('is taken, for its fleets, where all is of them; of every fleet, for all', async () => {
      temporal.listed = [own];
      expect(await asked(['acme'])).toEqual([200, undefined, 1]);
      expect(temporal.started[0]).toMatchObject({ args: [{ order: { fleet: 'acme', fleets: ['acme'] } }] });
      temporal.onlyActivations = [own];
      temporal.listed = [own, others];
      expect(await asked('*')).toEqual([200, undefined, 2]);
      expect(temporal.started[1]).not.toMatchObject({ args: [{ order: { fleets: expect.anything() } }] });
    });

    test('is refused where another fleet has asked for it: it would leave on a day of theirs', async () => {
      leavingOf('globex');
      temporal.listed = [own];
      expect(await asked(['acme'])).toEqual([409, 'VIN_NOT_AVAILABLE', 0]);
    });

    test.each(['acme', null])('is as before where it was asked for in the fleet %s', async (fleet) => {
      leavingOf(fleet);
      temporal.listed = [own];
      expect((await asked(['acme']))[0]).toBe(200);
    });
  });

  describe('for a vehicle that lives at other applications', () => {
    const livingAt = (application: string, fleet: string) => ({
      status: { name: 'RUNNING' },
      workflowId: activationId({ provider: 'high-mobility', application }, VIN),
      runId: 'r',
      startTime: new Date(),
      typedSearchAttributes: new TypedSearchAttributes(
        columnsAtStart({ vin: VIN, provider: 'high-mobility', application, brand: 'bmw', fleet }),
      ),
    });
    const leaving = () => {
      temporal.runs.set(defleetingId(VIN), {
        status: { name: 'RUNNING' },
        memo: { [DEFLEETING_MEMO]: listedOf(beginDefleeting(ORDER)) },
      });
    };
    const token = () => api.tokenFor('operate', '*');

    test('alone is refused, whatever fleets a token has', async () => {
      temporal.listed = [livingAt('second', 'gamma')];
      const answer = await ask({ reason: 'sold' });
      expect([answer.status, answer.body['code'], temporal.started]).toEqual([409, 'VIN_NOT_AVAILABLE', []]);
    });

    test('as well is taken', async () => {
      temporal.listed = [livingAt('second', 'gamma'), livingAt('default', 'gamma')];
      expect((await ask({ reason: 'sold' })).status).toBe(200);
    });

    test('as well, which a list does not show yet, is taken', async () => {
      const { status: running, ...life } = livingAt('default', 'gamma');
      temporal.runs.set(life.workflowId, { status: running, ...life });
      temporal.listed = [livingAt('second', 'gamma')];
      expect((await ask({ reason: 'sold' })).status).toBe(200);
    });

    test('alone is as absent to a batch that asks it to stay', async () => {
      leaving();
      temporal.listed = [livingAt('second', 'gamma')];
      const here = new Activations(temporal.asClient, { provider: 'high-mobility', application: 'default' });
      await expect(stayAnywhere(here, VIN, { channel: 'api' })).rejects.toMatchObject({
        code: 'ACTIVATION_UNKNOWN',
      });
    });

    test('alone is as absent to whoever reads, moves or takes back', async () => {
      leaving();
      temporal.listed = [livingAt('second', 'gamma')];
      const answers = [
        await api.call('GET', `/v1/defleetings/${VIN}`, { token: token() }),
        await api.call('POST', `/v1/defleetings/${VIN}/move`, {
          token: token(),
          body: { eventDate: '2027-01-01' },
        }),
        await api.call('POST', `/v1/defleetings/${VIN}/take-back`, { token: token(), body: {} }),
      ];
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
        answers.map(() => [404, 'DEFLEETING_UNKNOWN']),
      );
    });
  });
});
