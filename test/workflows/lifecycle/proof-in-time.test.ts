import { parseDuration } from '../../../src/domain/duration';
import { Story } from './story';

/** A final rejection ends an activation, once a reading has shown that nothing is open: soon, not with the next rare look. */
describe('the proof that a rejected vehicle needs for its end', () => {
  it('is read again where an older word of the list, told in the meantime, still showed it open', () => {
    const story = Story.pending().hears('rejected', { reason: 'ineligible VIN' });
    story.passes('1h');
    expect(story.commands).toEqual(['read']);
    story.now += 1_000;
    // Begun after the read was asked for, and answered from a copy that lags.
    const clearance = { status: 'pending', reason: null, changedAt: story.now - 9, createdAt: null } as const;
    story.tell({ type: 'observed', source: 'sweep', clearance, begun: story.now });
    story.now += 1_000;
    story.reads('rejected', { reason: 'ineligible VIN', changedAt: story.now });
    const told = story.now;
    for (let look = 0; look < 3 && !story.state.ended; look += 1) {
      if (!story.state.inFlight) story.passes('30d');
      story.reads('rejected', { reason: 'ineligible VIN', changedAt: told });
    }
    expect(story.state.ended).toBe(true);
    expect(story.now - told).toBeLessThan(parseDuration('1h'));
  });
});
