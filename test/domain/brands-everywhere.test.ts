import { BUILT_IN, loadCatalogue } from '../../src/catalogue/catalogue';
import {
  canCancel,
  hasEligibilityCheck,
  hasRequiredTags,
  isBrand,
} from '../../src/trial/simulator/high-mobility/brands';
import { documentedBrands } from '../contracts/contract';
import { API_BRANDS, CAN_CANCEL_PENDING, HAS_ELIGIBILITY_CHECK } from './facts';

/** Every brand that anybody knows, and one that nobody does. */
const EVERYBODYS = [
  ...new Set([...Object.keys(BUILT_IN.brands), ...documentedBrands('Brand'), ...API_BRANDS, 'trabant']),
];
const those = (has: (brand: string) => boolean): string[] => EVERYBODYS.filter(has).sort();
const sorted = (brands: readonly string[]): string[] => [...brands].sort();

describe('catalogue, simulator, contract and documents know the same brands', () => {
  const { brands } = loadCatalogue();
  const inCatalogue = (has: (brand: (typeof brands)[string]) => boolean): string[] =>
    those((id) => brands[id] !== undefined && has(brands[id]));

  test('that there are', () => {
    const known = inCatalogue(() => true);
    expect(known.length).toBeGreaterThan(20);
    expect(those(isBrand)).toEqual(known);
    expect(sorted(documentedBrands('Brand'))).toEqual(known);
    expect(sorted(API_BRANDS)).toEqual(known);
  });

  test('that have an eligibility check', () => {
    const known = inCatalogue(({ eligibilityCheck }) => eligibilityCheck);
    expect(those(hasEligibilityCheck)).toEqual(known);
    expect(sorted(documentedBrands('EligibilityBrand'))).toEqual(known);
    expect(sorted(HAS_ELIGIBILITY_CHECK)).toEqual(known);
  });

  test('that can cancel a pending clearance', () => {
    const known = inCatalogue(({ canCancelPending }) => canCancelPending);
    expect(those(canCancel)).toEqual(known);
    expect(sorted(CAN_CANCEL_PENDING)).toEqual(known);
  });

  test('that need a tag', () => {
    const known = inCatalogue(({ requiredTags }) => requiredTags.length > 0);
    expect(those((brand) => !hasRequiredTags(brand, { other: 'tag' }))).toEqual(known);
    for (const brand of known) {
      const tags = Object.fromEntries((brands[brand]?.requiredTags ?? []).map((tag) => [tag, 'ACME']));
      expect(hasRequiredTags(brand, tags)).toBe(true);
    }
  });
});
