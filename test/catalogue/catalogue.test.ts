import * as fc from 'fast-check';
import { BUILT_IN, loadCatalogue } from '../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../src/catalogue/schema';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { API_BRANDS, STELLANTIS } from '../domain/facts';
import { fileWith } from '../domain/support';

const HOUR = 3_600_000;
const builtIn = loadCatalogue();

describe('loadCatalogue', () => {
  it('is the built-in catalogue when nothing is laid over it', () => {
    expect(builtIn.version).toBe(BUILT_IN.version);
    expect(builtIn.version).toMatch(/^[0-9a-f]{8}$/);
    expect(builtIn.policy.pollInterval).toBe(6 * HOUR);
  });

  it("lays a user's file over it, setting by setting", () => {
    const file = fileWith(
      JSON.stringify({
        version: 'acme-1',
        policy: { pollInterval: '1h', ladders: { final: [{ after: '1h', audience: 'operations' }] } },
        brands: { volkswagen: { requiredTags: [], clocks: { noData: '5d' } } },
        reasons: [{ id: 'privacy-mode', owner: 'workshop' }],
        unknownReason: { owner: 'provider-support' },
      }),
    );
    const own = loadCatalogue(file);
    const { policy, brands, reasons } = builtIn;
    expect(own).toEqual({
      version: `${BUILT_IN.version}+acme-1`,
      traits: BUILT_IN.traits,
      fleets: {},
      support: 'support@high-mobility.com',
      policy: {
        ...policy,
        pollInterval: HOUR,
        ladders: { ...policy.ladders, final: [{ after: HOUR, audience: 'operations' }] },
      },
      brands: {
        ...brands,
        volkswagen: {
          ...brands['volkswagen'],
          requiredTags: [],
          clocks: { privacyModeRetries: 15 * 24 * HOUR, noData: 5 * 24 * HOUR },
        },
      },
      reasons: reasons.map((reason) =>
        reason.id === 'privacy-mode' ? { ...reason, owner: 'workshop' } : reason,
      ),
      unknownReason: { ...builtIn.unknownReason, owner: 'provider-support' },
    });
  });

  it('lays what the file says of one provider over what it says of all, and leaves the other providers alone', () => {
    const other = {
      id: 'other',
      catalogue: highMobility.catalogue,
      traits: { ...highMobility.traits, endsAs: 'absent' },
    } as const;
    const file = fileWith(
      JSON.stringify({
        version: 'acme-1',
        policy: { pollInterval: '1h' },
        providers: {
          'high-mobility': { policy: { pollInterval: '2h' }, brands: { bmw: { canCancelPending: true } } },
        },
      }),
    );
    const known = { providers: ['high-mobility', 'other'] };
    const own = loadCatalogue(file, undefined, highMobility, known);
    expect([own.policy.pollInterval, own.brands['bmw']?.canCancelPending]).toEqual([2 * HOUR, true]);
    const others = loadCatalogue(file, undefined, other, known);
    expect([others.policy.pollInterval, others.brands['bmw']?.canCancelPending]).toEqual([HOUR, false]);
    expect(others.traits.endsAs).toBe('absent');
    expect(others.version).toMatch(/^[0-9a-f]{8}\+acme-1$/);
    expect(others.version).not.toBe(own.version);
  });

  it('adds a brand with a name and a group, cautious in what it does not say', () => {
    const own = loadCatalogue(undefined, { brands: { hyundai: { name: 'Hyundai', group: 'hyundai' } } });
    expect(own.brands['hyundai']).toEqual({
      name: 'Hyundai',
      group: 'hyundai',
      aliases: [],
      canCancelPending: false,
      eligibilityCheck: false,
      requiredTags: [],
      oneProjectOnly: false,
      clocks: {},
    });
  });

  it('adds a reason', () => {
    const own = loadCatalogue(undefined, {
      reasons: [
        {
          id: 'recall-open',
          on: ['rejected'],
          texts: ['recall open'],
          brands: ['bmw-group'],
          class: 'hardware',
          owner: 'workshop',
          action: 'Do the recall.',
          retry: { kind: 'after', delay: '1d', backoff: 1, maximum: '1d', attempts: 2 },
          ladder: 'default',
        },
      ],
    });
    expect(own.reasons).toHaveLength(builtIn.reasons.length + 1);
    expect(own.reasons.at(-1)).toMatchObject({ id: 'recall-open', retry: { delay: 24 * HOUR } });
  });

  it('gives a setting to every brand of a group, unless the brand says otherwise', () => {
    const own = loadCatalogue(undefined, {
      groups: { stellantis: { cancelPendingAfter: '2h' } },
      brands: { opel: { cancelPendingAfter: '3h' }, ram: { name: 'Ram', group: 'stellantis' } },
    });
    const ages = [...STELLANTIS, 'ram'].map((brand) => own.brands[brand]?.cancelPendingAfter);
    expect(new Set(ages)).toEqual(new Set([2 * HOUR, 3 * HOUR]));
    expect(own.brands['opel']?.cancelPendingAfter).toBe(3 * HOUR);
    expect(own.brands['ram']?.cancelPendingAfter).toBe(2 * HOUR);
    expect(own.brands['audi']).toEqual(builtIn.brands['audi']);
  });

  it('replaces a retry rule whole', () => {
    const own = loadCatalogue(undefined, {
      reasons: [{ id: 'revoke-in-progress', retry: { kind: 'never' } }],
    });
    expect(own.reasons.find(({ id }) => id === 'revoke-in-progress')?.retry).toEqual({ kind: 'never' });
  });

  it('lays overrides over the file, and names both in the version', () => {
    const own = loadCatalogue(
      fileWith('{"version":"acme-1","policy":{"pollInterval":"1h","lostAfter":"2h"}}'),
      {
        version: 'trial',
        policy: { pollInterval: '3h' },
      },
    );
    expect(own.version).toBe(`${BUILT_IN.version}+acme-1+trial`);
    expect(own.policy).toMatchObject({ pollInterval: 3 * HOUR, lostAfter: 2 * HOUR });
  });

  it('names a file without a version by its content', () => {
    const version = (content: string) => loadCatalogue(fileWith(content)).version;
    const first = version('{"policy":{"pollInterval":"1h"}}');
    expect(first).toMatch(new RegExp(`^${BUILT_IN.version}\\+[0-9a-f]{8}$`));
    expect(version('{"policy":{"pollInterval":"1h"}}')).toBe(first);
    expect(version('{"policy":{"pollInterval":"2h"}}')).not.toBe(first);
  });

  it('reads a file that begins with a byte order mark', () => {
    expect(loadCatalogue(fileWith('\uFEFF{"version":"acme-1"}')).version).toBe(`${BUILT_IN.version}+acme-1`);
  });

  it('changes nothing but what is laid over it', () => {
    const duration = fc.integer({ min: 1, max: 1_000 }).map((count) => `${count}m`);
    const overrides = fc.record(
      {
        policy: fc.record({ pollInterval: duration, lostAfter: duration }, { requiredKeys: [] }),
        brands: fc.dictionary(
          fc.constantFrom(...API_BRANDS),
          fc.record({ canCancelPending: fc.boolean(), cancelPendingAfter: duration }, { requiredKeys: [] }),
        ),
        reasons: fc.uniqueArray(
          fc.record({
            id: fc.constantFrom(...builtIn.reasons.map(({ id }) => id)),
            action: fc.constantFrom('Do this.', 'Do that.'),
          }),
          { selector: ({ id }) => id },
        ),
      },
      { requiredKeys: [] },
    );
    const minutes = (text: string) => Number.parseInt(text, 10) * 60_000;
    return fc.assert(
      fc.property(overrides, (over) => {
        const before = JSON.stringify(BUILT_IN);
        const { version, ...own } = loadCatalogue(undefined, over as CatalogueOverrides);
        const expected = JSON.parse(JSON.stringify(builtIn));
        for (const [key, text] of Object.entries(over.policy ?? {})) expected.policy[key] = minutes(text);
        for (const [id, { cancelPendingAfter: age, ...traits }] of Object.entries(over.brands ?? {})) {
          Object.assign(expected.brands[id], traits, age && { cancelPendingAfter: minutes(age) });
        }
        for (const { id, action } of over.reasons ?? []) {
          expected.reasons.find((reason: { id: string }) => reason.id === id).action = action;
        }
        expect({ ...own, version: BUILT_IN.version }).toEqual(expected);
        expect(version).not.toBe(BUILT_IN.version);
        expect(JSON.stringify(BUILT_IN)).toBe(before);
      }),
      { numRuns: 50 },
    );
  });
});
