import { createCalls } from '../../activities/calls';
import { closeAll } from '../providers/high-mobility/harness';
import { Fleet, vehicle, vin } from './support';

afterEach(closeAll);

/** A sweep takes such a list for incomplete, and nobody for absent. */
describe('a list with a row that does not say which vehicle it is about, and may be of any that was asked for', () => {
  const row = { status: 'approved', brand: 'bmw', changelog: [] };
  async function calls(...others: readonly object[]) {
    const fleet = new Fleet();
    fleet.reply = (route) => (route === 'list' ? { body: [row, ...others] } : undefined);
    const provider = await fleet.connect();
    return { fleet, calls: createCalls(provider) };
  }
  const later = (): number => Date.now() + 5_000;

  it('does not let the vehicle be submitted: it may be cleared already', async () => {
    const { fleet, calls: those } = await calls();
    await those.submit(vehicle(vin(1)), later()).catch(() => undefined);
    expect(fleet.posts).toEqual([]);
  });

  it('is no proof that the vehicle is absent, on which an activation would end', async () => {
    const { calls: those } = await calls();
    await expect(those.read(vin(1), later())).rejects.toMatchObject({ code: 'PROVIDER_BAD_REPLY' });
  });

  const ended = { vin: vin(1), status: 'revoked', changelog: [] };

  it('does not let a vehicle be submitted whose other row has ended', async () => {
    const { fleet, calls: those } = await calls(ended);
    await those.submit(vehicle(vin(1)), later()).catch(() => undefined);
    expect(fleet.posts).toEqual([]);
  });

  it('is no proof that a vehicle has ended whose other row has', async () => {
    const { calls: those } = await calls(ended);
    await expect(those.read(vin(1), later())).rejects.toMatchObject({ code: 'PROVIDER_BAD_REPLY' });
  });

  it('does not keep one from being read that is shown open beside it', async () => {
    const { calls: those } = await calls({ ...ended, status: 'approved' });
    await expect(those.read(vin(1), later())).resolves.toMatchObject({ status: 'approved' });
  });
});
