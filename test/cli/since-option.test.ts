import { sinceOption } from '../../src/cli/since-option';

/** A Tuesday at noon, where the test runs. */
const NOW = new Date(2026, 2, 10, 12).getTime();
const day = (of: number): number => new Date(2026, 2, of).getTime();

test.each([
  ['fri', day(6)],
  ['Friday', day(6)],
  ['mon', day(9)],
  ['tue', day(3)],
  ['today', day(10)],
  ['yesterday', day(9)],
  ['2026-03-01', day(1)],
  ['36h', NOW - 36 * 3_600_000],
  ['2026-03-09T10:00:00Z', Date.parse('2026-03-09T10:00:00Z')],
])('the time %s is read as people mean it', (text, at) => {
  expect(sinceOption(text, NOW)).toBe(at);
});

test.each(['', 'fr', '2026-02-31', '2027-01-01', 'soon', '-3d', '2026-03-09T10:00:00'])(
  'the time %j is refused, with what to write',
  (text) => {
    expect(() => sinceOption(text, NOW)).toThrow('Write a day (fri, yesterday, 2026-11-20)');
  },
);
