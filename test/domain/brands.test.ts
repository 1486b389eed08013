import { loadCatalogue } from '../../src/catalogue/catalogue';
import { brandOf, missingTags, rulesFor, tagsFor } from '../../src/domain/rules';
import { API_BRANDS, ONE_PROJECT_ONLY, STELLANTIS, VW_GROUP } from './facts';
import { failure } from './support';

const catalogue = loadCatalogue();
const having = (trait: 'oneProjectOnly') =>
  Object.keys(catalogue.brands)
    .filter((id) => catalogue.brands[id]?.[trait])
    .sort();
const inGroup = (group: string) =>
  Object.keys(catalogue.brands)
    .filter((id) => catalogue.brands[id]?.group === group)
    .sort();

/** Which there are, and what else the documents say of them: brands-everywhere.test.ts. */
describe('the built-in brands', () => {
  it('allow one project only where the documents say so', () => {
    expect(having('oneProjectOnly')).toEqual([...ONE_PROJECT_ONLY].sort());
  });

  it('are grouped as the documents group them', () => {
    expect(inGroup('stellantis')).toEqual([...STELLANTIS].sort());
    expect(inGroup('vw-group')).toEqual([...VW_GROUP].sort());
    expect(inGroup('bmw-group')).toEqual(['bmw', 'mini']);
    expect(inGroup('toyota-group')).toEqual(['lexus', 'toyota']);
    expect(inGroup('renault-group')).toEqual(['dacia', 'renault']);
    expect(inGroup('porsche')).toEqual(['porsche']);
  });

  it('need the customer name tag in the Volkswagen Group only', () => {
    const tagged = Object.entries(catalogue.brands).filter(([, { requiredTags }]) => requiredTags.length > 0);
    expect(tagged.map(([id]) => id).sort()).toEqual([...VW_GROUP].sort());
    for (const [, { requiredTags }] of tagged) expect(requiredTags).toEqual(['vw-group-customer-name']);
  });

  it("carry the carmakers' own clocks", () => {
    const day = 86_400_000;
    expect(catalogue.brands['audi']?.clocks).toEqual({ privacyModeRetries: 15 * day, noData: 10 * day });
    expect(catalogue.brands['opel']?.clocks).toEqual({ noData: 10 * day });
    expect(catalogue.brands['ford']?.clocks).toEqual({
      consentCheckEvery: day / 2,
      consentPatience: 10 * day,
    });
  });
});

describe('brandOf', () => {
  it.each([
    ['volkswagen', 'volkswagen'],
    ['VW', 'volkswagen'],
    ['  Mercedes Benz ', 'mercedes-benz'],
    ['mercedes_benz', 'mercedes-benz'],
    ['Mercedes', 'mercedes-benz'],
    ['Alfa Romeo', 'alfaromeo'],
    ['ALFA-ROMEO', 'alfaromeo'],
    ['Citroën', 'citroen'],
    ['Škoda', 'skoda'],
    ['Volvo', 'volvo-cars'],
    ['DS Automobiles', 'ds'],
    ['Volkswagen Commercial Vehicles', 'volkswagen'],
  ])('reads "%s" as %s', (text, id) => {
    expect(brandOf(catalogue, text)).toBe(id);
  });

  it.each(API_BRANDS)('reads the name of %s', (id) => {
    expect(brandOf(catalogue, catalogue.brands[id]?.name ?? '')).toBe(id);
  });

  it.each([
    ['Volkswagn', 'volkswagen'],
    ['Pegueot', 'peugeot'],
    ['Polesta', 'polestar'],
    ['merzedes', 'mercedes-benz'],
  ])('proposes for the misspelt "%s" the brand %s', (text, id) => {
    expect(failure(() => brandOf(catalogue, text))).toMatchObject({
      code: 'BRAND_UNKNOWN',
      next: `Did you mean ${id}?`,
    });
  });

  it.each(['Trabant', '', '  ', '!!', 'constructor', '__proto__'])(
    'lists the brands for "%s", which is like none',
    (text) => {
      const error = failure(() => brandOf(catalogue, text));
      expect(error.code).toBe('BRAND_UNKNOWN');
      for (const id of API_BRANDS) expect(error.next).toContain(id);
    },
  );

  it('keeps a monstrous text out of its message', () => {
    expect(failure(() => brandOf(catalogue, 'x'.repeat(1_000_000))).message.length).toBeLessThan(200);
  });
});

describe('required tags', () => {
  const audi = rulesFor(catalogue, 'audi', { speed: 1 });
  const withDefault = rulesFor(
    loadCatalogue(undefined, { policy: { defaultTags: { 'vw-group-customer-name': 'Acme', other: 'x' } } }),
    'audi',
    { speed: 1 },
  );

  it('are missing when neither the row nor the policy gives them', () => {
    expect(missingTags(audi, { other: 'x' })).toEqual(['vw-group-customer-name']);
    expect(missingTags(audi, { 'vw-group-customer-name': '  ' })).toEqual(['vw-group-customer-name']);
  });

  it('are not missing when the row or the policy gives them', () => {
    expect(missingTags(audi, { 'vw-group-customer-name': 'Acme' })).toEqual([]);
    expect(missingTags(withDefault, {})).toEqual([]);
  });

  it('are filled with the default of the policy, and no other tag is', () => {
    expect(tagsFor(withDefault, { car: '7' })).toEqual({ car: '7', 'vw-group-customer-name': 'Acme' });
    expect(tagsFor(withDefault, { 'vw-group-customer-name': ' ' })).toEqual({
      'vw-group-customer-name': 'Acme',
    });
  });

  it('keep what the row says over the default', () => {
    expect(tagsFor(withDefault, { 'vw-group-customer-name': 'Own' })).toEqual({
      'vw-group-customer-name': 'Own',
    });
  });

  it('are none for a brand that requires none, whatever the defaults', () => {
    const bmw = rulesFor(
      loadCatalogue(undefined, { policy: { defaultTags: { 'vw-group-customer-name': 'Acme' } } }),
      'bmw',
      { speed: 1 },
    );
    expect(missingTags(bmw, {})).toEqual([]);
    expect(tagsFor(bmw, {})).toEqual({});
  });
});
