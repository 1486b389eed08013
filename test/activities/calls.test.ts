import { type Batching, createCalls } from '../../activities/calls';
import { closeAll } from '../providers/high-mobility/harness';
import { CHANGED, countedSlots, Fleet, NEVER_LATE, vehicle, vin } from './support';

afterEach(closeAll);

/** A group leaves when it has three, and never before. */
const TOGETHER: Batching = { size: 3, window: 2_000, after: () => undefined };
const PENDING = {
  status: 'pending',
  reason: null,
  changedAt: Date.parse(`${CHANGED}Z`),
  createdAt: Date.parse(`${CHANGED}Z`),
  statusSince: Date.parse(`${CHANGED}Z`),
  brand: 'bmw',
};

async function begin(fleet: Fleet, limiter = countedSlots(), batching = TOGETHER) {
  return createCalls(await fleet.connect(), limiter, batching);
}

/** What each call came to: its value, or the code of its error. */
async function settled(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason.code ?? one.reason)));
}

test('reads that fall together are one filtered list call, and each gets its own record', async () => {
  const fleet = new Fleet();
  fleet.takeIn(vin(1));
  const limiter = countedSlots();
  const { read } = await begin(fleet, limiter);
  const answers = [0, 1, 2].map((number) => read(vin(number), NEVER_LATE));
  expect(await Promise.all(answers)).toEqual([null, PENDING, null]);
  expect(fleet.lists).toEqual([[vin(0), vin(1), vin(2)]]);
  expect(limiter.taken).toEqual(['list']);
});

test('submissions that fall together are one POST, and never travel with reads', async () => {
  const fleet = new Fleet();
  const { read, submit } = await begin(fleet);
  const reads = [0, 1, 2].map((number) => read(vin(number), NEVER_LATE));
  const submissions = [3, 4, 5].map((number) => submit(vehicle(vin(number)), NEVER_LATE));
  expect(await Promise.all(reads)).toEqual([null, null, null]);
  expect(await Promise.all(submissions)).toMatchObject([3, 4, 5].map(() => ({ outcome: 'accepted' })));
  expect(fleet.posts).toEqual([[vin(3), vin(4), vin(5)]]);
  expect(fleet.lists).toHaveLength(2);
});

test('on their own, each makes its own calls at once', async () => {
  const fleet = new Fleet();
  const calls = createCalls(await fleet.connect());
  await Promise.all([0, 1].map((number) => calls.submit(vehicle(vin(number)), NEVER_LATE)));
  expect(fleet.posts.sort()).toEqual([[vin(0)], [vin(1)]]);
});

test('a VIN in small letters is the same vehicle', async () => {
  const fleet = new Fleet();
  fleet.reply = (route) =>
    route === 'list' ? { body: [{ vin: vin(0), status: 'pending', changelog: [] }] } : undefined;
  const { read, submit } = await begin(fleet, countedSlots(), { size: 1, window: 0 });
  expect(await read(vin(0).toLowerCase(), NEVER_LATE)).toMatchObject({ status: 'pending' });
  expect(await submit(vehicle(vin(0).toLowerCase()), NEVER_LATE)).toMatchObject({ outcome: 'found' });
  expect(fleet.posts).toEqual([]);
});

test('who comes too late for a read is not asked about, and hears so; the others are answered', async () => {
  const fleet = new Fleet();
  fleet.takeIn(vin(0));
  const { read } = await begin(fleet);
  const answers = [read(vin(0), NEVER_LATE), read(vin(1), Date.now() - 1), read(vin(2), NEVER_LATE)];
  expect(await settled(answers)).toEqual([PENDING, 'PROVIDER_BUSY', null]);
  expect(fleet.lists).toEqual([[vin(0), vin(2)]]);
});

test('where all come too late nothing is read', async () => {
  const fleet = new Fleet();
  const { read } = await begin(fleet);
  const answers = [0, 1, 2].map((number) => read(vin(number), Date.now() - 1));
  expect(await settled(answers)).toEqual(['PROVIDER_BUSY', 'PROVIDER_BUSY', 'PROVIDER_BUSY']);
  expect(fleet.lists).toEqual([]);
});

test('one VIN for which the provider refuses the list fails alone', async () => {
  const fleet = new Fleet();
  fleet.takeIn(vin(0));
  fleet.reply = (_, vins) =>
    vins.includes(vin(2)) ? { status: 422, body: { errors: [{ title: 'Invalid input' }] } } : undefined;
  const { read } = await begin(fleet);
  const answers = [0, 1, 2].map((number) => read(vin(number), NEVER_LATE));
  expect(await settled(answers)).toEqual([PENDING, null, 'PROVIDER_REFUSED']);
});

test('a reading that is cut off is no answer that a vehicle is absent', async () => {
  const fleet = new Fleet();
  fleet.reply = () => ({ headers: { 'content-type': 'application/json' }, body: '[{"vin":"WBA' });
  const { read } = await begin(fleet);
  const answers = [0, 1, 2].map((number) => read(vin(number), NEVER_LATE));
  expect(await settled(answers)).toEqual(answers.map(() => 'PROVIDER_BAD_REPLY'));
});
