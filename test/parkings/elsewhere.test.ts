import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { columnsAtStart } from '../../src/activations/starts';
import { vinKey } from '../../src/domain/vehicle-key';
import { Parkings } from '../../src/parkings/parkings';
import { activationId } from '../../workflows/contract/messages';
import { PARKING, PARKING_MEMO, parkingId } from '../../workflows/contract/parking';

/** The wall between applications: a token of every fleet has to do with the vehicles of its applications. */

const PLATE = { country: 'NO', number: 'AA12345', subdivision: null };
const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };
const VIN = 'WBA8E9G50GNT00001';
const [OURS, OTHERS] = ['high-mobility:default', 'high-mobility:second'] as const;

/** Temporal with the parking of a vehicle that lives at an application; lists may not show it yet. */
function temporalWith({ livesAt, isShown = true }: { livesAt: string | null; isShown?: boolean }) {
  const sent: string[] = [];
  const row = (application: string, workflowId: string) => ({
    ...{ workflowId, runId: 'r', raw: {}, startTime: new Date(), status: { name: 'RUNNING' } },
    typedSearchAttributes: new TypedSearchAttributes(
      columnsAtStart({ provider: 'high-mobility', application, vin: VIN, brand: 'bmw', fleet: 'acme' }),
    ),
  });
  const app = livesAt?.split(':')[1] ?? '';
  const idThere = activationId({ provider: 'high-mobility', application: app }, VIN);
  const parking = {
    ...{ workflowId: parkingId('autopay', PLATE), runId: 'p', raw: {}, startTime: new Date() },
    status: { name: 'RUNNING' },
    memo: {
      [PARKING_MEMO]: {
        provider: 'autopay',
        plate: 'NO-AA12345',
        vin: VIN,
        fleet: 'acme',
        externalId: null,
        step: 'in-fleet',
      },
    },
  };
  const workflow = {
    list: ({ query }: { query: string }) =>
      (async function* () {
        if (query.includes(PARKING)) yield parking;
        else if (livesAt && isShown && query.includes(vinKey(VIN))) yield row(app, idThere);
      })(),
    start: async () => {
      throw new WorkflowExecutionAlreadyStartedError('It runs', parking.workflowId, PARKING);
    },
    getHandle: (id: string) => ({
      describe: async () => {
        if (id === parking.workflowId) return parking;
        if (livesAt && id === idThere) return row(app, id);
        throw new WorkflowNotFoundError('there is none', id, undefined);
      },
      query: async () => Promise.reject(new Error('no worker')),
      signal: async ({ name }: { name: string }) => void sent.push(name),
    }),
  };
  const client = { workflow, withDeadline: (_: number, work: () => unknown) => work() };
  return { sent, parkings: new Parkings(client as unknown as Client, 'autopay').forFleets('*', [OURS]) };
}

const VEHICLE = { plate: PLATE, vin: VIN, fleet: 'acme' };

describe('the parking of a vehicle that lives at other applications alone', () => {
  test('is as absent: it is not read, listed or removed', async () => {
    const { parkings, sent } = temporalWith({ livesAt: OTHERS });
    const unknown = { code: 'PARKING_UNKNOWN' };
    await expect(parkings.row(PLATE)).rejects.toMatchObject(unknown);
    await expect(parkings.report(PLATE)).rejects.toMatchObject(unknown);
    await expect(parkings.remove(PLATE)).rejects.toMatchObject(unknown);
    expect(await parkings.list()).toEqual([]);
    expect(sent).toEqual([]);
  });

  test('is not added for it, and its plate not taken from it', async () => {
    const { parkings, sent } = temporalWith({ livesAt: OTHERS });
    const free = { ...VEHICLE, plate: { ...PLATE, number: 'BB12345' } };
    await expect(parkings.add(free, POLICY)).rejects.toMatchObject({ code: 'VIN_NOT_AVAILABLE' });
    // Whatever the VIN: it does not tell whose the plate is.
    for (const vin of [null, VIN, 'WBA8E9G50GNT00002'])
      await expect(parkings.add({ ...VEHICLE, vin }, POLICY, { transfer: true })).rejects.toMatchObject({
        code: 'PLATE_TAKEN',
      });
    expect(sent).toEqual([]);
  });
});

test.each([
  ['at ours', { livesAt: OURS }],
  ['at ours, which lists do not show yet', { livesAt: OURS, isShown: false }],
  ['nowhere', { livesAt: null }],
])('the parking of a vehicle that lives %s is there', async (_, lives) => {
  const { parkings, sent } = temporalWith(lives);
  expect(await parkings.row(PLATE)).toMatchObject({ vin: VIN });
  expect(await parkings.list()).toHaveLength(1);
  expect(await parkings.add(VEHICLE, POLICY)).toMatchObject({ outcome: 'already' });
  expect(await parkings.remove(PLATE)).toMatchObject({ outcome: 'leaving' });
  expect(sent).toEqual(['leave']);
});
