import fc from 'fast-check';
import { countsBefore, type RowFacts } from '../../src/domain/clearance';
import { CLEARANCE_STATUSES, hasEnded, isOpen } from '../../src/domain/status';

test('an open status is one in which the provider holds a clearance, or may hold one', () => {
  expect(CLEARANCE_STATUSES.filter(isOpen)).toEqual([
    'pending',
    'approved',
    'revoking',
    'canceling',
    'unknown',
  ]);
});

test('what has ended is not open, and only absence is neither', () => {
  expect(CLEARANCE_STATUSES.filter(hasEnded)).toEqual(['rejected', 'revoked', 'canceled', 'error']);
  expect(CLEARANCE_STATUSES.filter((status) => !isOpen(status) && !hasEnded(status))).toEqual(['absent']);
});

describe('of the rows of a VIN', () => {
  const status = fc.constantFrom(...CLEARANCE_STATUSES.filter((one) => one !== 'absent'));
  const changedAt = fc.option(fc.integer({ min: 0, max: 3 }), { nil: null });
  const rows: fc.Arbitrary<RowFacts[]> = fc.array(fc.record({ status, changedAt }), {
    minLength: 1,
    maxLength: 6,
  });
  const countingOf = (all: readonly RowFacts[]): RowFacts =>
    all.reduce((best, row) => (countsBefore(row, best, true) ? row : best));
  const timeOf = (row: RowFacts): number => row.changedAt ?? -1;

  test('one that has ended counts only where none is open', () => {
    fc.assert(
      fc.property(rows, (all) => {
        expect(hasEnded(countingOf(all).status)).toBe(!all.some((row) => isOpen(row.status)));
      }),
    );
  });

  test('the newest of the open ones counts, or of all, the later where times are equal', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const open = all.filter((row) => isOpen(row.status));
        const among = open.length > 0 ? open : all;
        const newest = Math.max(...among.map(timeOf));
        expect(countingOf(all)).toBe(among.findLast((row) => timeOf(row) === newest));
      }),
    );
  });

  test('the same one counts in whatever order they are looked at', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (all, order) => {
        const placed = all.map((row, place) => ({ row, place, at: order.next().value as number }));
        const shuffled = placed.toSorted((a, b) => a.at - b.at);
        const counting = shuffled.reduce((best, one) =>
          countsBefore(one.row, best.row, one.place > best.place) ? one : best,
        );
        expect(counting.row).toBe(countingOf(all));
      }),
    );
  });
});
