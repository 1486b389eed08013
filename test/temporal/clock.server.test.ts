import { clockDifference, MOST_APART, requireClock } from '../../src/temporal/clock';
import type { ConnectedClient } from '../../src/temporal/connection';
import { eventually } from '../support/command-line';
import { devServer, patientClient } from '../support/temporal';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

describe('the clock of this machine', () => {
  let connected: ConnectedClient;
  beforeAll(async () => {
    connected = await patientClient(devServer());
  });
  afterAll(() => connected?.close());

  const shifted = (by: number) => () => Date.now() + by;

  it('is compared with that of the server', async () => {
    // The server is on this machine: what lies between is the way to it.
    const ahead = await eventually(
      () => clockDifference(connected.client),
      (difference) => difference !== null,
    );
    expect(Math.abs(ahead ?? Number.NaN)).toBeLessThan(MOST_APART);
    await expect(requireClock(connected.client)).resolves.toBeUndefined();
  });

  it.each([
    ['an hour ahead', HOUR, /is 3\d\d\d s ahead of/],
    ['a day and an hour behind', -25 * HOUR, /is 89\d\d\d s behind|is 90\d\d\d s behind/],
  ])('is refused where it is %s', async (_, by, words) => {
    // A busy server that does not say the time is no proof of anything.
    const refusal = await eventually(
      () =>
        requireClock(connected.client, shifted(by)).then(
          () => null,
          (error: { code?: string }) => {
            if (error.code === 'CLOCK_WRONG') return error;
            throw error;
          },
        ),
      (error) => error !== null,
    );
    expect(refusal).toMatchObject({
      code: 'CLOCK_WRONG',
      message: expect.stringMatching(words),
      next: expect.stringContaining('NTP'),
    });
  });
});
