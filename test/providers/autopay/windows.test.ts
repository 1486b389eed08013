import { timeText, windowsOf } from '../../../src/providers/autopay/windows';

const DAY = 86_400_000;
const [BEGIN, END] = [Date.UTC(2027, 0, 1), Date.UTC(2029, 0, 1)];

/** The wall clock of a zone, as if it were UTC. */
function wallOf(zone: string) {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (at: number): number => Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
}

test.each(['Europe/Oslo', 'UTC', 'America/New_York', 'Australia/Lord_Howe'])(
  'no window is longer than 50 days by the clocks of %s, in years with a leap day and when clocks change, and none leaves a gap',
  (zone) => {
    const wall = wallOf(zone);
    for (let from = BEGIN; from < END; from += 5 * DAY + 3_600_001) {
      const to = from + 401 * DAY + 123;
      const windows = windowsOf({ from, to });
      expect(windows[0]?.from).toBeLessThanOrEqual(from);
      expect(windows.at(-1)?.to).toBeGreaterThanOrEqual(to);
      for (const [index, window] of windows.entries()) {
        if (index > 0) expect(window.from).toBe(windows[index - 1]?.to);
        expect(Math.max(window.to - window.from, wall(window.to) - wall(window.from))).toBeLessThanOrEqual(
          50 * DAY,
        );
        // What is written is that very second.
        expect(Date.parse(timeText(window.from).replace('+0000', 'Z'))).toBe(window.from);
      }
    }
  },
);
