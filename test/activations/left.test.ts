import type { Activations } from '../../src/activations/activations';
import { hasLeft, LeftVehicles } from '../../src/activations/left';
import { VinError } from '../../src/base/errors';
import type { Leaving } from '../../src/certificates/store';
import { importRows } from '../../src/fleet-list/import-rows';

const VIN = 'WBA8E9G50GNT00001';
const LEAVING: Leaving = { number: 7, endedAt: '2026-12-02T08:00:00.000Z', fleet: 'acme' };

/** @param execution how the vehicle's activation stands; null for none. */
function leftWith(leaving: Leaving | null, execution: string | null): LeftVehicles {
  const row = async () => {
    if (execution) return { execution };
    throw new VinError('ACTIVATION_UNKNOWN', 'There is none', 'Start it.');
  };
  return new LeftVehicles({ left: async (vins) => vins.map((vin) => (vin === VIN ? leaving : null)) }, {
    row,
  } as unknown as Pick<Activations, 'row'>);
}

describe('a vehicle that has left with a certificate', () => {
  it.each([
    ['has, also when Temporal has forgotten it', LEAVING, null, LEAVING],
    ['has, while its ended activation is remembered', LEAVING, 'COMPLETED', LEAVING],
    ['has not, once it lives again', LEAVING, 'RUNNING', null],
    ['has not without a certificate', null, 'COMPLETED', null],
  ])('%s', async (_what, leaving, execution, expected) => {
    const left = leftWith(leaving, execution);
    await left.ask(['WBA8E9G50GNT00002', VIN]);
    expect(await left.of(VIN)).toEqual(expected);
    expect(await left.of('WBA8E9G50GNT00002')).toBeNull();
  });

  it('is told with its day and the number', () => {
    expect(hasLeft(VIN, LEAVING)).toMatchObject({
      code: 'VEHICLE_HAS_LEFT',
      message: `${VIN} was not started: it left on 2026-12-02, with certificate 7`,
      next: expect.stringContaining('--again'),
    });
  });

  it('does not hide that nobody knows whether a vehicle lives', async () => {
    const row = async () => {
      throw new VinError('TEMPORAL_UNREACHABLE', 'No server', 'Start one.');
    };
    const left = new LeftVehicles({ left: async () => [LEAVING] }, { row } as never);
    await left.ask([VIN]);
    await expect(left.of(VIN)).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
  });

  it('has a row of its list that says so, in the words of who starts it', async () => {
    const said = { outcome: 'ended', problem: 'it left', remedy: 'Leave it.' } as const;
    const vehicle = { vin: VIN, brand: 'bmw', tags: {} };
    const verdicts = await importRows([{ ok: true, line: 2, vehicle, warnings: [] }], async () => said);
    expect(verdicts).toEqual([{ line: 2, vin: VIN, ...said, vehicle }]);
  });
});
