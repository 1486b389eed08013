import * as fc from 'fast-check';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { rulesFor } from '../../src/domain/rules';
import { API_BRANDS } from './facts';

const catalogue = loadCatalogue();
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Every number in a value, with the path to it. */
function numbers(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbers(inner, `${path}.${key}`));
}

const NOT_A_DURATION = /\.(speed|attempts|backoff|level)$/;

describe('rulesFor', () => {
  it('names the catalogue and the brand', () => {
    expect(rulesFor(catalogue, 'Mercedes Benz', { speed: 1 })).toMatchObject({
      catalogueVersion: catalogue.version,
      speed: 1,
      brand: {
        id: 'mercedes-benz',
        name: 'Mercedes-Benz',
        canCancelPending: true,
        cancelPendingAfter: 24 * HOUR,
      },
      policy: { pollInterval: 6 * HOUR, lostAfter: 24 * HOUR },
    });
  });

  it('refuses a brand that nobody knows', () => {
    expect(() => rulesFor(catalogue, 'Trabant', { speed: 1 })).toThrow(
      expect.objectContaining({ code: 'BRAND_UNKNOWN' }),
    );
  });

  it('divides every duration by the speed, and nothing else', () => {
    for (const brand of API_BRANDS) {
      const slow = numbers(rulesFor(catalogue, brand, { speed: 1 }));
      const fast = new Map(numbers(rulesFor(catalogue, brand, { speed: 100 })));
      expect(slow.length).toBeGreaterThan(20);
      for (const [path, value] of slow.filter(([path]) => path !== '.speed')) {
        expect([path, fast.get(path)]).toEqual([path, NOT_A_DURATION.test(path) ? value : value / 100]);
      }
    }
  });

  it('never makes a wait disappear, however fast the trial', () => {
    return fc.assert(
      fc.property(fc.constantFrom(...API_BRANDS), fc.integer({ min: 1, max: 10 ** 12 }), (brand, speed) => {
        const slow = new Map(numbers(rulesFor(catalogue, brand, { speed: 1 })));
        for (const [path, value] of numbers(rulesFor(catalogue, brand, { speed }))) {
          expect(value > 0).toBe((slow.get(path) ?? 0) > 0);
          expect(Number.isInteger(value)).toBe(true);
        }
      }),
    );
  });

  it('takes the poll interval of the configuration, before the speed divides it', () => {
    const { policy } = rulesFor(catalogue, 'bmw', { speed: 10, pollInterval: 20 * HOUR });
    expect(policy.pollInterval).toBe(2 * HOUR);
  });

  it('looks at what is under way at least as often as at the rest', () => {
    const { policy } = rulesFor(catalogue, 'bmw', { speed: 1, pollInterval: 2 * SECOND });
    expect(policy.withdrawPollInterval).toBe(2 * SECOND);
    expect(policy.transitionRetry).toBe(2 * SECOND);
    expect(policy.lostAfter).toBe(24 * HOUR);
  });

  it('leaves looking to the sweeps where they run, unless somebody has set the interval', () => {
    const sweepInterval = HOUR / 4;
    const { policy } = rulesFor(catalogue, 'bmw', { speed: 1, sweepInterval });
    expect(policy).toMatchObject({
      pollInterval: 30 * 24 * HOUR,
      withdrawPollInterval: HOUR,
      confirmAfter: HOUR / 2,
      resubmitGrid: 4 * HOUR,
    });
    const set = rulesFor(catalogue, 'bmw', { speed: 1, sweepInterval, pollInterval: HOUR });
    expect(set.policy.pollInterval).toBe(HOUR);
    expect(rulesFor(catalogue, 'bmw', { speed: 1 }).policy).toMatchObject({
      confirmAfter: 0,
      resubmitGrid: 0,
    });
  });

  it('lets a brand have its own age at which a pending clearance can be cancelled', () => {
    const own = loadCatalogue(undefined, {
      policy: { cancelPendingAfter: '2s' },
      brands: { opel: { cancelPendingAfter: '3s' } },
    });
    expect(rulesFor(own, 'fiat', { speed: 1 }).brand.cancelPendingAfter).toBe(2 * SECOND);
    expect(rulesFor(own, 'opel', { speed: 1 }).brand.cancelPendingAfter).toBe(3 * SECOND);
  });

  it('holds only the reasons of the brand, its group and every brand, each once', () => {
    for (const brand of API_BRANDS) {
      const scopes = [brand, catalogue.brands[brand]?.group ?? '', '*'];
      const expected = catalogue.reasons.filter(({ brands }) => brands.some((one) => scopes.includes(one)));
      const rules = rulesFor(catalogue, brand, { speed: 1 });
      expect(rules.reasons.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
    }
  });

  it('leaves out what only documents and people read: no life needs it in its history', () => {
    const { brand, reasons, unknownReason } = rulesFor(catalogue, 'ford', { speed: 1 });
    expect(Object.keys(brand).sort()).toEqual([
      'canCancelPending',
      'cancelPendingAfter',
      'eligibilityCheck',
      'id',
      'name',
      'requiredTags',
    ]);
    for (const reason of [...reasons, unknownReason]) {
      const { later: _later, patience: _patience, ...always } = reason;
      expect(Object.keys(always).sort()).toEqual(['action', 'id', 'keys', 'ladder', 'on', 'owner', 'retry']);
      expect(Object.keys(reason.retry)).not.toContain('tag');
    }
  });

  it('is plain JSON and small, because every history records it', () => {
    for (const brand of API_BRANDS) {
      const rules = rulesFor(catalogue, brand, { speed: 1 });
      const json = JSON.stringify(rules);
      expect(JSON.parse(json)).toEqual(rules);
      expect(json.length).toBeLessThan(7_000);
    }
  });
});
