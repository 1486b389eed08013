import type { ProviderTraits } from '../../../src/domain/traits';
import type { EnableAnswer } from '../../../src/providers/provider';
import { Story } from './story';
import { rulesWith, TO_ENABLE } from './with-traits';

/** What the lifecycle makes of a provider's traits. It never knows which provider it is. */

/** A story at a provider with these traits. */
function begun(traits: Partial<ProviderTraits>, drift?: 'park' | 'resubmit'): Story {
  return new Story().tell({ type: 'started', rules: rulesWith('bmw', traits, drift) });
}

const pending = (traits: Partial<ProviderTraits>, drift?: 'park' | 'resubmit'): Story =>
  begun(traits, drift).accepted().reads('pending');

describe('a provider that cannot be asked for data', () => {
  it('is not asked: an approved vehicle is quiet at once', () => {
    expect(pending({ firstData: true }).reads('approved').commands).toEqual(['check-data']);
    const story = pending({ firstData: false }).reads('approved');
    expect([story.commands, story.state.deadline]).toEqual([[], null]);
  });
});

describe('a provider with a step that enables', () => {
  const STEP = { enableStep: 'to-enable' };
  const ready = (story: Story): Story => story.reads('pending', { reason: TO_ENABLE });
  const answered = (story: Story, answer: EnableAnswer): Story => story.tell({ type: 'enabled', answer });

  it('is told to enable what waits for it, and asked what has come of it', () => {
    const story = ready(pending(STEP));
    expect(story.commands).toEqual(['enable']);
    answered(story, { outcome: 'accepted' });
    expect(story.commands).toEqual(['read']);
    expect(story.reads('approved').view.status).toBe('approved');
    expect(story.state.history.map(({ note }) => note)).toContain('enabled');
  });

  it('is not told so for a vehicle that is pending for another reason, nor where the step is another provider’s', () => {
    expect(pending(STEP).reads('pending', { reason: 'in progress' }).commands).toEqual([]);
    expect(ready(pending({})).commands).toEqual([]);
  });

  it('is asked again, with a growing wait, while it is not ready', () => {
    const story = ready(answered(ready(pending(STEP)), { outcome: 'not-yet', detail: 'pending' }));
    expect(story.commands).toEqual([]);
    expect(story.passes('1m').commands).toEqual(['enable']);
    ready(answered(story, { outcome: 'not-yet', detail: 'pending' }));
    expect(story.passes('1m').commands).toEqual([]);
    expect(story.passes('1m').commands).toEqual(['enable']);
  });

  it('whose refusal is a matter for a person', () => {
    const story = answered(ready(pending(STEP)), { outcome: 'refused', detail: 'the make is not active' });
    expect(story.view).toMatchObject({ step: 'parked', owner: 'provider-support' });
    expect(story.state.parked?.why).toContain('the make is not active');
  });

  it('is not told to enable again what somebody else has disabled: that is a drift', () => {
    const story = ready(answered(ready(pending(STEP)), { outcome: 'accepted' }).reads('approved'));
    expect(story.commands).toEqual([]);
    expect(story.state.parked).toMatchObject({ kind: 'drift', why: expect.stringContaining('disabled') });
    story.tell({ type: 'retry-asked', by: 'ops' });
    expect(ready(story).commands).toEqual(['enable']);
  });

  it('is told so again where the policy wants it', () => {
    const story = pending(STEP, 'resubmit').reads('approved');
    expect(ready(story).commands).toEqual(['enable']);
  });

  it('ends a vehicle that leaves, and does not enable it', () => {
    const story = ready(pending(STEP)).defleet();
    answered(story, { outcome: 'accepted' }).reads('approved');
    expect(story.done.filter((command) => command === 'enable')).toHaveLength(1);
    expect(story.commands).toEqual(['withdraw']);
  });
});

describe('a provider that keeps no record of what has ended', () => {
  const GONE = { endsAs: 'absent' } as const;
  const accepted = { type: 'withdrawn', answer: { outcome: 'accepted', status: null } } as const;
  const leaving = (traits: Partial<ProviderTraits>): Story =>
    pending(traits).reads('approved').tell({ type: 'data-checked', answer: 'not-asked' }).defleet();

  it('has let go when it has taken the DELETE and then shows nothing', () => {
    const story = leaving(GONE).tell(accepted);
    expect([story.commands, story.state.ended]).toEqual([['read'], false]);
    expect(story.reads(null).state.ended).toBe(true);
  });

  it('has not by the same where an end leaves a record', () => {
    expect(leaving({}).tell(accepted).reads(null).state.ended).toBe(false);
  });

  it('has not by a list that shows nothing before the DELETE was taken', () => {
    expect(leaving(GONE).reads(null).state.ended).toBe(false);
  });

  it('has ended an access behind our back when nothing shows for a day: that is a drift', () => {
    const story = pending(GONE)
      .reads('approved')
      .tell({ type: 'data-checked', answer: 'not-asked' })
      .reads(null);
    expect(story.state.parked).toBeNull();
    for (let look = 0; look < 6 && !story.state.parked; look++) story.passes('6h').reads(null);
    expect(story.state.parked).toMatchObject({
      kind: 'drift',
      owner: 'fleet-manager',
      why: 'The clearance was removed at the provider, and not by us',
    });
  });
});
