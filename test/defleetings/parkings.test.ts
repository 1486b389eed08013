import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes as Typed,
  type TypedSearchAttributes,
} from '@temporalio/common';
import { createParkingDesk, leavingOf, type ParkingStarter, wordsOf } from '../../src/defleetings/parkings';
import { LEAVING_MEMO, type Locked, type ParkingView, type Stay } from '../../workflows/contract/parking';
import { columnName } from '../../workflows/contract/search-attributes';

/** What a defleeting asks of the parking of its vehicle's plate. */

const VIN = 'WBA8E9G50GNT00001';
const AT = { provider: 'autopay', application: 'NO-AA12345', vin: VIN };
const CLOSED = new Date('2026-11-27T10:00:00Z');
const ASKING = { ...AT, by: 'ops', reason: 'sold', fleet: 'acme', takeOver: false };

interface Known {
  readonly status?: string;
  readonly vin?: string;
  readonly fleet?: string;
  readonly view?: Partial<ParkingView> | null;
  /** By which defleeting it leaves, or has left. */
  readonly leavingBy?: string;
}

/** A Temporal that knows one parking, or none. */
function temporal(known: Known | null) {
  const signals: unknown[] = [];
  const column = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
  const attributes = (vin: string, fleet?: string): TypedSearchAttributes =>
    new Typed([
      { key: column('VIN'), value: vin },
      ...(fleet === undefined ? [] : [{ key: column(columnName('fleet')), value: fleet }]),
    ]);
  const handle = {
    describe: async () => {
      if (!known) throw new WorkflowNotFoundError('none', 'id', undefined);
      const { status = 'RUNNING', vin = VIN, fleet, leavingBy } = known;
      const times = { startTime: new Date('2026-11-01T00:00:00Z'), closeTime: CLOSED };
      return {
        workflowId: 'parking:autopay:NO-AA12345',
        runId: 'run',
        status: { name: status },
        ...times,
        typedSearchAttributes: attributes(vin, fleet),
        memo: leavingBy === undefined ? {} : { [LEAVING_MEMO]: leavingBy },
      };
    },
    query: async () => {
      if (!known?.view) throw new Error('no worker');
      return { step: 'leaving', trouble: null, waitingFor: null, locked: [], ...known.view };
    },
    signal: async (_: unknown, content: unknown) => void signals.push(content),
  };
  const client = {
    workflow: {
      getHandle: () => handle,
      async *list() {
        if (known) yield await handle.describe();
      },
    },
    withDeadline: (_: unknown, work: () => unknown) => work(),
  };
  return { client: client as unknown as Client, signals };
}

function stay(id: string, endedAt: number | null = 1): Stay {
  return {
    id,
    type: 'PARKING',
    operator: null,
    place: 'Tunga',
    startedAt: 0,
    endedAt,
    cost: null,
    invoicing: null,
  };
}

const LOCKED: Locked = {
  application: 'default',
  outcome: 'locked',
  words: null,
  locked: [stay('a'), stay('b')],
  unlocked: [],
};

test('a parking that lives is asked to leave, with who says so and why', async () => {
  const { client, signals } = temporal({ view: { waitingFor: 'the lock of its payments' } });
  const found = await createParkingDesk(client).ask(ASKING);
  expect(signals).toEqual([{ by: 'ops', reason: 'sold' }]);
  expect(found).toMatchObject({
    kind: 'leaving',
    status: null,
    reason: 'It waits for the lock of its payments',
  });
});

test.each(['COMPLETED', 'CANCELLED'])(
  'one that is %s has ended: its end is the proof, with what was locked',
  async (status) => {
    const { client, signals } = temporal({ status, view: { step: 'ended', locked: [LOCKED] } });
    expect(await createParkingDesk(client).ask(ASKING)).toEqual({
      ...{ kind: 'ended', status: 'absent', calls: 0 },
      answer: { words: 'default: 2 payments locked', at: CLOSED.getTime() },
      proof: { words: 'the provider has it no more', at: CLOSED.getTime() },
    });
    expect(signals).toEqual([]);
  },
);

test('one that somebody has terminated proves nothing: it is begun as one that leaves, where it is to be taken over', async () => {
  const { client } = temporal({ status: 'TERMINATED' });
  const begun: unknown[] = [];
  const starter: ParkingStarter = {
    startLeaving: async (...all) => void begun.push(all),
    begin: async () => undefined,
  };
  const desk = createParkingDesk(client, starter);
  expect(await desk.ask(ASKING)).toEqual({ kind: 'none' });
  expect(begun).toEqual([]);
  expect(await desk.ask({ ...ASKING, takeOver: true })).toMatchObject({ kind: 'leaving' });
  expect(begun).toMatchObject([
    [{ plate: { country: 'NO', number: 'AA12345' }, vin: VIN, fleet: 'acme' }, { by: 'ops' }],
  ]);
});

test('a worker without parking says so where it has to begin one', async () => {
  const { client } = temporal(null);
  await expect(createParkingDesk(client).ask({ ...ASKING, takeOver: true })).rejects.toThrow('VIN_PARKING');
});

test("a plate that is another vehicle's now is not asked to leave", async () => {
  const { client, signals } = temporal({ vin: 'WBA8E9G50GNT00002', view: {} });
  expect(await createParkingDesk(client).ask(ASKING)).toMatchObject({
    kind: 'ended',
    proof: { words: 'the plate is that of another vehicle now' },
  });
  expect(signals).toEqual([]);
});

describe('a plate that another fleet has put on the vehicle', () => {
  const known = { fleet: 'globex', view: { step: 'in-fleet' } } as const;

  test.each(['RUNNING', 'TERMINATED'])(
    'is no part of what a fleet asks for, and is not asked: %s',
    async (status) => {
      const { client, signals } = temporal({ ...known, status });
      const desk = createParkingDesk(client);
      expect(await desk.of(VIN, ['acme'])).toEqual([]);
      expect(await desk.ask({ ...ASKING, fleets: ['acme'], takeOver: true })).toMatchObject({
        kind: 'ended',
      });
      expect(await desk.find({ ...AT, fleets: ['acme'] })).toMatchObject({ kind: 'ended' });
      await desk.beginAgain({ ...AT, fleets: ['acme'] }, { by: null, since: '2026-11-01' });
      expect(signals).toEqual([]);
    },
  );

  test.each([
    ['the fleet is one of those', { fleets: ['acme', 'globex'] }],
    ['whoever sees every fleet asks', {}],
  ])('leaves with it where %s', async (_, fleets: { fleets?: readonly string[] }) => {
    const { client, signals } = temporal(known);
    const desk = createParkingDesk(client);
    expect(await desk.of(VIN, fleets.fleets)).toHaveLength(1);
    await desk.ask({ ...ASKING, ...fleets });
    expect(signals).toHaveLength(1);
  });

  test('leaves with it where nobody has said its fleet', async () => {
    const { client, signals } = temporal({ view: { step: 'in-fleet' } });
    expect(await createParkingDesk(client).of(VIN, ['acme'])).toHaveLength(1);
    await createParkingDesk(client).ask({ ...ASKING, fleets: ['acme'] });
    expect(signals).toHaveLength(1);
  });
});

test('one that was begun again has to be asked again', async () => {
  const { client } = temporal({ view: { step: 'in-fleet' } });
  expect(await createParkingDesk(client).find(AT)).toMatchObject({ kind: 'staying' });
});

test('a stay that goes on is the reason, with its place, since when, and whose turn it is', () => {
  const view = {
    step: 'leaving',
    trouble: null,
    waitingFor: 'it',
    locked: [{ ...LOCKED, unlocked: [stay('c', null)] }],
  };
  expect(leavingOf(view as unknown as ParkingView)).toMatchObject({
    reason: 'A stay goes on at Tunga since 1970-01-01T00:00:00.000Z',
    owner: 'driver',
  });
});

test('where no worker answers, that is the reason', () => {
  expect(leavingOf(null)).toMatchObject({
    reason: 'No worker has answered for its parking',
    owner: 'operations',
  });
});

test.each<[string, Partial<Locked>, string]>([
  ['what is locked', {}, 'default: 2 payments locked'],
  ['what is not', { unlocked: [stay('c')] }, 'default: 2 payments locked, 1 not'],
  ['what went on', { unlocked: [stay('c', null)] }, 'default: 2 payments locked, 1 not; 1 of them went on'],
  [
    'a level without locks',
    { outcome: 'no-level', words: 'Its level is small.', locked: [] },
    'default: nothing locked. Its level is small.',
  ],
])('a certificate says %s', (_, part, words) => {
  expect(wordsOf([{ ...LOCKED, ...part }])).toBe(words);
});

test.each([
  ['one that lives', {}, CLOSED, 1],
  ['one that has left since', { status: 'COMPLETED' }, CLOSED, 1],
  ['none that had ended before', { status: 'TERMINATED' }, new Date(CLOSED.getTime() + 1), 0],
  ['none where there was none', null, CLOSED, 0],
  ['one that has left by it', { status: 'COMPLETED', leavingBy: 'order-1' }, CLOSED, 1],
  ['none that has left for another reason', { status: 'COMPLETED', leavingBy: '' }, CLOSED, 0],
  ["none whose plate is another vehicle's now", { vin: 'WBA8E9G50GNT00002' }, CLOSED, 0],
  [
    "none whose plate was another vehicle's last",
    { vin: 'WBA8E9G50GNT00002', status: 'COMPLETED' },
    CLOSED,
    0,
  ],
] as const)('taken back, %s begins again', async (_, known, since, times) => {
  const begun: unknown[] = [];
  const starter = { begin: async (at: unknown) => void begun.push(at) } as unknown as ParkingStarter;
  await createParkingDesk(temporal(known).client, starter).beginAgain(AT, {
    by: 'ops',
    since: since.toISOString(),
    order: 'order-1',
  });
  expect(begun).toHaveLength(times);
});
