import { chosen } from '../../../src/gateway/page/seen';
import type { OpenActivation, Snapshot } from '../../../src/snapshot/snapshot';
import { agoIso, DAY, NOW, rowWith } from './support';

test('what is late is told by figures that are made once for a picture, not for each request', async () => {
  let reads = 0;
  const counted = (row: OpenActivation): OpenActivation =>
    Object.defineProperty({ ...row }, 'approvedAt', {
      get: () => {
        reads += 1;
        return row.approvedAt;
      },
    });
  const approved = rowWith({ status: 'approved', begunAt: agoIso(3 * DAY), approvedAt: agoIso(DAY) });
  const late = rowWith({ begunAt: agoIso(5 * DAY) });
  const activations = [approved, late, rowWith({ begunAt: agoIso(DAY) })].map(counted);
  const own: Snapshot = {
    ...{ activations, defleetings: [], parkings: [], credentials: [] },
    ...{ at: NOW, duration: 0, calls: 0 },
  };
  const use = { inTurn: <T>(work: () => Promise<T>) => work() };
  const visit = { use, now: NOW } as unknown as Parameters<typeof chosen>[0];
  const look = async () => (await chosen(visit, own, { late: 'yes' })).map(({ vin }) => vin);
  expect(await look()).toEqual([late.vin]);
  const once = reads;
  expect(await look()).toEqual([late.vin]);
  expect([once > 0, reads]).toEqual([true, once]);
});
