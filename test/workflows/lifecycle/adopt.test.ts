import type { Observation } from '../../../workflows/lifecycle/state';
import { shownOf } from '../../../workflows/lifecycle/view';
import { Story } from './story';

const adopting = (): Story => Story.begun({ adopt: true });
const WORDS = 'nothing is open at the provider to take over, and nothing was submitted';

describe('an activation that takes over what is there', () => {
  test.each(['pending', 'approved', 'unknown'] as const)(
    'reads first, and is one like any other where it is %s',
    (status) => {
      const story = adopting();
      expect(story.commands).toEqual(['read']);
      // Nothing is submitted, and no list says so.
      expect([story.view.step, shownOf(story.state).step]).toEqual(['waiting', 'waiting']);
      story.reads(status);
      expect(story.view).toMatchObject({ status });
      expect(story.state).toMatchObject({ ended: false, isAdopting: false });
      expect(story.state.ownClearance).not.toBeNull();
      expect(story.done).not.toContain('submit');
    },
  );

  test.each([null, 'revoked', 'canceled', 'rejected', 'error'] as const)(
    'ends and says why, without a submission, where the record is %s',
    (status: Observation['status'] | null) => {
      const story = adopting().reads(status);
      expect(story.state.ended).toBe(true);
      expect(story.done).toEqual(['read']);
      expect(story.view.history.at(-1)).toMatchObject({ source: 'activation', note: WORDS });
    },
  );

  test('waits for the end of a withdrawal that is under way, and then ends', () => {
    const story = adopting().reads('revoking');
    expect(story.state.ended).toBe(false);
    story.passes('30d').reads('revoked');
    expect(story.state.ended).toBe(true);
    expect(story.done).not.toContain('submit');
  });

  test('believes no single empty list against a sweep that showed it open', () => {
    const story = new Story({ adopt: true });
    const clearance = { status: 'approved', reason: null, changedAt: null, createdAt: null } as const;
    story.tell({ type: 'observed', source: 'sweep', clearance, begun: story.now - 1 });
    story.tell({ type: 'started', rules: story.rules }).reads(null);
    expect(story.state.ended).toBe(false);
    for (let looks = 0; looks < 100 && !story.state.ended; looks += 1) story.passes('30d').reads(null);
    expect(story.state.ended).toBe(true);
    expect(story.done.filter((command) => command !== 'read')).toEqual([]);
  });

  test.each([
    [
      'a wish to leave that is taken back',
      (story: Story) => story.defleet().tell({ type: 'stay-asked', by: null }),
    ],
    ['a retry', (story: Story) => story.tell({ type: 'retry-asked', by: null })],
    [
      'a read that fails, and a resume',
      (story: Story) =>
        story
          .tell({ type: 'command-failed', command: 'read', message: 'No.', next: 'Wait.' })
          .tell({ type: 'resume-asked', by: null }),
    ],
  ])('submits nothing after %s', (_what, happens) => {
    const story = happens(adopting()).reads(null);
    if (!story.state.ended) story.reads(null);
    expect(story.state.ended).toBe(true);
    expect(story.done).not.toContain('submit');
  });

  test('has sent nothing where its worker was lost at its beginning', () => {
    const story = new Story({ adopt: true });
    const trace = { startedAt: story.now, maySent: true, seen: null, sentAt: story.now } as const;
    story.tell({ type: 'started', rules: story.rules, trace }).reads(null);
    expect(story.state).toMatchObject({ ended: true, sent: null });
  });

  test('is asked for again by a retry once it has been taken over, and has ended then', () => {
    const story = adopting().reads('approved').reads('revoked');
    story.tell({ type: 'retry-asked', by: null }).reads('revoked');
    expect(story.state.ended).toBe(false);
    expect(story.done).toContain('submit');
  });
});

test('an activation that is not told to take over submits at once', () => {
  expect(Story.begun().commands).toEqual(['submit']);
  expect(Story.begun({ adopt: false }).commands).toEqual(['submit']);
});
