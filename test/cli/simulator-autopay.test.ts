import { openAutopay } from '../../src/cli/simulator-autopay';
import { readParkingCredentials } from '../../src/config/parkings';

test('the lines that vin simulator autopay prints let a worker in, at the level that was asked for', async () => {
  const simulator = await openAutopay({ port: 0, host: '127.0.0.1', speed: 1, level: 'small' });
  const [credential] = readParkingCredentials(simulator.variables);
  if (!credential) throw new Error('no credential');
  const { profile, settings } = credential;
  const client = profile.connect(settings);
  expect(profile.level(settings)).toBe('small');
  expect(await client.vehicles()).toEqual([]);
  await client.close();
  await simulator.close();
});
