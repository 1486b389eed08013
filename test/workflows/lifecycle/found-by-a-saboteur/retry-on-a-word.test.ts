import { Story } from '../story';

/** What only a webhook says may be a word of an earlier life, sent again: it ends nothing, and so it must not be forgotten on it. */
it.each(['rejected', 'canceled'] as const)(
  'a clearance of which a webhook says %s, which is not so, is not forgotten when somebody asks to try again',
  (word) => {
    const story = Story.pending({ brand: 'mercedes-benz' }).reads('pending').hears(word);
    expect(story.state.clearance).toMatchObject({ status: word, confirmed: false });
    story.tell({ type: 'retry-asked', by: 'ops' });
    // The vehicle leaves while it is on its way: nothing was sent.
    story.defleet();
    if (story.state.stopping)
      story.tell({
        type: 'submission-stopped',
        trace: { startedAt: story.state.startedAt, maySent: false, seen: null },
      });
    expect(story.commands).toEqual(['read']);
    // One list that is empty for no reason is no proof for a clearance that was seen.
    expect(story.reads(null).state.ended).toBe(false);
  },
);
