import { WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { columnsAtStart } from '../../src/activations/starts';
import { VinError } from '../../src/base/errors';
import { createDesk, type DeskOptions } from '../../src/defleetings/desk';
import { activationId } from '../../workflows/contract/messages';

const VIN = 'WBA8E9G50GNT00001';
const APP = { provider: 'high-mobility', application: 'default' };

async function* none(): AsyncGenerator<never> {}

/** A Temporal that has nothing, and counts what it is asked. */
class Empty {
  asked: string[] = [];
  readonly client = {
    schedule: {
      list: () => {
        this.asked.push('schedules');
        return none();
      },
    },
    workflow: {
      list: () => {
        this.asked.push('workflows');
        return none();
      },
      signalWithStart: async () => void this.asked.push('started'),
      getHandle: () => ({
        describe: async () => {
          throw new WorkflowNotFoundError('None', 'none', undefined);
        },
      }),
    },
  };

  desk(options: Partial<DeskOptions> = {}) {
    const client = this.client as never;
    return createDesk({ client, applications: [APP], zone: 'UTC', deadline: 1, ...options });
  }
}

const plan = { vin: VIN, eventDate: null, deadline: null, now: Date.parse('2026-11-27T09:00:00Z') };

test('vehicles that leave together are planned with one list of applications', async () => {
  const temporal = new Empty();
  const desk = temporal.desk();
  await Promise.all(Array.from({ length: 20 }, () => desk.plan(plan)));
  await desk.plan(plan);
  expect(temporal.asked.filter((what) => what === 'schedules')).toHaveLength(1);
});

test('a list of applications that could not be read is read again for the next vehicle', async () => {
  const temporal = new Empty();
  const list = jest.spyOn(temporal.client.schedule, 'list').mockImplementationOnce(() => {
    throw new Error('Temporal is away');
  });
  const desk = temporal.desk();
  await expect(desk.plan(plan)).rejects.toThrow('Temporal is away');
  expect((await desk.plan(plan)).applications).toEqual([APP]);
  expect(list).toHaveBeenCalledTimes(2);
});

test('what is of a brand that the catalogue does not know is not taken over: each would fail before it asks anybody', async () => {
  const temporal = new Empty();
  const desk = temporal.desk({
    requireBrand: (_app, brand) => {
      throw new VinError('BRAND_UNKNOWN', `"${brand}" is not a brand`, 'Add it.');
    },
  });
  const asking = { ...APP, vin: VIN, id: 'order-1', by: null, reason: 'sold', brand: 'trabant', fleet: null };
  await expect(desk.takeOver(asking)).rejects.toMatchObject({ code: 'BRAND_UNKNOWN', retryable: false });
  expect(temporal.asked).not.toContain('started');
});

test('where the provider says nothing, what its activation waits for is why it is open', async () => {
  const temporal = new Empty();
  const waitingFor = "the carmaker's decision: BMW cannot cancel a pending clearance";
  const view = {
    status: 'pending',
    reason: null,
    brand: 'bmw',
    owner: null,
    action: null,
    waitingFor,
    defleet: {},
  };
  const description = {
    workflowId: activationId(APP, VIN),
    runId: 'r',
    raw: {},
    status: { name: 'RUNNING' },
    startTime: new Date(),
    typedSearchAttributes: new TypedSearchAttributes(columnsAtStart({ vin: VIN, ...APP, brand: 'bmw' })),
  };
  Object.assign(temporal.client, { withDeadline: (_end: number, work: () => unknown) => work() });
  temporal.client.workflow.getHandle = (() => ({
    describe: async () => description,
    query: async () => view,
  })) as never;
  const found = await temporal.desk().find({ ...APP, vin: VIN });
  expect(found).toMatchObject({ kind: 'leaving', status: 'pending', reason: waitingFor });
});

describe('an activation that another fleet has begun since the vehicle was asked to leave', () => {
  const sent: string[] = [];
  const deskWith = (fleet: string | null) => {
    const temporal = new Empty();
    Object.assign(temporal.client, { withDeadline: (_end: number, work: () => unknown) => work() });
    const input = { vin: VIN, ...APP, brand: 'bmw', ...(fleet !== null && { fleet }) };
    const description = {
      ...{ workflowId: activationId(APP, VIN), runId: 'r', raw: {}, startTime: new Date() },
      status: { name: 'RUNNING' },
      typedSearchAttributes: new TypedSearchAttributes(columnsAtStart(input)),
    };
    temporal.client.workflow.signalWithStart = async () => void sent.push('started');
    temporal.client.workflow.getHandle = (() => ({
      describe: async () => description,
      query: async () => Promise.reject(new Error('no worker')),
      signal: async ({ name }: { name: string }) => void sent.push(name),
    })) as never;
    return temporal.desk();
  };
  const at = { ...APP, vin: VIN };
  const asking = { ...at, id: 'order-1', by: null, reason: 'sold' };
  beforeEach(() => {
    sent.length = 0;
  });

  test('is not asked, nothing of it is told, and it is open until the leaving is taken back', async () => {
    const [desk, fleets] = [deskWith('globex'), ['acme']];
    const found = [
      await desk.ask({ ...asking, fleets }),
      await desk.find({ ...at, fleets }),
      await desk.takeOver({ ...asking, fleets, brand: 'bmw', fleet: 'acme' }),
    ];
    expect(found).toEqual(
      found.map(() => expect.objectContaining({ kind: 'leaving', status: null, brand: null })),
    );
    expect(await desk.askToStay({ ...at, fleets, applications: [APP], id: 'stay', by: null })).toBeNull();
    expect(sent).toEqual([]);
  });

  test.each([
    ['whoever sees every fleet has asked', 'globex', undefined],
    ['it is of a fleet of whoever has asked', 'globex', ['acme', 'globex']],
    ['it is of no fleet', null, ['acme']],
  ])('is asked where %s', async (_, fleet, fleets) => {
    await deskWith(fleet).ask({ ...asking, ...(fleets && { fleets }) });
    expect(sent).toEqual(['defleet']);
  });
});
