import { createCalls } from '../../activities/calls';
import type { RateLimiter } from '../../src/calls/rate-limiter';
import { ProviderError } from '../../src/providers/provider-error';
import { ProviderDouble } from '../support/provider-double';
import { countedSlots, NEVER_LATE, vehicle, vin } from './support';

/** A provider whose list cannot be narrowed, and windows that end when the test says so. */
function begin(limiter: RateLimiter = countedSlots()) {
  const provider = new ProviderDouble();
  const lists: (readonly string[])[] = [];
  const uploads: string[][] = [];
  const windows: (() => void)[] = [];
  provider.list = async ({ vins = [] } = {}) => {
    lists.push(vins);
    return [];
  };
  provider.submit = async (requests) => {
    uploads.push(requests.map((one) => one.vin));
    return requests.map((one) => ({
      vin: one.vin,
      outcome: 'accepted',
      status: 'pending',
      description: null,
    }));
  };
  const after = (_: number, run: () => void): void => void windows.push(run);
  const calls = createCalls(provider, limiter, { size: 2, window: 2_000, after }, false);
  const endWindows = (): void => {
    for (const run of windows.splice(0)) run();
  };
  return { provider, calls, lists, uploads, endWindows };
}

/** All that is ready to go on has gone on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('groups that are submitted within the window share one list, which begins after all have asked', async () => {
  const limiter = countedSlots();
  const { calls, lists, uploads, endWindows } = begin(limiter);
  const submitted = [0, 1, 2, 3].map((one) => calls.submit(vehicle(vin(one)), NEVER_LATE));
  await settle();
  expect(lists).toEqual([]);
  endWindows();
  expect(await Promise.all(submitted)).toMatchObject([0, 1, 2, 3].map(() => ({ outcome: 'accepted' })));
  expect(lists).toEqual([[0, 1, 2, 3].map(vin)]);
  expect(uploads).toEqual([
    [vin(0), vin(1)],
    [vin(2), vin(3)],
  ]);
  expect(limiter.taken).toEqual(['list', 'submit', 'submit']);
});

test('who asks while the slot of a list is waited for shares it, and who asks while it is read gets the next one', async () => {
  const slots: (() => void)[] = [];
  const { provider, calls, lists, endWindows } = begin({
    acquire: () => new Promise<void>((go) => void slots.push(go)),
  });
  const replies: (() => void)[] = [];
  provider.list = ({ vins = [] } = {}) => {
    lists.push(vins);
    return new Promise((give) => void replies.push(() => give([])));
  };
  const first = calls.read(vin(0), NEVER_LATE);
  endWindows();
  const meanwhile = calls.read(vin(1), NEVER_LATE);
  slots.shift()?.();
  await settle();
  expect(lists).toEqual([[vin(0), vin(1)]]);
  const later = calls.read(vin(2), NEVER_LATE);
  replies.shift()?.();
  expect(await Promise.all([first, meanwhile])).toEqual([null, null]);
  expect(lists).toHaveLength(1);
  endWindows();
  slots.shift()?.();
  await settle();
  replies.shift()?.();
  expect(await later).toBeNull();
  expect(lists).toEqual([[vin(0), vin(1)], [vin(2)]]);
});

test('who has come while a slot was waited for that did not come asks for another', async () => {
  const failures: ((error: Error) => void)[] = [];
  const { calls, lists, endWindows } = begin({
    acquire: () => (failures.length > 0 ? Promise.resolve() : new Promise((_, fail) => failures.push(fail))),
  });
  const first = calls.read(vin(0), NEVER_LATE).catch((error) => error.code);
  endWindows();
  const second = calls.read(vin(1), NEVER_LATE);
  failures[0]?.(new ProviderError('PROVIDER_BUSY', 'no slot', 'Wait.'));
  expect([await first, await second]).toEqual(['PROVIDER_BUSY', null]);
  expect(lists).toEqual([[vin(1)]]);
});

test('who comes too late for a list hears so, and the others are answered', async () => {
  const { calls, lists, endWindows } = begin();
  const late = calls.read(vin(0), Date.now() - 1).catch((error) => error.code);
  const inTime = calls.read(vin(1), NEVER_LATE);
  endWindows();
  expect([await late, await inTime]).toEqual(['PROVIDER_BUSY', null]);
  expect(lists).toEqual([[vin(1)]]);
});
