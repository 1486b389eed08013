import { loadCatalogue } from '../../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../../src/catalogue/schema';
import { type RulesOptions, rulesFor } from '../../../src/domain/rules';
import type { ActivationInput } from '../../../workflows/contract/messages';
import { Story } from './story';

const HOUR = 3_600_000;
const REFRESH = { type: 'refresh-asked', by: 'ops' } as const;
const WORDS = 'the tank cap is open';

/** What somebody writes into the catalogue of the workers. */
function nowAtHand(story: Story, overrides: CatalogueOverrides, more: Partial<RulesOptions> = {}): Story {
  const catalogue = loadCatalogue(undefined, overrides);
  story.atHand = rulesFor(catalogue, story.running.rules.brand.id, { speed: 1, ...more });
  return story;
}

const learned = (more: object = {}): CatalogueOverrides => ({
  version: 'acme-2',
  reasons: [
    {
      id: 'tank-cap',
      on: ['pending', 'rejected'],
      texts: [WORDS],
      brands: ['*'],
      class: 'hardware',
      owner: 'driver',
      action: 'Close the tank cap, then confirm.',
      retry: { kind: 'after', delay: '2h', backoff: 1, maximum: '2h', attempts: 3 },
      ladder: 'privacy',
      ...more,
    },
  ],
});

const pending = (input?: Partial<ActivationInput>): Story =>
  Story.pending(input).reads('pending', { reason: WORDS });
const rejected = (): Story => Story.pending().reads('rejected', { reason: WORDS });
/** Days pass in which each look finds the same. */
function waits(story: Story, days: number): Story {
  for (const end = story.now + days * 24 * HOUR; story.now < end; ) {
    story.passes('6h');
    if (story.commands.includes('read')) story.reads('pending', { reason: WORDS });
  }
  return story;
}
const notes = ({ state }: Story): (string | null)[] => state.history.map(({ note }) => note);

describe('a reason that is learned while a vehicle waits', () => {
  it('is understood after a refresh: whose turn it is, by its own ladder from the beginning', () => {
    const story = waits(pending(), 2);
    expect(story.told).toContain('operations 2');
    nowAtHand(story, learned()).tell(REFRESH);
    expect(story.view).toMatchObject({ owner: 'driver', reasonKey: 'tank-cap', escalationLevel: 1 });
    expect(story.told.at(-1)).toBe('owner 1');
    expect(story.view.reasonSince).toBe(new Date(story.now).toISOString());
  });

  it('has a rejected vehicle that was parked submitted again by itself', () => {
    const story = rejected();
    expect(story.view).toMatchObject({ step: 'parked', owner: 'fleet-manager' });
    nowAtHand(story, learned()).tell(REFRESH);
    expect(story.view).toMatchObject({ step: 'waiting', owner: 'driver' });
    expect(story.passes('6h').commands).toEqual(['submit']);
  });

  it('parks it anew where somebody else has to act', () => {
    const story = rejected().passes('1h');
    nowAtHand(story, learned({ retry: { kind: 'owner' } })).tell(REFRESH);
    expect(story.view).toMatchObject({ step: 'parked', owner: 'driver' });
    expect(story.state.parked?.since).toBe(story.now);
  });

  it('ends a vehicle whose rejection is known to be the last word, with its proof', () => {
    const story = rejected().passes('1h');
    nowAtHand(story, learned({ retry: { kind: 'never' } })).tell(REFRESH);
    expect(story.state.ended || story.commands.includes('read')).toBe(true);
  });

  it.each(['retry-asked', 'resume-asked'] as const)('is understood by a life that hears %s', (type) => {
    const story = nowAtHand(rejected(), learned()).tell({ type, by: 'ops' });
    expect(story.view.catalogueVersion).toContain('+acme-2');
  });

  it('is understood by a fresh run', () => {
    const story = nowAtHand(pending(), learned()).tell({ type: 'fresh-run-begun' });
    expect(story.view.reasonKey).toBe('tank-cap');
  });
});

describe('what the new rules say as the old ones did', () => {
  it('goes on: the escalation, the silence, what is parked and since when', () => {
    const story = rejected().passes('1d');
    story.tell({ type: 'acknowledged', by: 'ops', until: story.now + 72 * HOUR }).passes('1h');
    const { parked, topics, reasonSince, resubmissions } = story.state;
    const before = story.told.length;
    nowAtHand(story, { version: 'acme-2', policy: { drift: 'resubmit' } }).tell(REFRESH);
    expect(story.state).toMatchObject({ parked, topics, reasonSince, resubmissions });
    expect(story.told).toHaveLength(before);
    expect(story.view.catalogueVersion).toContain('+acme-2');
  });

  it('leaves no trace where nothing at all has changed, but that somebody asked', () => {
    const story = pending().passes('1h');
    const { rules, listedAt, history } = story.state;
    story.tell(REFRESH);
    expect(story.state).toMatchObject({ rulesDue: false, listedAt });
    expect(story.state.rules).toBe(rules);
    expect(notes(story).slice(history.length)).toEqual(['asked to read the rules anew (ops)']);
  });

  it('tells nobody again for a ladder with fewer levels, and goes on with its last one', () => {
    const story = waits(pending(), 2);
    const ladder = [{ after: '0s', audience: 'operations' as const, every: '4d' }];
    nowAtHand(story, { policy: { ladders: { unknown: ladder } } });
    const before = story.told.length;
    expect(story.tell(REFRESH).told).toHaveLength(before);
    expect(waits(story, 4).told.length).toBeGreaterThan(before);
  });
});

describe('the rules that come anew', () => {
  it('are shown with the catalogue and since when', () => {
    const story = pending();
    const version = story.rules.catalogueVersion;
    expect(story.view).toMatchObject({
      catalogueVersion: version,
      rulesSince: new Date(story.now).toISOString(),
    });
    story.passes('1h');
    nowAtHand(story, { version: 'acme-2' }).tell(REFRESH);
    expect(story.view).toMatchObject({
      catalogueVersion: `${version}+acme-2`,
      rulesSince: new Date(story.now).toISOString(),
    });
    expect(notes(story)).toContain(`governed by the catalogue ${version}+acme-2, no longer by ${version}`);
  });

  it('leave what a person has amended of the policy, and what was asked for at the start', () => {
    const story = pending({ checkEligibility: 'advisory' });
    const policy = { pollInterval: 2 * HOUR, drift: 'resubmit' } as const;
    story.tell({ type: 'amended', by: 'ops', brand: null, tags: {}, policy });
    nowAtHand(story, { policy: { pollInterval: '3h', patience: '1d', eligibility: 'blocking' } });
    story.tell(REFRESH);
    expect(story.running.rules.policy).toMatchObject({
      ...policy,
      eligibility: 'advisory',
      patience: 24 * HOUR,
    });
  });

  it('leave a policy that was amended together with a brand', () => {
    const story = Story.pending().reads('rejected', { reason: 'The brand is invalid' });
    const policy = { drift: 'resubmit' } as const;
    story.tell({ type: 'amended', by: 'ops', brand: 'mini', tags: {}, policy });
    const rules = rulesFor(loadCatalogue(), 'mini', { speed: 1 });
    for (let turn = 0; turn < 3 && !story.commands.includes('read-rules'); turn++) story.passes('1h');
    story.tell({ type: 'rules-read', rules });
    expect(story.running.rules).toMatchObject({ brand: { id: 'mini' }, policy });
  });

  it('look sooner where the rhythm is shorter, and no later where it is longer', () => {
    const swept = { sweepInterval: HOUR };
    const story = Story.pending();
    nowAtHand(story, {}, swept).tell(REFRESH);
    const { nextPollAt } = story.state;
    expect(story.running.rules.policy.pollInterval).toBeGreaterThan(24 * HOUR);
    expect(nextPollAt).toBe(story.now + 6 * HOUR);
    // Sweeps are switched off.
    story.state = { ...story.running, nextPollAt: story.now + 30 * 24 * HOUR };
    nowAtHand(story, {}).tell(REFRESH);
    expect(story.state.nextPollAt).toBe(story.now + 6 * HOUR);
  });

  it('bring their own default tags, and leave those of the row and of a person', () => {
    const withDefault = (name: string): CatalogueOverrides => ({
      policy: { defaultTags: { 'vw-group-customer-name': name } },
    });
    const story = Story.pending({ brand: 'audi', tags: { note: 'x' } }, withDefault('ACME'));
    expect(story.view.tags).toEqual({ note: 'x', 'vw-group-customer-name': 'ACME' });
    nowAtHand(story, withDefault('ACME Leasing')).tell(REFRESH);
    expect(story.view.tags).toEqual({ note: 'x', 'vw-group-customer-name': 'ACME Leasing' });
    const tags = { 'vw-group-customer-name': 'Own Ltd' };
    story.tell({ type: 'amended', by: 'ops', brand: null, tags, policy: {} });
    nowAtHand(story, withDefault('ACME')).tell(REFRESH);
    expect(story.view.tags).toEqual({ note: 'x', ...tags });
    const own = Story.pending({ brand: 'audi', tags }, withDefault('ACME'));
    expect(nowAtHand(own, withDefault('Other')).tell(REFRESH).view.tags).toEqual(tags);
  });

  it('have a vehicle that drifted away submitted again where that is the policy now', () => {
    const story = Story.approved().reads('revoked');
    expect(story.view.step).toBe('parked');
    nowAtHand(story, { policy: { drift: 'resubmit' } }).tell(REFRESH);
    expect(story.commands).toEqual(['submit']);
  });

  it('do not touch what it is parked for beside the plan', () => {
    const story = Story.pending().tell({
      type: 'command-failed',
      command: 'read',
      message: '401',
      next: 'Correct the secret, then resume.',
    });
    const { parked } = story.state;
    nowAtHand(story, { version: 'acme-2', policy: { drift: 'resubmit' } }).tell(REFRESH);
    expect(story.state.parked).toEqual(parked);
  });

  it('that cannot be read leave the old ones in force, and nobody waits for a person', () => {
    const story = pending().passes('1h');
    const { rules } = story.running;
    story.state = { ...story.running, rulesDue: true, inFlight: 'read-rules' };
    story.tell({ type: 'command-failed', command: 'read-rules', message: 'BRAND_UNKNOWN', next: 'Add it.' });
    expect(story.state).toMatchObject({ parked: null, rulesDue: false });
    expect(story.state.rules).toBe(rules);
    expect(notes(story)).toContain('Could not read-rules: BRAND_UNKNOWN');
  });

  it('are read when what is under way has come back, and before anything else is done', () => {
    const story = Story.begun();
    expect(story.commands).toEqual(['submit']);
    expect(story.tell(REFRESH).commands).toEqual([]);
    nowAtHand(story, { version: 'acme-2' }).accepted();
    expect(story.view.catalogueVersion).toContain('+acme-2');
  });

  it('are read for a vehicle that leaves as well, which goes on leaving', () => {
    const story = Story.approved().defleet();
    story.tell(REFRESH);
    story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
    expect(nowAtHand(story, { version: 'acme-2' }).tell(REFRESH).view).toMatchObject({ step: 'withdrawing' });
    expect(story.view.catalogueVersion).toContain('+acme-2');
  });
});
