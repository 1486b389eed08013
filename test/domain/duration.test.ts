import { formatDuration, parseDuration } from '../../src/domain/duration';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['6h', 21_600_000],
    ['10d', 864_000_000],
    ['1.5h', 5_400_000],
    [' 2s ', 2_000],
    ['36500d', 3_153_600_000_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['15', '', 'soon', '-1h', '1w', '1h30m', 'Infinityd'])('refuses "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow(/is not a duration/);
  });

  it('refuses more than a hundred years, which leads to dates that cannot be written', () => {
    expect(() => parseDuration('36501d')).toThrow('"36501d" is longer than 36500d');
    expect(() => parseDuration('99999999999999999999d')).toThrow(RangeError);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [90_000, '1m 30s'],
    [21_600_000, '6h'],
    [878_400_000, '10d 4h'],
    [86_400_000 + 60_000, '1d'],
  ])('shows %d as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
