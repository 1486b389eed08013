import { begin, change } from '../../workflows/state';

const BEGUN = begin({ vin: 'WBA8E9G50GN000001', brand: 'bmw' }, 'high-mobility', 1_000);

test('a change keeps every other field, and the state that it was made from', () => {
  const before = structuredClone(BEGUN);
  expect(change(BEGUN, {})).toEqual(BEGUN);
  expect(change(BEGUN, { doubt: true, told: 3 })).toEqual({ ...BEGUN, doubt: true, told: 3 });
  expect(BEGUN).toEqual(before);
});
