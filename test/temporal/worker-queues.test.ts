import { Worker } from '@temporalio/worker';
import { allowed, budgetsFor } from '../../src/config/budgets';
import { readConfig } from '../../src/config/config';
import type { Application } from '../../src/domain/application';
import type { OpenChannels } from '../../src/notify/open-channels';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { createWorker } from '../../src/temporal/worker';
import { ProviderDouble } from '../support/provider-double';

/** Which task queues a worker polls, and how fast the server may empty them: no server is needed to see it. */

type Options = Parameters<typeof Worker.create>[0];

/** Calls a minute that the server is told, by task queue, for these applications. */
async function queuesOf(
  budgets: string,
  applications: Readonly<Record<string, readonly string[]>>,
  channels?: Pick<OpenChannels, 'deliver'>,
): Promise<Map<string, number | undefined>> {
  const made: Options[] = [];
  const create = jest.spyOn(Worker, 'create').mockImplementation(async (options) => {
    made.push(options);
    return {} as Worker;
  });
  const { VIN_BUDGETS: orders } = readConfig({ VIN_BUDGETS: budgets }, ['VIN_BUDGETS']);
  const ofProvider = (app: Application) =>
    Object.fromEntries(
      Object.entries({ ...highMobility.budgets, enable: 60 }).filter(([endpoint]) =>
        applications[`${app.provider}:${app.application}`]?.includes(endpoint),
      ),
    ) as typeof highMobility.budgets;
  await createWorker({
    connection: {} as never,
    namespace: 'default',
    workflowBundle: { codePath: 'none' },
    providers: Object.fromEntries(Object.keys(applications).map((key) => [key, new ProviderDouble()])),
    notifier: { send: async () => undefined },
    ...(channels && { channels }),
    rulesOf: () => {
      throw new Error('not asked');
    },
    budgetsOf: (app) => allowed(budgetsFor(orders, app, ofProvider(app)), 1),
  });
  create.mockRestore();
  return new Map(
    made.map(({ taskQueue, maxTaskQueueActivitiesPerSecond: rate }) => [taskQueue, rate && rate * 60]),
  );
}

const USUAL = ['withdraw', 'submit', 'list', 'data', 'eligibility'];

test('VIN_BUDGETS counts for each application by itself: each has queues of its own with the whole budget', async () => {
  const applications = { 'high-mobility:default': USUAL, 'high-mobility:acme': USUAL };
  const queues = await queuesOf('list=30,high-mobility:acme/list=10', applications);
  const told = (list: number) => expect.closeTo(allowed({ ...highMobility.budgets, list }, 1).list, 5);
  expect(queues.get('vin-activation:high-mobility:default:list')).toEqual(told(30));
  expect(queues.get('vin-activation:high-mobility:acme:list')).toEqual(told(10));
  const submit = [...queues].filter(([queue]) => queue.endsWith(':submit')).map(([, rate]) => rate);
  expect(submit).toEqual([told(60), told(60)]);
});

test('a worker polls no endpoint that a provider does not have', async () => {
  const queues = await queuesOf('', {
    'high-mobility:default': USUAL,
    'other:default': ['withdraw', 'submit', 'list', 'enable'],
  });
  const endpoints = (app: string) =>
    [...queues.keys()]
      .filter((queue) => queue.startsWith(`vin-activation:${app}:`))
      .map((queue) => queue.split(':').at(-1))
      .sort();
  expect(endpoints('high-mobility:default')).toEqual([...USUAL].sort());
  expect(endpoints('other:default')).toEqual(['enable', 'list', 'submit', 'withdraw']);
});

test('a worker delivers notices on a task queue of their own, where it has channels', async () => {
  const deliver = () => Promise.reject(new Error('not asked'));
  const applications = { 'high-mobility:default': USUAL, 'other:default': USUAL };
  const queues = await queuesOf('', applications, { deliver });
  expect([...queues.keys()].filter((queue) => queue.endsWith(':notices'))).toEqual([
    'vin-activation:high-mobility:default:notices',
    'vin-activation:other:default:notices',
  ]);
  const without = await queuesOf('', applications);
  expect([...without.keys()].filter((queue) => queue.endsWith(':notices'))).toEqual([]);
});
