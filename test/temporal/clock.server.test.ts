import { clockDifference, MOST_APART, requireClock } from '../../src/temporal/clock';
import { type ConnectedClient, connectClient } from '../../src/temporal/connection';
import { devServer } from '../support/temporal';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

describe('the clock of this machine', () => {
  let connected: ConnectedClient;
  beforeAll(async () => {
    connected = await connectClient(devServer());
  });
  afterAll(() => connected?.close());

  const shifted = (by: number) => () => Date.now() + by;

  it('is compared with that of the server', async () => {
    // The server is on this machine: what lies between is the way to it.
    const ahead = await clockDifference(connected.client);
    expect(Math.abs(ahead ?? Number.NaN)).toBeLessThan(MOST_APART);
    await expect(requireClock(connected.client)).resolves.toBeUndefined();
  });

  it.each([
    ['an hour ahead', HOUR, /is 3\d\d\d s ahead of/],
    ['a day and an hour behind', -25 * HOUR, /is 89\d\d\d s behind|is 90\d\d\d s behind/],
  ])('is refused where it is %s', async (_, by, words) => {
    await expect(requireClock(connected.client, shifted(by))).rejects.toMatchObject({
      code: 'CLOCK_WRONG',
      message: expect.stringMatching(words),
      next: expect.stringContaining('NTP'),
    });
  });
});
