import { DayLook } from '../../src/days/look';
import type { KeptDay } from '../../workflows/contract/days';

const DAY: KeptDay = { countedAt: '2026-03-31T12:00:00.000Z', applications: {} };

test('the last days are read once for all who ask, again after some minutes, and stay where the server is away', async () => {
  let now = Date.parse('2026-03-31T12:00:00.000Z');
  let isAway = false;
  const read: string[] = [];
  const look = new DayLook(
    {
      read: async (until, count) => {
        read.push(`${count} until ${until}`);
        if (isAway) throw new Error('away');
        return new Map([['2026-03-31', DAY]]);
      },
    },
    () => now,
  );
  const [one, two] = await Promise.all([look.look(), look.look()]);
  expect([one?.get('2026-03-31'), two]).toEqual([DAY, one]);
  expect(read).toEqual(['15 until 2026-03-31']);
  now += 600_000;
  isAway = true;
  expect((await look.look())?.get('2026-03-31')).toBe(DAY);
  expect(read).toHaveLength(2);
});
