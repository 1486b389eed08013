import { loadCatalogue } from '../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../src/catalogue/schema';
import { matchReason } from '../../src/domain/reason';
import { missingTags, type Rules, rulesFor, tagsFor } from '../../src/domain/rules';
import { spent } from '../support/spent';

const HOUR = 3_600_000;
const TAG = 'vw-group-customer-name';

function rulesOf(overrides: CatalogueOverrides, fleet: string | null, brand = 'audi'): Rules {
  return rulesFor(loadCatalogue(undefined, overrides), brand, { speed: 1, fleet });
}
const ofFleet = (acme: NonNullable<CatalogueOverrides['fleets']>[string], more: CatalogueOverrides = {}) =>
  ({ fleets: { acme }, ...more }) satisfies CatalogueOverrides;

describe('what a fleet has of its own', () => {
  it('are its default tags, beside those of all', () => {
    const overrides = ofFleet(
      { policy: { defaultTags: { [TAG]: 'ACME Leasing' } } },
      { policy: { defaultTags: { [TAG]: 'Everybody Ltd' } } },
    );
    expect(tagsFor(rulesOf(overrides, 'acme'), {})).toEqual({ [TAG]: 'ACME Leasing' });
    expect(tagsFor(rulesOf(overrides, 'other'), {})).toEqual({ [TAG]: 'Everybody Ltd' });
    expect(tagsFor(rulesOf(overrides, null), {})).toEqual({ [TAG]: 'Everybody Ltd' });
    expect(tagsFor(rulesOf(overrides, 'acme'), { [TAG]: 'Own' })).toEqual({ [TAG]: 'Own' });
    const alone = ofFleet({ policy: { defaultTags: { [TAG]: 'ACME Leasing' } } });
    expect(missingTags(rulesOf(alone, 'acme'), {})).toEqual([]);
    expect(missingTags(rulesOf(alone, 'other'), {})).toEqual([TAG]);
  });

  it('are its ladders, its eligibility, its first data, its drift, and when it gives up', () => {
    const ladder = [{ after: '2h', audience: 'operations' as const }];
    const overrides = ofFleet({
      policy: {
        ladders: { privacy: ladder },
        eligibility: 'blocking',
        firstData: { within: '3d' },
        drift: 'resubmit',
        giveUp: { after: '20d', by: 'park' },
      },
    });
    const [own, usual] = [rulesOf(overrides, 'acme').policy, rulesOf(overrides, null).policy];
    expect(own).toMatchObject({
      eligibility: 'blocking',
      drift: 'resubmit',
      giveUp: { after: 480 * HOUR, by: 'park' },
    });
    expect(own.ladders).toEqual({ ...usual.ladders, privacy: [{ after: 2 * HOUR, audience: 'operations' }] });
    expect(own.firstData).toEqual({ ...usual.firstData, within: 72 * HOUR });
    expect(usual).toEqual(rulesOf({}, null).policy);
  });

  it('is what is done about a reason: over what the brand and the file say of it', () => {
    const retry = { kind: 'after', delay: '1d', backoff: 1, maximum: '1d', attempts: 2 } as const;
    const overrides = ofFleet(
      { reasons: [{ id: 'privacy-mode', retry, owner: 'workshop' }] },
      { reasons: [{ id: 'privacy-mode', action: 'Turn it off.' }] },
    );
    const rule = (fleet: string | null) =>
      matchReason(rulesOf(overrides, fleet), 'rejected', 'privacy mode is enabled');
    expect(rule('acme')).toMatchObject({
      id: 'privacy-mode',
      owner: 'workshop',
      action: 'Turn it off.',
      retry: { kind: 'after', delay: 24 * HOUR },
    });
    expect(rule('other')).toMatchObject({
      owner: 'driver',
      action: 'Turn it off.',
      retry: { kind: 'owner' },
    });
    const unknown = ofFleet({ unknownReason: { owner: 'workshop' } });
    expect(rulesOf(unknown, 'acme').unknownReason.owner).toBe('workshop');
    expect(rulesOf(unknown, null).unknownReason.owner).not.toBe('workshop');
  });

  it('can differ by provider, which wins', () => {
    const overrides: CatalogueOverrides = ofFleet(
      { policy: { eligibility: 'advisory', drift: 'resubmit' } },
      { providers: { 'high-mobility': { fleets: { acme: { policy: { eligibility: 'blocking' } } } } } },
    );
    expect(rulesOf(overrides, 'acme').policy).toMatchObject({ eligibility: 'blocking', drift: 'resubmit' });
  });

  it.each(['constructor', '__proto__', 'toString', ''])(
    'is nothing for a fleet that is called %j',
    (fleet) => {
      expect(rulesOf(ofFleet({}), fleet)).toEqual(rulesOf(ofFleet({}), null));
    },
  );

  it('is found by the name letter by letter, as everywhere', () => {
    const overrides = ofFleet({ policy: { eligibility: 'blocking' } });
    expect(rulesOf(overrides, 'ACME').policy.eligibility).toBe('off');
  });
});

describe('a fleet that makes no sense stops the start, and each place is named', () => {
  const problems = (overrides: unknown): string => {
    try {
      loadCatalogue(undefined, overrides as CatalogueOverrides);
    } catch (error) {
      return (error as Error).message;
    }
    return 'usable';
  };

  it.each([
    [
      'a ladder that there is not',
      { reasons: [{ id: 'privacy-mode', ladder: 'steep' }] },
      'fleets.acme.reasons[privacy-mode].ladder: there is no ladder "steep"',
    ],
    [
      'a reason that there is not',
      { reasons: [{ id: 'privacy', owner: 'driver' }] },
      'fleets.acme.reasons[privacy]: there is no reason with this id',
    ],
    [
      'a reason twice',
      { reasons: [{ id: 'privacy-mode' }, { id: 'privacy-mode' }] },
      'fleets.acme.reasons: the same id is there twice',
    ],
    [
      'another meaning of a text',
      { reasons: [{ id: 'privacy-mode', texts: ['x'] }] },
      'fleets.acme.reasons[privacy-mode]: Unrecognized key: "texts"',
    ],
    [
      'levels that go back',
      {
        policy: {
          ladders: {
            privacy: [
              { after: '2d', audience: 'owner' },
              { after: '1d', audience: 'owner' },
            ],
          },
        },
      },
      'fleets.acme.policy.ladders.privacy: each level must come later',
    ],
    [
      'a duration that is none',
      { policy: { firstData: { within: 'soon' } } },
      'fleets.acme.policy.firstData.within',
    ],
    [
      'a rhythm, which all vehicles share',
      { policy: { pollInterval: '1m' } },
      'fleets.acme.policy: Unrecognized key: "pollInterval"',
    ],
    [
      'an unreadable tag',
      { policy: { defaultTags: { [TAG]: 'a\u0007b' } } },
      'fleets.acme.policy.defaultTags',
    ],
  ])('%s', (_, acme, words) => {
    expect(problems({ fleets: { acme } })).toContain(words);
  });

  it.each([
    [' acme', 'write the name of the fleet as "acme"'],
    ['*', 'means every fleet'],
    ['', 'the name of the fleet'],
    ['a"b', 'the name of the fleet contains'],
  ])('the name %j', (name, words) => {
    expect(problems({ fleets: { [name]: {} } })).toContain(words);
  });

  it('in the part of a provider as well', () => {
    const fleets = { acme: { reasons: [{ id: 'privacy-mode', owner: 'me' }] } };
    expect(problems({ providers: { 'high-mobility': { fleets } } })).toContain(
      'providers.high-mobility.fleets.acme.reasons[privacy-mode].owner',
    );
  });
});

it('reads three hundred fleets in seconds', () => {
  const fleet = { policy: { defaultTags: { [TAG]: 'Fleet Ltd' } }, reasons: [{ id: 'privacy-mode' }] };
  const fleets = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`fleet-${index}`, fleet]));
  const seconds = spent(() =>
    expect(Object.keys(loadCatalogue(undefined, { fleets }).fleets)).toHaveLength(300),
  );
  expect(seconds).toBeLessThan(10);
  process.stdout.write(`${seconds.toFixed(1)} s of a processor for 300 fleets\n`);
});
