import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Fleets } from '../../src/activations/search';
import { columnsAtStart } from '../../src/activations/starts';
import { Parkings } from '../../src/parkings/parkings';
import { defleetingId } from '../../workflows/contract/defleetings';
import { ACTIVATION, activationId } from '../../workflows/contract/messages';
import type { ParkedVehicle, ParkingStep } from '../../workflows/contract/parking';
import { PARKING_MEMO, parkingId } from '../../workflows/contract/parking';

/** A plate that is here already is added once more: whose it is, and what becomes known of it. */

const PLATE = { country: 'NO', number: 'AA12345', subdivision: null };
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
const [ONE, OTHER] = ['WBA8E9G50GNT00001', 'WBA8E9G50GNT00002'];

type Known = Pick<ParkedVehicle, 'vin' | 'fleet' | 'externalId'>;
const NOBODY: Known = { vin: null, fleet: null, externalId: null };

/** Temporal with one parking that runs, or has just ended. */
class OneParking {
  readonly sent: { readonly signal: string; readonly told: Record<string, unknown> }[] = [];
  started = 0;
  /** It has ended by the time of the look, or of the signal. */
  endsBy: 'look' | 'signal' | null = null;
  /** What lives of the vehicle. */
  lives: readonly { readonly workflowId: string }[] = [];

  constructor(
    private readonly known: Known,
    private readonly step: ParkingStep = 'in-fleet',
  ) {}

  get client(): Client {
    const workflowId = parkingId('autopay', PLATE);
    const { lives } = this;
    const listed = { provider: 'autopay', plate: 'NO-AA12345', ...this.known, step: this.step };
    const workflow = {
      list: async function* ({ query }: { readonly query: string }) {
        const isOfActivations = query.includes(`WorkflowType = '${ACTIVATION}'`);
        for (const life of lives) {
          if (!isOfActivations || life.workflowId.startsWith(ACTIVATION)) yield life;
        }
      },
      start: async () => {
        this.started += 1;
        if (this.started === 1)
          throw new WorkflowExecutionAlreadyStartedError('It runs', workflowId, 'parking');
      },
      getHandle: () => ({
        describe: async () => ({
          workflowId,
          memo: { [PARKING_MEMO]: listed },
          status: { name: this.endsBy === 'look' ? 'COMPLETED' : 'RUNNING' },
        }),
        signal: async ({ name }: { readonly name: string }, told: Record<string, unknown>) => {
          if (this.endsBy === 'signal')
            throw new WorkflowNotFoundError('It has ended', workflowId, undefined);
          this.sent.push({ signal: name, told });
        },
      }),
    };
    return { workflow } as unknown as Client;
  }

  add(asked: Partial<Known>, fleets: Fleets = '*', mayLeave = false) {
    return new Parkings(this.client, 'autopay', fleets).add({ plate: PLATE, ...asked }, POLICY, { mayLeave });
  }
}

const ACME = { ...NOBODY, fleet: 'acme' };

it.each([
  ['nobody has said anything', NOBODY, {}],
  ['it is said of which fleet it is, and not again', ACME, {}],
  ['only its VIN is said again', { ...ACME, vin: ONE }, { vin: ONE }],
  ['only its fleet is said again', { ...ACME, vin: ONE }, { fleet: 'acme' }],
])('nothing is changed where %s', async (_, known, asked) => {
  const there = new OneParking(known);
  expect(await there.add(asked)).toMatchObject({ outcome: 'already', parking: known });
  expect(there.sent).toEqual([]);
});

it.each([
  ['its fleet', NOBODY, { fleet: 'acme' }],
  ['its vehicle', ACME, { vin: ONE }],
  ['its vehicle and its fleet', NOBODY, { vin: ONE, fleet: 'acme', externalId: 'car-7' }],
  ['the fleet of its vehicle', { ...NOBODY, vin: ONE }, { vin: ONE, fleet: 'acme' }],
  ['what its people call it', { ...ACME, vin: ONE }, { externalId: 'car-7' }],
])('%s is passed on where nobody had said it', async (_, known, asked) => {
  const there = new OneParking(known);
  const all = { ...known, ...asked };
  expect(await there.add(asked)).toMatchObject({ outcome: 'named', parking: all });
  expect(there.sent).toEqual([{ signal: 'vehicleNamed', told: all }]);
});

it.each([
  ['of another vehicle', { ...ACME, vin: ONE }, { vin: OTHER, fleet: 'acme' }],
  ['of another fleet', ACME, { fleet: 'other' }],
])('one %s is refused', async (_, known, asked) => {
  await expect(new OneParking(known).add(asked)).rejects.toMatchObject({ code: 'PLATE_TAKEN' });
});

it('one of which nobody has said the fleet is no plate of those who see some fleets only', async () => {
  for (const known of [NOBODY, { ...NOBODY, vin: ONE }])
    await expect(new OneParking(known).add({ vin: ONE, fleet: 'acme' }, ['acme'])).rejects.toMatchObject({
      code: 'PLATE_TAKEN',
    });
});

it('one that leaves begins again with all that is known of it, though less is said this time', async () => {
  const known = { vin: ONE, fleet: 'acme', externalId: 'car-7' };
  const there = new OneParking(known, 'leaving');
  expect((await there.add({})).outcome).toBe('again');
  expect(there.sent).toMatchObject([{ signal: 'leave', told: { next: known } }]);
});

it.each(['look', 'signal'] as const)(
  'one that has ended by the %s begins anew, and is not said to be here',
  async (by) => {
    const there = new OneParking(NOBODY);
    there.endsBy = by;
    expect((await there.add({ vin: ONE })).outcome).toBe('added');
    expect(there.started).toBe(2);
  },
);

it('one that may have been asked to leave, and has not heard it yet, is told that it is wanted: the last word counts', async () => {
  const known = { vin: ONE, fleet: 'acme', externalId: null };
  const [stays, parking] = [new OneParking(known), new OneParking(known)];
  await stays.add({ vin: ONE, fleet: 'acme' });
  expect(stays.sent).toEqual([]);
  await parking.add({ vin: ONE, fleet: 'acme' }, '*', true);
  expect(parking.sent).toMatchObject([{ signal: 'leave', told: { next: known } }]);
});

const APP = { provider: 'high-mobility', application: 'default' };

/** What lives of the vehicle ONE at another fleet. */
function lifeOfGlobex(workflowId: string) {
  const columns = columnsAtStart({ ...APP, vin: ONE, brand: 'bmw', fleet: 'globex' });
  return {
    ...{ workflowId, runId: 'r', startTime: new Date(), status: { name: 'RUNNING' } },
    typedSearchAttributes: new TypedSearchAttributes(columns),
  };
}

it.each([
  ['its data is here', activationId(APP, ONE)],
  ['only another plate of it is', parkingId('autopay', { ...PLATE, number: 'BB12345' })],
  ['it is just leaving', defleetingId(ONE)],
])(
  'for the vehicle of another fleet it is refused: its plate would leave with it, and stand in its certificate (%s)',
  async (_, workflowId) => {
    const parking = new OneParking(ACME);
    parking.lives = [lifeOfGlobex(workflowId)];
    await expect(parking.add({ vin: ONE, fleet: 'acme' }, ['acme'])).rejects.toMatchObject({
      code: 'VIN_NOT_AVAILABLE',
    });
    expect([parking.started, parking.sent]).toEqual([0, []]);
  },
);

it.each([
  ['another fleet has', [lifeOfGlobex(activationId(APP, ONE))]],
  ['nobody has', []],
])(
  'a plate of another vehicle is refused as that for a VIN that %s: it does not tell which VINs others have',
  async (_, lives) => {
    for (const known of [
      { ...ACME, vin: OTHER },
      { ...NOBODY, fleet: 'initech' },
    ]) {
      const parking = new OneParking(known);
      parking.lives = lives;
      await expect(parking.add({ vin: ONE, fleet: 'acme' }, ['acme'])).rejects.toMatchObject({
        code: 'PLATE_TAKEN',
      });
      expect(parking.sent).toEqual([]);
    }
  },
);
