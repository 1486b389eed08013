import type { VinError } from '../../src/base/errors';
import { builtIn, loadCatalogue } from '../../src/catalogue/catalogue';
import { type CatalogueFile, catalogueSchema } from '../../src/catalogue/schema';
import { highMobility } from '../../src/providers/high-mobility/profile';
import { failure, fileWith } from '../domain/support';

function complaint(content: unknown): VinError {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return failure(() => loadCatalogue(fileWith(text)));
}

describe('a catalogue file that is not usable', () => {
  const reason = { on: ['rejected'], texts: ['x'], brands: ['*'], class: 'timeout', owner: 'nobody' };
  const whole = { ...reason, action: 'Wait.', retry: { kind: 'never' }, ladder: 'final' };

  it.each<[string, unknown, string]>([
    [
      'a bad duration',
      { policy: { pollInterval: '2 days' } },
      'policy.pollInterval: "2 days" is not a duration',
    ],
    ['a bare number', { policy: { pollInterval: 5 } }, 'policy.pollInterval: '],
    [
      'a wait of nothing',
      { policy: { pollInterval: '0s' } },
      'policy.pollInterval: must be longer than nothing',
    ],
    ['an unknown policy', { policy: { polInterval: '1h' } }, 'policy: Unrecognized key: "polInterval"'],
    [
      'an unknown setting',
      { brands: { audi: { canCancel: true } } },
      'brands.audi: Unrecognized key: "canCancel"',
    ],
    ['an unknown part', { brand: {} }, 'the whole file: Unrecognized key: "brand"'],
    ['a list', [], 'the whole file: '],
    ['a number', 7, 'the whole file: '],
    ['nothing', 'null', 'the whole file: '],
    ['a new brand without a name', { brands: { ram: { group: 'ram' } } }, 'brands.ram.name: '],
    ['a brand in capitals', { brands: { RAM: { name: 'Ram', group: 'ram' } } }, 'brands.RAM: '],
    [
      'an alias of two brands',
      { brands: { audi: { aliases: ['V.W.'] } } },
      'brands.volkswagen: "VW" is also a spelling of audi',
    ],
    [
      'an alias of nothing',
      { brands: { audi: { aliases: ['!'] } } },
      'brands.audi: "!" has neither a letter',
    ],
    ['a group that is not there', { groups: { vag: {} } }, 'groups.vag: no brand has this group'],
    ['an unknown owner', { reasons: [{ id: 'x', owner: 'me' }] }, 'reasons[x].owner: '],
    ['a new reason that says too little', { reasons: [{ id: 'x', ...reason }] }, 'reasons[x].action: '],
    ['a reason without an id', { reasons: [{ owner: 'driver' }] }, 'reasons.0.id: '],
    ['a reason twice', { reasons: [{ id: 'x' }, { id: 'x' }] }, 'reasons: the same id is there twice'],
    [
      'an unknown ladder',
      { reasons: [{ id: 'x', ...whole, ladder: 'up' }] },
      'reasons[x].ladder: there is no ladder "up"',
    ],
    [
      'an unknown brand',
      { reasons: [{ id: 'x', ...whole, brands: ['vag'] }] },
      'reasons[x].brands: "vag" is neither',
    ],
    [
      'two reasons for one text',
      { reasons: [{ id: 'x', ...whole, texts: ['Ineligible vin!'] }] },
      'reasons[x].texts: "ineligible" has the same text for *',
    ],
    ['an unknown retry rule', { reasons: [{ id: 'x', retry: { kind: 'soon' } }] }, 'reasons[x].retry.kind: '],
    ['a ladder without levels', { policy: { ladders: { final: [] } } }, 'policy.ladders.final: '],
    [
      'a ladder that goes down',
      {
        policy: {
          ladders: {
            final: [
              { after: '2d', audience: 'owner' },
              { after: '1d', audience: 'operations' },
            ],
          },
        },
      },
      'policy.ladders.final: each level must come later',
    ],
    [
      'no ladder for the unknown',
      { unknownReason: { ladder: 'up' } },
      'unknownReason.ladder: there is no ladder "up"',
    ],
    [
      'a provider that there is not',
      { providers: { nobody: {} } },
      'providers.nobody: there is no such provider; known are high-mobility',
    ],
    [
      'what is wrong in the part of a provider',
      { providers: { 'high-mobility': { policy: { pollInterval: 'often' } } } },
      'providers.high-mobility.policy.pollInterval: ',
    ],
    ['traits, which come with the provider', { traits: {} }, 'the whole file: Unrecognized key'],
    ['no JSON', '{"policy": ', 'is not JSON: '],
    ['an empty file', '', 'is not JSON: '],
  ])('is refused for %s, naming the file, the place and the remedy', (_, content, place) => {
    const error = complaint(content);
    expect(error.code).toBe('CATALOGUE_INVALID');
    expect(error.message).toContain('acme.json is not usable:');
    expect(error.message).toContain(`\n  - ${place}`);
    expect(error.next).toMatch(/docs\/catalogue\.md/);
  });

  it('is refused when it is not there', () => {
    const error = failure(() => loadCatalogue('nowhere.json'));
    expect(error).toMatchObject({
      code: 'CATALOGUE_INVALID',
      next: expect.stringContaining('VIN_CATALOGUE'),
    });
    expect(error.message).toMatch(/nowhere\.json is not usable:\n {2}- is not there/);
  });

  it('is refused with every complaint at once', () => {
    const { message } = complaint({
      policy: { pollInterval: 'x', lostAfter: 'y' },
      brands: { audi: { group: '!' } },
    });
    expect(message.match(/\n {2}- /g)).toHaveLength(3);
  });

  it('cannot reach into the prototype of anything', () => {
    const hostile =
      '{"brands":{"__proto__":{"canCancelPending":true}},"policy":{"__proto__":{"lostAfter":"1s"}}}';
    failure(() => loadCatalogue(fileWith(hostile)));
    expect(({} as { canCancelPending?: boolean }).canCancelPending).toBeUndefined();
  });
});

it.each([
  [true, ['default', 'support', 'waiting', 'consent', 'driving']],
  [false, ['default', 'support', 'waiting']],
])(
  'the catalogue of a provider has the ladders that the rules themselves name (first data: %s)',
  (firstData, names) => {
    const { traits, catalogue } = highMobility;
    const problems = (ladders: CatalogueFile['policy']['ladders']): string[] => {
      const policy = { ...catalogue.policy, ladders };
      const made = builtIn({ traits: { ...traits, firstData }, catalogue: { ...catalogue, policy } });
      const { error } = catalogueSchema.safeParse(made);
      return (error?.issues ?? []).filter(({ path }) => path[1] === 'ladders').map(({ message }) => message);
    };
    const { ladders } = catalogue.policy;
    expect(problems(ladders)).toEqual([]);
    for (const name of names) {
      const others = Object.fromEntries(Object.entries(ladders).filter(([one]) => one !== name));
      expect(problems(others)).toEqual([expect.stringContaining(`there is no ladder "${name}"`)]);
    }
  },
);
