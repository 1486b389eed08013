import type { Claim } from '../../../workflows/lifecycle/events';
import { claimed } from '../../../workflows/lifecycle/read-message';
import { START, Story } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const hears = (story: Story, status: Claim['status'], more: Partial<Claim> = {}): Story =>
  story.hears(status, more as never);

describe('a webhook', () => {
  it('of half a year ago is only a doubt: it is read, and not believed', () => {
    const story = hears(Story.pending(), 'approved', { providerTime: START - 180 * DAY });
    expect(story.view).toMatchObject({ status: 'pending', settled: false });
    expect(story.commands).toEqual(['read']);
  });

  it('from before the record of an earlier life is only a doubt', () => {
    const earlierChange = START - HOUR;
    const story = Story.begun().tell({
      type: 'submitted',
      result: { outcome: 'accepted', status: 'pending', earlierChange },
    });
    hears(story, 'approved', { providerTime: earlierChange });
    expect(story.view.status).toBe('pending');
    expect(story.commands).toEqual(['read']);
  });

  it('of a clock that is hours behind ours is believed', () => {
    expect(hears(Story.pending(), 'approved', { providerTime: START - 5 * HOUR }).view.status).toBe(
      'approved',
    );
  });

  it('of an approval is taken at its word, and settled only when one look has confirmed it', () => {
    const story = hears(Story.pending({}, { policy: { firstData: { ask: false } } }), 'approved');
    expect(story.view).toMatchObject({ status: 'approved', settled: false });
    expect(story.commands).toEqual(['read']);
    expect(story.reads('approved').view).toMatchObject({ step: 'quiet', settled: true });
    const refuted = hears(Story.pending({}, { policy: { firstData: { ask: false } } }), 'approved');
    expect(refuted.reads('pending').view).toMatchObject({ status: 'pending', settled: false });
  });

  it('of another status and an older time than we know is a doubt', () => {
    const story = Story.pending().reads('pending', { changedAt: START });
    hears(story, 'approved', { providerTime: START - 1 });
    expect(story.view.status).toBe('pending');
    expect(story.commands).toEqual(['read']);
  });

  it('of the same status and an older time says nothing', () => {
    const story = Story.pending().reads('pending', { changedAt: START, reason: 'new' });
    hears(story, 'pending', { providerTime: START - 1, reason: 'old' });
    expect(story.view.reason).toBe('new');
    expect(story.commands).toEqual([]);
  });

  it('sent again and again for a vehicle that has not changed does not have it read in a hurry', () => {
    const story = Story.approved();
    const before = story.done.length;
    for (let copy = 0; copy < 200; copy++) {
      hears(story, 'pending', { deliveryId: `copy-${copy}`, providerTime: START - 100 * DAY });
      if (story.commands.includes('read')) story.reads('approved');
      story.now += 60_000;
    }
    expect(story.done.length - before).toBeLessThan(12);
  });

  it('whose words are no words, and whose time is no time with a zone, is taken without them', () => {
    const odd = { status: 'approved', reason: 7, deliveryId: {}, providerTime: '2026-01-01 10:00' } as never;
    expect(claimed(odd, START)).toEqual({
      type: 'claimed',
      at: START,
      status: 'approved',
      reason: null,
      deliveryId: null,
      providerTime: null,
    });
    expect(claimed(null as never, START)).toMatchObject({ status: 'unknown' });
  });
});

describe('a clearance that becomes known while its submission is under way', () => {
  it.each(['pending', 'approved'] as const)('(%s in a sweep) stops the submission', (status) => {
    const story = Story.begun();
    const clearance = { status, reason: null, changedAt: START, createdAt: START };
    story.tell({ type: 'observed', source: 'sweep', clearance });
    expect(story.commands).toEqual(['stop-submitting']);
    story.tell({ type: 'submission-stopped' });
    expect(story.commands).toEqual(['read']);
    expect(story.reads(status).done.filter((command) => command === 'submit')).toHaveLength(1);
  });

  it('and that has ended since is not submitted a second time', () => {
    const story = Story.begun();
    hears(story, 'rejected', { reason: 'ineligible VIN', providerTime: START + 1_000 });
    expect(story.commands).toEqual(['stop-submitting']);
    story.tell({ type: 'submission-stopped' });
    expect(story.commands).toEqual(['read']);
  });
});
