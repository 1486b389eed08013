import { driftSinceInWords } from '../../src/cli/drift-since';
import { driftIn } from '../../src/sweep/drift-history';
import type { Drift, SweepSummary } from '../../workflows/contract/sweep-report';
import { APP } from '../support/application';

const SINCE = Date.parse('2026-03-06T00:00:00.000Z');
const NONE = { count: 0, first: [] };
const sweptAt = (at: string, drift: Partial<Drift> = {}): SweepSummary => ({
  ...APP,
  full: true,
  at,
  duration: 1,
  listDuration: 1,
  rows: 3,
  broken: 0,
  changed: 0,
  differences: 0,
  signals: 0,
  untold: NONE,
  drift: { unmanaged: NONE, lost: NONE, disagreeing: NONE, ...drift },
});
const [ONE, TWO, THREE] = ['WBA8E9G50GNT00001', 'WBA8E9G50GNT00002', 'WBA8E9G50GNT00003'] as const;
const unmanaged = (...vins: string[]): Drift['unmanaged'] => ({
  count: vins.length,
  first: vins.map((vin) => ({ vin, brand: 'bmw', theirs: 'approved' })),
});
const SWEEPS = [
  sweptAt('2026-03-09T03:00:00.000Z', { unmanaged: unmanaged(TWO) }),
  sweptAt('2026-03-07T03:00:00.000Z', { unmanaged: unmanaged(ONE, TWO) }),
  sweptAt('2026-03-08T03:00:00.000Z', {
    unmanaged: { count: 7, first: unmanaged(TWO).first },
    disagreeing: { count: 1, first: [{ vin: THREE, ours: 'approved', theirs: 'revoked' }] },
  }),
];
const history = (sweeps = SWEEPS, knownSince: string | null = null) => ({
  ...APP,
  ...driftIn(sweeps, SINCE),
  knownSince,
});
const words = (...given: Parameters<typeof history>): string =>
  driftSinceInWords(history(...given), {
    now: Date.parse('2026-03-10T12:00:00.000Z'),
    width: null,
    zone: 'UTC',
  });

describe('drift since a time', () => {
  test('is each vehicle once, with the sweeps that saw it first and last, and whether it is there still', () => {
    expect(driftIn(SWEEPS, SINCE)).toEqual({
      since: '2026-03-06T00:00:00.000Z',
      sweeps: 3,
      newest: '2026-03-09T03:00:00.000Z',
      found: [
        {
          vin: THREE,
          what: 'disagreeing',
          ours: 'approved',
          theirs: 'revoked',
          firstSeen: '2026-03-08T03:00:00.000Z',
          lastSeen: '2026-03-08T03:00:00.000Z',
          still: false,
        },
        expect.objectContaining({ vin: ONE, still: false, ours: null, theirs: 'approved' }),
        expect.objectContaining({
          vin: TWO,
          still: true,
          firstSeen: '2026-03-07T03:00:00.000Z',
          lastSeen: '2026-03-09T03:00:00.000Z',
        }),
      ],
      unnamed: 6,
    });
  });

  test('is told to a person, with what sweeps did not name and since when sweeps are known', () => {
    expect(words(SWEEPS, '2026-03-06T12:00:00.000Z')).toBe(GOLDEN);
  });

  test('of no sweep is not taken for no drift', () => {
    expect(words([])).toBe('No full sweep has ended since Fri 6 Mar 00:00. vin drift makes one.');
    expect(words([sweptAt('2026-03-07T03:00:00.000Z')])).toBe(
      'One full sweep since Fri 6 Mar 00:00: no drift.',
    );
  });
});

const GOLDEN = `3 full sweeps since Fri 6 Mar 00:00: 3 drifts, 1 of them at the last one still. What to do about those: vin drift.

VIN                What         Here           At the provider  First seen       Last seen        Still
WBA8E9G50GNT00003  disagreeing  approved       revoked          Sun 8 Mar 03:00  Sun 8 Mar 03:00
WBA8E9G50GNT00001  unmanaged    no activation  approved         Sat 7 Mar 03:00  Sat 7 Mar 03:00
WBA8E9G50GNT00002  unmanaged    no activation  approved         Sat 7 Mar 03:00  Mon 9 Mar 03:00  yes
  and up to 6 more, which sweeps counted and did not name
note: sweeps from before Fri 6 Mar 12:00 are not known any more.`;
