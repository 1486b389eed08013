import { listedStep, noted, reasonKeyOf } from '../../../workflows/lifecycle/listed';
import { change } from '../../../workflows/lifecycle/state';
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

describe('the step that lists show', () => {
  const NO_DATA = { policy: { firstData: { ask: false } } } as const;
  const accepted = { type: 'withdrawn', answer: { outcome: 'accepted', status: null } } as const;

  test.each<[string, string, () => Story]>([
    ['submitting', 'before anything is known', () => Story.begun()],
    ['waiting', 'while it is pending', () => Story.pending()],
    ['waiting', 'while the provider has lost it', () => Story.pending().reads(null)],
    ['first-data', 'while no data has come', () => Story.pending().hears('approved')],
    ['quiet', 'where nobody asks for data', () => Story.pending({}, NO_DATA).hears('approved')],
    ['quiet', 'where it cannot be asked for', () => Story.approved()],
    ['parked', 'while a person has to act', () => Story.pending().reads('rejected', { reason: 'new to us' })],
    [
      'withdrawing',
      'while a brand that cannot cancel decides',
      () => Story.pending({ brand: 'bmw' }).defleet(),
    ],
    ['withdrawing', 'once the DELETE has come back', () => Story.approved().defleet().tell(accepted)],
  ])('is %s %s', (step, _when, story) => {
    expect(listedStep(story().state)).toBe(step);
  });

  test('is quiet once data flows, and only then', () => {
    const story = Story.pending().hears('approved').tell({ type: 'data-checked', answer: 'not-yet' });
    expect(listedStep(story.state)).toBe('first-data');
    expect(listedStep(story.tell({ type: 'data-checked', answer: 'flowing' }).state)).toBe('quiet');
  });

  test('is that of leaving at once, and stays while it is submitted again', () => {
    const leaving = Story.approved().defleet();
    expect([leaving.commands, listedStep(leaving.state)]).toEqual([['withdraw'], 'withdrawing']);
    const again = Story.pending()
      .reads('rejected', { reason: 'new to us' })
      .tell({ type: 'retry-asked', by: null });
    expect([again.commands, listedStep(again.state)]).toEqual([['submit'], 'waiting']);
  });
});

describe('a change that lists show', () => {
  const { running: state } = Story.pending();
  const at = START + 7;
  const vehicle = { ...state.vehicle, brand: 'mini' };
  const parked = Story.pending().reads('rejected', { reason: 'new to us' }).state.parked;

  test.each([
    ['another brand', { vehicle }],
    ['the end', { ended: true }],
    ['that a person has to act', { parked }],
  ])('is %s', (_what, changes) => {
    expect(noted(state, change(state, changes), at).listedAt).toBe(at);
  });

  test.each([
    ['a command under way', { inFlight: 'read', inFlightSince: at }],
    ['the next look', { nextPollAt: at }],
    ['who was told', { noticeCount: 3 }],
  ] as const)('is not %s', (_what, changes) => {
    const after = change(state, changes);
    expect(noted(state, after, at)).toBe(after);
  });
});

describe('the key of a reason', () => {
  const keyOf = (status: 'pending' | 'rejected' | 'error' | 'approved', reason: string | null) => {
    const { state } = Story.pending({ brand: 'audi' });
    return reasonKeyOf(change(state, { clearance: { ...state.clearance, status, reason } }));
  };

  test('is there for a rejection or a refusal without words too', () => {
    expect([keyOf('rejected', null), keyOf('error', null)]).toEqual(['unknown', 'unknown']);
    expect([keyOf('pending', null), keyOf('approved', null)]).toEqual([null, null]);
  });

  test('is of the status that the words are said of', () => {
    expect(keyOf('pending', 'privacy mode is enabled')).toBe('privacy-mode');
    expect(keyOf('approved', 'privacy mode is enabled')).toBe('unknown');
  });
});
