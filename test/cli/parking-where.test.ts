import type { ParkingListed } from '../../workflows/contract/parking';
import { runVin } from './scripted-vin';

const before = process.env['VIN_PARKING'];
afterEach(() => {
  if (before === undefined) delete process.env['VIN_PARKING'];
  else process.env['VIN_PARKING'] = before;
});

const parked = (plate: string, matters?: ParkingListed['matters']): ParkingListed => ({
  ...{ provider: 'autopay', plate, vin: null, fleet: null, externalId: null, step: 'in-fleet' },
  ...{ addedAt: null, waitingFor: null, nextAt: null, trouble: null, ...(matters && { matters }) },
});

test('vin parking list --matter has those that wait for a person because of it, and no others', async () => {
  const since = '2026-03-01T00:00:00.000Z';
  const parkings = [
    parked('NO-AA1'),
    parked('NO-AA2', [{ matter: 'long-stay', since, until: null }]),
    parked('NO-AA3', [{ matter: 'stuck', since, until: null }]),
  ];
  const { stdout } = await runVin(['parking', 'list', '--matter', 'long-stay'], { parkings });
  expect(['NO-AA1', 'NO-AA2', 'NO-AA3'].filter((plate) => stdout.includes(plate))).toEqual(['NO-AA2']);
});

test('vin drift says which command compares plates, where there is parking', async () => {
  process.env['VIN_PARKING'] = 'autopay:default';
  expect((await runVin(['drift'])).stderr).toContain('vin parking sweep --full compares them');
  delete process.env['VIN_PARKING'];
  expect((await runVin(['drift'])).stderr).not.toContain('vin parking sweep');
});
