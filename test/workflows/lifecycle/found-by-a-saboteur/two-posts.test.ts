import { parseDuration } from '../../../../src/domain/duration';
import { Story } from '../story';

/** The reply to the first POST was lost and its row is not shown yet; the second was taken. */
describe('where two POSTs of ours may have arrived', () => {
  it.each([
    ['revoked', 'approved'],
    ['canceled', 'pending'],
  ] as const)(
    'the end of the one (%s) is no proof for the other, also where it was seen %s',
    (ended, open) => {
      const story = Story.begun({ brand: 'mercedes-benz' });
      story.tell({
        type: 'submitted',
        result: { outcome: 'accepted', status: 'pending', earlierChange: null, maySent: true },
      });
      expect(story.state.sent).toMatchObject({ isDouble: true });
      const requested = story.now;
      story.now += parseDuration('10m');
      const changedAt = story.now;
      story.tell({
        type: 'observed',
        source: 'sweep',
        begun: story.now,
        clearance: { status: open, reason: null, changedAt, createdAt: changedAt },
      });
      if (story.commands.includes('check-data')) story.tell({ type: 'data-checked', answer: 'not-asked' });
      story.defleet();
      story.now += parseDuration('10m');
      story.tell({
        type: 'observed',
        source: 'sweep',
        begun: story.now,
        clearance: { status: ended, reason: null, changedAt: story.now, createdAt: changedAt },
      });
      if (story.state.inFlight === 'withdraw') {
        story.tell({ type: 'withdrawn', answer: { outcome: 'already-removed', detail: '' } });
        if (story.commands.includes('read'))
          story.reads(ended, { changedAt: story.now, createdAt: changedAt });
      }
      expect(story.now - requested).toBeLessThan(parseDuration('1d'));
      expect(story.state.ended).toBe(false);
    },
  );
});
