import { START, Story } from './story';

const DAY = 86_400_000;
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
const PRIVACY = { reason: 'privacy mode is enabled' } as const;

function later(story: Story, milliseconds = 1_000): Story {
  story.now += milliseconds;
  return story;
}

describe('the last change that lists show', () => {
  test.each<[string, (story: Story) => Story]>([
    ['a new status', (story) => story.hears('approved')],
    ['a new reason', (story) => story.reads('pending', PRIVACY)],
    ['the wish to leave', (story) => story.defleet()],
  ])('is %s', (_what, happens) => {
    const story = later(Story.pending());
    expect(happens(story).view.changedAt).toBe(iso(story.now));
  });

  test('is a command that failed, and that it goes on', () => {
    const story = later(Story.pending());
    story.tell({ type: 'command-failed', command: 'read', message: '500', next: 'Look.', mayPass: true });
    expect(story.view).toMatchObject({ inTrouble: true, changedAt: iso(story.now) });
    later(story).tell({ type: 'resume-asked', by: null });
    expect(story.view).toMatchObject({ inTrouble: false, changedAt: iso(story.now) });
  });

  test('is no look that says the same, and no reminder', () => {
    const story = Story.pending().reads('pending', PRIVACY);
    const { changedAt } = story.view;
    for (let days = 1; days <= 20; days++) later(story, DAY).reads('pending', PRIVACY);
    story.tell({ type: 'acknowledged', by: 'ops', until: story.now + DAY });
    expect(story.view).toMatchObject({ changedAt, reasonSince: changedAt });
  });
});

describe('the reason', () => {
  test('is since it came, whatever the looks say of it', () => {
    const story = later(Story.pending({ brand: 'audi' })).reads('pending', PRIVACY);
    const since = iso(story.now);
    later(story).reads('pending', { reason: 'Privacy mode is ENABLED.' });
    expect(story.view).toMatchObject({ reasonKey: 'privacy-mode', reasonSince: since });
    later(story).reads('pending', { reason: 'no data received' });
    expect(story.view).toMatchObject({ reasonKey: 'no-data', reasonSince: iso(story.now) });
    later(story).hears('approved');
    expect(story.view).toMatchObject({ reasonKey: null, reasonSince: null });
  });

  test('that the catalogue does not know is another one where the words are others', () => {
    const story = later(Story.pending()).reads('pending', { reason: 'words of one kind' });
    later(story).reads('pending', { reason: 'words of another' });
    expect(story.view).toMatchObject({ reasonKey: 'unknown', reasonSince: iso(story.now) });
  });
});

describe('the approval', () => {
  test('is since then, also when it is over', () => {
    const story = later(Story.pending()).hears('approved');
    const approvedAt = iso(story.now);
    expect(story.view).toMatchObject({ approvedAt, since: approvedAt });
    expect(later(story).reads('revoked').view).toMatchObject({ status: 'revoked', approvedAt });
  });

  test('is none before', () => {
    expect(Story.pending().view.approvedAt).toBeNull();
  });
});

describe('the deadline', () => {
  const giveUp = { policy: { giveUp: { after: '30d', by: 'withdraw' } } } as const;

  test('is the day on which the policy gives up a pending clearance', () => {
    const story = Story.pending({}, giveUp);
    expect(story.view.deadlineAt).toBe(iso(START + 30 * DAY));
    expect(story.hears('approved').view.deadlineAt).toBeNull();
  });

  test('is none where the policy waits for ever, and none for what leaves', () => {
    expect(Story.pending().view.deadlineAt).toBeNull();
    expect(Story.pending({}, giveUp).defleet().view.deadlineAt).toBeNull();
  });
});

describe('trouble', () => {
  test('is a command that cannot be carried out, and no other wait for a person', () => {
    const rejected = Story.pending().reads('rejected', { reason: 'new to us' });
    expect(rejected.view).toMatchObject({ step: 'parked', inTrouble: false });
    const refused = Story.approved()
      .defleet()
      .tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'no' } });
    expect(refused.view).toMatchObject({ step: 'parked', inTrouble: true });
  });
});

describe('whose turn it is', () => {
  test('is nobody after a rejection for good', () => {
    const story = Story.pending().reads('rejected', { reason: 'ineligible VIN' });
    expect(story.state.ended).toBe(true);
    expect(story.view).toMatchObject({ owner: null, action: null, reasonKey: 'ineligible' });
  });
});
