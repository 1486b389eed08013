import { observationOf } from '../../activities/observation';
import type { ClearanceStatus } from '../../src/domain/status';

/** What is kept of a row whose changelog has these entries, a second apart. */
function observed(...statuses: ClearanceStatus[]): ReturnType<typeof observationOf> {
  const changelog = statuses.map((status, index) => ({ status, reason: null, at: (index + 1) * 1_000 }));
  return observationOf({
    vin: 'WBA8E9G50GN000001',
    status: statuses.at(-1) ?? 'unknown',
    reason: null,
    brand: null,
    tags: {},
    changelog,
    newestChange: changelog.at(-1)?.at ?? null,
  });
}

describe('the time at which a request began', () => {
  it.each<[string, ClearanceStatus[], number | null]>([
    ['the first entry of a row', ['pending', 'approved'], 1_000],
    ['also of one that has ended', ['pending', 'rejected'], 1_000],
    [
      'the first after an earlier end, where a provider goes on with the row',
      ['pending', 'rejected', 'pending'],
      3_000,
    ],
    ['also when that has ended too', ['pending', 'revoking', 'revoked', 'pending', 'rejected'], 4_000],
    ['the first of all where it was never open', ['rejected', 'rejected'], 1_000],
    ['not known without entries', [], null],
  ])('is %s', (_, statuses, begun) => {
    expect(observed(...statuses).createdAt).toBe(begun);
  });
});

describe('how many rows the vehicle has', () => {
  const ROW = { vin: 'WBA8E9G50GN000001', status: 'rejected', reason: null, brand: null, tags: {} } as const;
  const TIMED = {
    ...ROW,
    changelog: [{ status: 'rejected', reason: null, at: 1_000 }],
    newestChange: 1_000,
  } as const;
  const TIMELESS = { ...ROW, changelog: [], newestChange: null } as const;
  it.each([
    ['not kept of one with a time', TIMED, undefined],
    ['kept of several', { ...TIMED, rows: 2 }, 2],
    ['kept of one without a time', TIMELESS, 1],
    ['kept of several without a time', { ...TIMELESS, rows: 3 }, 3],
  ])('is %s', (_, record, rows) => {
    expect(observationOf(record).rows).toBe(rows);
  });
});
