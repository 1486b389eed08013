import { readCursor, writeCursor } from '../../../src/gateway/api/cursor';
import { makeToken } from '../../../src/gateway/api/tokens';

const { token } = makeToken({ name: 'x', role: 'read', fleets: '*', expiresAt: null }, 0);
const read = (place: string | Uint8Array): Uint8Array | null => {
  const bytes = Buffer.from(place as string);
  return readCursor('search', token, writeCursor('search', token, bytes));
};
const placeOf = (some: object): string =>
  JSON.stringify({
    CloseTime: '9999-12-31T23:59:59.5Z',
    StartTime: '2026-03-02T09:00:00Z',
    RunID: 'run',
    ...some,
  });

test('a cursor is read where its place is one of Temporal', () => {
  expect(String(read(placeOf({})))).toBe(placeOf({}));
  expect(read('{"SearchAfter":[1772442000,"run"]}')).not.toBeNull();
});

test.each<[string, string | Uint8Array]>([
  ['x', 'x'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a number', '1'],
  ['bytes', Uint8Array.from([0xff, 0xfe, 0x00])],
  ['a place at no time', placeOf({ CloseTime: 'noon' })],
  ['a place whose run is a number', placeOf({ RunID: 5 })],
  ['a month that there is not', placeOf({ CloseTime: '2026-13-01T00:00:00Z' })],
  ['a day that there is not', placeOf({ CloseTime: '2026-02-30T00:00:00Z' })],
  ['an hour that there is not', placeOf({ StartTime: '2026-01-01T24:00:00Z' })],
  ['a zone that there is not', placeOf({ CloseTime: '2026-01-01T00:00:00+99:99' })],
  ['a name in another case', '{"closetime":"x"}'],
  ['another name in another case', '{"runid":5}'],
  ['a name that is there twice', '{"CloseTime":"x","CloseTime":"2026-03-02T09:00:00Z"}'],
  ['a name that is written with an escape', '{"\\u0043loseTime":"x"}'],
  ['a name with a letter that Go takes for another', '{"Clo\u017feTime":5}'],
  ['a name that no place has', '{"Other":1}'],
  ['a mark in front', '\uFEFF{}'],
])('a cursor that was forged with the own token, of %s, is none', (_what, place) => {
  expect(read(place)).toBeNull();
});
