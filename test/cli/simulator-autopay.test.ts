import { openAutopay } from '../../src/cli/simulator-autopay';
import { readParkingCredentials } from '../../src/config/parkings';

test('the lines that vin simulator autopay prints let a worker in, at the level that was asked for', async () => {
  const simulator = await openAutopay({ port: 0, host: '127.0.0.1', speed: 1, level: 'small' });
  const [credential] = readParkingCredentials(simulator.variables);
  if (!credential) throw new Error('no credential');
  const { profile, settings } = credential;
  const client = profile.connect(settings);
  expect(profile.level(settings)).toBe('small');
  expect(await client.vehicles()).toEqual({ vehicles: [], unread: [] });
  await client.close();
  await simulator.close();
});

test.each([
  [1, 86_400_000],
  [28_800, 60_000],
])(
  'at speed %d its tokens live for %d real milliseconds, whatever other providers are told',
  async (speed, life) => {
    // As `vin simulator` hands over what it was given: this one is Otonomo's, in seconds.
    const given = { port: 0, host: '127.0.0.1', speed, level: 'small', tokenLife: 86_400 } as const;
    const simulator = await openAutopay(given);
    const [credential] = readParkingCredentials(simulator.variables);
    const token = await credential?.profile.mint(credential.settings);
    expect((token?.life ?? 0) / speed).toBe(life);
    await simulator.close();
  },
);
