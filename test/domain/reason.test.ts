import * as fc from 'fast-check';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { matchReason } from '../../src/domain/reason';
import { rulesFor } from '../../src/domain/rules';
import { spent } from '../support/spent';
import { API_BRANDS, DOCUMENTED_REASONS } from './facts';

const catalogue = loadCatalogue();
const rules = Object.fromEntries(API_BRANDS.map((id) => [id, rulesFor(catalogue, id, { speed: 1 })]));
const of = (brand: string) => rules[brand] ?? fail(brand);
const fail = (brand: string): never => {
  throw new Error(`no rules for ${brand}`);
};

const cases = DOCUMENTED_REASONS.flatMap(([status, text, brands, id, retry]) =>
  brands.map((brand) => ({ brand, status, text, id, retry })),
);
const anyCase = fc.constantFrom(...cases);
const anyBrand = fc.constantFrom(...API_BRANDS);
const anyStatus = fc.constantFrom('pending' as const, 'rejected' as const, 'error' as const);

describe('the built-in reasons', () => {
  it.each(cases)('$brand, $status, "$text" is $id, retried: $retry', ({ brand, status, text, id, retry }) => {
    expect(matchReason(of(brand), status, text)).toMatchObject({ id, retry: { kind: retry } });
  });

  it('hold none that no document and no live reply has, but for silence and refusals', () => {
    const known = new Set(DOCUMENTED_REASONS.map(([, , , id]) => id));
    const others = catalogue.reasons.map(({ id }) => id).filter((id) => !known.has(id));
    expect(others.sort()).toEqual(['brand-invalid', 'in-progress', 'vin-malformed']);
  });

  it('each say who acts, what that person does, whom we tell, and who says so', () => {
    for (const reason of catalogue.reasons) {
      expect(reason.action).toMatch(/^[A-Z].{15,}\.$/);
      expect(Object.keys(catalogue.policy.ladders)).toContain(reason.ladder);
      expect(reason.source).not.toBe('your own catalogue file');
      expect(reason.class).not.toBe('unknown');
    }
  });

  it('ask for the very tag that the brand requires', () => {
    const { id, retry } = matchReason(of('seat'), 'rejected', 'customer name tag missing');
    expect(retry).toEqual({ kind: 'amend' });
    expect(catalogue.reasons.find((reason) => reason.id === id)?.retry).toEqual({
      kind: 'amend',
      tag: of('seat').brand.requiredTags[0],
    });
  });

  it("tell a person before the carmaker's own clock runs out", () => {
    const lastLevel = (ladder: string) => catalogue.policy.ladders[ladder]?.at(-1)?.after ?? Infinity;
    expect(lastLevel('consent')).toBeLessThan(catalogue.brands['ford']?.clocks.consentPatience ?? 0);
    expect(lastLevel('privacy')).toBeLessThan(catalogue.brands['audi']?.clocks.privacyModeRetries ?? 0);
    expect(lastLevel('driving')).toBeLessThan(catalogue.brands['opel']?.clocks.noData ?? 0);
  });
});

describe('matchReason', () => {
  it('tells two reasons apart when one begins like the other', () => {
    expect(matchReason(of('ford'), 'rejected', 'invalid OEM state: VIN revoke in progress').id).toBe(
      'revoke-in-progress',
    );
    expect(matchReason(of('renault'), 'rejected', 'invalid OEM state').id).toBe('renault-state-invalid');
    expect(matchReason(of('ford'), 'rejected', 'invalid OEM state').id).toBe('unknown');
    expect(matchReason(of('renault'), 'rejected', 'invalid OEM state: VIN revoke in progress').id).toBe(
      'unknown',
    );
  });

  it('takes a text that is known for other brands only as unknown', () => {
    expect(matchReason(of('bmw'), 'rejected', 'privacy mode is enabled').id).toBe('unknown');
  });

  it('has an answer for an unknown text: a person is told and decides', () => {
    expect(matchReason(of('bmw'), 'rejected', 'the moon is full')).toMatchObject({
      id: 'unknown',
      owner: 'fleet-manager',
      retry: { kind: 'owner' },
      ladder: 'unknown',
    });
  });

  it.each([null, '', '  ', '-', '…'])('takes %j as no reason given', (text) => {
    expect(matchReason(of('kia'), 'pending', text).id).toBe('in-progress');
    // Only the provider's own word ends a vehicle for good.
    expect(matchReason(of('kia'), 'rejected', text).id).toBe('unknown');
    expect(matchReason(of('kia'), 'rejected', 'unspecified').id).toBe('unspecified');
    expect(matchReason(of('kia'), 'error', text).id).toBe('unknown');
  });

  it.each([
    ['vin should be 17 character(s)', 'vin-malformed'],
    ['The brand is invalid', 'brand-invalid'],
  ])('knows the refusal "%s" of a submission', (text, id) => {
    expect(matchReason(of('bmw'), 'error', text).id).toBe(id);
  });

  it('prefers what is said of the brand to what is said of its group, and that to what is said of all', () => {
    const scopes = ['*', 'vw-group', 'audi'];
    for (let count = 1; count <= scopes.length; count++) {
      const reasons = scopes.slice(0, count).map((scope) => ({
        ...catalogue.reasons.find(({ id }) => id === 'ineligible'),
        id: `said-of-${scope.replace('*', 'all')}`,
        texts: ['no luck'],
        brands: [scope],
        retry: { kind: 'never' as const },
      }));
      const own = rulesFor(loadCatalogue(undefined, { reasons }), 'audi', { speed: 1 });
      expect(matchReason(own, 'rejected', 'No luck!').id).toBe(reasons.at(-1)?.id);
    }
  });

  it('is not moved by case, spaces, punctuation or accents', () => {
    const noise = fc.string({ unit: fc.constantFrom(...' \t\n.,:;-_!?()"\'/\u00a0\u0301') });
    return fc.assert(
      fc.property(
        anyCase,
        fc.infiniteStream(noise),
        fc.infiniteStream(fc.boolean()),
        (known, noises, uppers) => {
          const noisy = [...known.text]
            .map((letter) => (uppers.next().value ? letter.toUpperCase() : letter) + noises.next().value)
            .join('');
          expect(matchReason(of(known.brand), known.status, noises.next().value + noisy).id).toBe(known.id);
        },
      ),
    );
  });

  it('is moved by any letter more', () => {
    return fc.assert(
      fc.property(anyCase, fc.constantFrom(...'abcxyz019'), fc.nat(), (known, letter, at) => {
        const place = at % (known.text.length + 1);
        const other = known.text.slice(0, place) + letter + known.text.slice(place);
        expect(matchReason(of(known.brand), known.status, other).id).not.toBe(known.id);
      }),
    );
  });

  it('gives exactly one rule for any text at all, and never throws', () => {
    return fc.assert(
      fc.property(anyBrand, anyStatus, fc.string({ unit: 'binary' }), (brand, status, text) => {
        const rule = matchReason(of(brand), status, text);
        expect(
          [...of(brand).reasons, of(brand).unknownReason].filter((known) => known === rule),
        ).toHaveLength(1);
        expect(rule.on).toContain(status);
      }),
      { numRuns: 500 },
    );
  });

  it('reads a text of 100,000 letters once', () => {
    const text = 'privacy mode '.repeat(8_000);
    expect(spent(() => matchReason(of('audi'), 'rejected', text))).toBeLessThan(2);
  });
});
