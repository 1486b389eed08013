import { submitTogether } from '../../activities/submission';
import { closeAll } from '../providers/high-mobility/harness';
import { Fleet, NEVER_LATE, vehicle, vin } from './support';

afterEach(closeAll);

test.each([
  ['is already approved', true],
  ['has no such brand', undefined],
])('a refusal that says "%s" may be of a clearance of ours: %s', async (description, maySent) => {
  const fleet = new Fleet();
  fleet.reply = (route) =>
    route === 'post' ? { body: { vehicles: [{ vin: vin(1), status: 'error', description }] } } : undefined;
  const [outcome] = await submitTogether(await fleet.connect(), [
    { vehicle: vehicle(vin(1)), sendBy: NEVER_LATE },
  ]);
  expect(outcome).toEqual({ outcome: 'refused', description, ...(maySent && { maySent }) });
});
