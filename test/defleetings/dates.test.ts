import { isZone } from '../../src/config/zone';
import { beginOf, dayIn, nextDay } from '../../src/defleetings/dates';
import { isDay, storableTime } from '../../src/domain/day';

test.each([
  ['2026-12-01', 'UTC', '2026-12-01T00:00:00.000Z'],
  ['2026-12-01', 'Europe/Berlin', '2026-11-30T23:00:00.000Z'],
  ['2026-07-01', 'Europe/Berlin', '2026-06-30T22:00:00.000Z'],
  // Clocks are changed on this day, at two and at three.
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  ['2026-12-01', 'Pacific/Kiritimati', '2026-11-30T10:00:00.000Z'],
  ['2026-12-01', 'Pacific/Pago_Pago', '2026-12-01T11:00:00.000Z'],
  ['2026-12-01', 'Asia/Kathmandu', '2026-11-30T18:15:00.000Z'],
  // The day begins at one: clocks were set forward over midnight.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  // The day before has its last hour twice: clocks were set back over midnight.
  ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
  // There was no 30 December here.
  ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
])('%s in %s begins at %s', (day, zone, begin) => {
  expect(new Date(beginOf(day, zone)).toISOString()).toBe(begin);
});

test('a day in a zone is the one that people there have', () => {
  const at = Date.parse('2026-11-30T23:30:00Z');
  expect([dayIn('UTC', at), dayIn('Europe/Berlin', at), dayIn('America/New_York', at)]).toEqual([
    '2026-11-30',
    '2026-12-01',
    '2026-11-30',
  ]);
});

test('the day after the last of a month, a year and a leap February', () => {
  expect(['2026-11-30', '2026-12-31', '2028-02-28', '2028-02-29'].map(nextDay)).toEqual([
    '2026-12-01',
    '2027-01-01',
    '2028-02-29',
    '2028-03-01',
  ]);
});

test.each(['2026-02-31', '2026-13-01', 'tomorrow', '2026-1-1', '01.12.2026', '', '1999-12-31', '9999-12-31'])(
  '%j is no day',
  (text) => {
    expect(isDay(text)).toBe(false);
  },
);

test('what is no time zone is told', () => {
  expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false]);
});

test('a time that no search keeps is written as the nearest one that it does', () => {
  const times = [Date.parse('0100-12-09'), Date.parse('2026-12-01'), Date.parse('9999-12-31') + 86_400_000];
  expect(times.map((at) => new Date(storableTime(at)).toISOString().slice(0, 10))).toEqual([
    '1970-01-01',
    '2026-12-01',
    '2262-01-01',
  ]);
});
