import type { Activations } from '../../../src/activations/activations';
import type { ActivationReport } from '../../../src/activations/reports';
import type { ListRow } from '../../../src/fleet-list/fleet-list';
import { follow, isAsExpected, trialOf } from '../../../src/trial/demo/trial';

const VIN = 'WBA81AC05PCM41237';

function rowOf(line: number, expect: string): ListRow {
  return { ok: true, line, vehicle: { vin: VIN, brand: 'bmw', tags: {} }, expect, warnings: [] };
}

const atFirst = () => trialOf(rowOf(2, 'revoked'), { application: 'a:default', leavesRecord: true });
const atSecond = () => trialOf(rowOf(3, 'revoked'), { application: 'b:default', leavesRecord: false });

/** Where the vehicle has come to at each application. */
function standing(statuses: Readonly<Record<string, string>>, step = 'quiet') {
  return (application: string): Activations => {
    const report = { status: statuses[application], step, complete: true, settled: true };
    return { report: async () => report as ActivationReport } as unknown as Activations;
  };
}

test('a vehicle at two applications leaves once, when both of its rows are where they should be', async () => {
  const trials = [atFirst(), atSecond()];
  const left: string[] = [];
  const leave = async (vin: string) => void left.push(vin);
  await follow(trials, standing({ 'a:default': 'approved', 'b:default': 'pending' }), leave);
  expect(left).toEqual([]);
  const both = standing({ 'a:default': 'approved', 'b:default': 'approved' });
  await follow(trials, both, leave);
  await follow(trials, both, leave);
  expect(left).toEqual([VIN]);
});

test('a vehicle that could not be asked to leave is asked again', async () => {
  const trials = [atFirst()];
  const both = standing({ 'a:default': 'approved' });
  await follow(trials, both, async () => {
    throw new Error('away');
  });
  const left: string[] = [];
  await follow(trials, both, async (vin) => left.push(vin));
  expect(left).toEqual([VIN]);
});

test.each([
  ['revoked', 'a record stays', atFirst, true],
  ['absent', 'a record stays', atFirst, false],
  ['absent', 'none stays', atSecond, true],
  ['revoked', 'none stays', atSecond, false],
])('an access that ended as %s where %s (%#)', async (status, _, trialAt, isRight) => {
  const trial = trialAt();
  await follow([trial], standing({ [trial.application]: status }, 'ended'), async () => undefined);
  expect(isAsExpected(trial)).toBe(isRight);
});
