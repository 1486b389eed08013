import { parseDuration } from '../../../../src/domain/duration';
import { Story } from '../story';

/**
 * The provider took the request, and no reading was told since: that is how it is for most pending vehicles, because a sweep tells
 * nothing where both say the same, and an activation that is swept looks once in thirty days.
 */
describe('a clearance that the provider has taken, and that no reading has shown yet', () => {
  it('is not over by one empty list days later', () => {
    const story = Story.begun({ brand: 'mercedes-benz' }).accepted();
    story.now += parseDuration('3d');
    story.defleet();
    expect(story.commands).toEqual(['withdraw']);
    story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    expect(story.commands).toEqual(['read']);
    // One list that is empty for no reason; of one that was read before, that is not enough.
    expect(story.reads(null).state.ended).toBe(false);
  });

  it('nor where a webhook has told that it is approved', () => {
    const story = Story.begun({ brand: 'bmw' }).accepted().hears('approved');
    expect(story.state.clearance).toMatchObject({ status: 'approved', confirmed: false });
    if (story.commands.includes('check-data')) story.tell({ type: 'data-checked', answer: 'not-asked' });
    // The look that confirms it cannot get through for days.
    story.now += parseDuration('3d');
    story.tell({ type: 'command-failed', command: 'read', message: '503', next: '', mayPass: true });
    story.defleet();
    expect(story.commands).toEqual(['withdraw']);
    story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    expect(story.reads(null).state.ended).toBe(false);
  });
});

/** What somebody else is ending is not adopted; a cancellation may be overtaken by an approval, and then it gives access. */
it.each(['revoking', 'canceling'] as const)(
  'a clearance that was there before, and was read as %s for days, is not over by one empty list',
  (status) => {
    const story = new Story({ brand: 'mercedes-benz' }).defleet();
    story.tell({ type: 'started', rules: story.rules });
    for (let look = 0; look < 3; look++) {
      expect(story.commands).toEqual(['read']);
      story.reads(status);
      for (let turn = 0; turn < 9 && !story.commands.includes('read'); turn++) story.passes('1d');
    }
    expect(story.reads(null).state.ended).toBe(false);
  },
);
