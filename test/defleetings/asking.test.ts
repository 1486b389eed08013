import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { Defleetings } from '../../src/defleetings/defleetings';
import { ActivationsDouble } from '../gateway/api/activations-double';
import { type RunningApi, startApi } from '../gateway/api/support';

const VIN = 'WBA8E9G50GNT00001';

/** As much of Temporal's client as it takes to ask for a defleeting of a vehicle that nobody knows. */
class EmptyTemporal {
  readonly started: unknown[] = [];

  get asClient(): Client {
    const started = this.started;
    return {
      workflow: {
        async *list() {},
        getHandle: () => ({
          describe: async () => {
            throw new WorkflowNotFoundError('there is none', 'defleeting', undefined);
          },
        }),
        start: async (_type: string, options: unknown) => void started.push(options),
      },
    } as unknown as Client;
  }
}

describe('asking for a defleeting', () => {
  const temporal = new EmptyTemporal();
  let api: RunningApi;

  beforeAll(async () => {
    api = await startApi(new ActivationsDouble().asActivations, {
      defleetings: new Defleetings(temporal.asClient),
    });
  });
  beforeEach(() => void temporal.started.splice(0));
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
});
