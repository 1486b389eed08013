import { begin } from '../../../workflows/lifecycle/begin';
import { change } from '../../../workflows/lifecycle/state';
import { APP } from '../../support/application';

const BEGUN = begin({ ...APP, vin: 'WBA8E9G50GN000001', brand: 'bmw' }, 1_000);

test('a change keeps every other field, and the state that it was made from', () => {
  const before = structuredClone(BEGUN);
  expect(change(BEGUN, {})).toEqual(BEGUN);
  expect(change(BEGUN, { needsRead: true, noticeCount: 3 })).toEqual({
    ...BEGUN,
    needsRead: true,
    noticeCount: 3,
  });
  expect(BEGUN).toEqual(before);
});
