import { CallBrands } from '../../src/calls/call-brands';

const [BMW, FORD, STRANGER] = ['WBA8E9G50GNT00001', 'WF0EXXTTREN451908', 'W1K2130041B902316'] as const;
const known = (): CallBrands => {
  const brands = new CallBrands((brand) => brand === 'bmw' || brand === 'ford');
  brands.note(BMW, 'bmw');
  brands.note(FORD, 'ford');
  return brands;
};

describe('the brand of a call', () => {
  test.each([
    ['of one vehicle', [BMW], 'bmw'],
    ['of a list of some of one brand', [{ vins: [FORD, FORD.toLowerCase()] }], 'ford'],
    ['of a list of some of several', [{ vins: [FORD, BMW] }], 'several'],
    ['of a submission, which says it', [[{ vin: STRANGER, brand: 'bmw', tags: {} }]], 'bmw'],
    ['of several that leave, of one brand', [[{ vin: BMW }, { vin: BMW.toLowerCase() }]], 'bmw'],
    ['of several that leave, of several', [[{ vin: BMW, believed: 'approved' }, { vin: FORD }]], 'several'],
    ['of a question whether one is eligible', [{ vin: STRANGER, brand: 'ford' }], 'ford'],
    ['of a vehicle that nobody spoke of', [STRANGER], 'unknown'],
    ['of a brand that the catalogue does not know', [{ vin: BMW, brand: 'no-such' }], 'other'],
    ['of the whole list', [() => undefined], 'whole-list'],
    ['of the whole list, asked for without a filter', [], 'whole-list'],
  ])('%s', (_, args, brand) => {
    expect(known().brandOf(args)).toBe(brand);
  });

  test('is not asked of what came before the brand was told', () => {
    const brands = known();
    brands.note(BMW, undefined);
    expect(brands.brandOf([BMW])).toBe('bmw');
  });
});
