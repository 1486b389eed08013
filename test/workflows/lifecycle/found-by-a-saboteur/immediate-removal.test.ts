import { parseDuration } from '../../../../src/domain/duration';
import { pendingAt } from './support';

const TAKEN = { type: 'withdrawn', answer: { outcome: 'accepted', status: null } } as const;
const IN_TRANSITION = { type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } } as const;

/** A provider that keeps no record of what has ended: there a DELETE that it took says that an absence is the end. */
describe('at a provider whose records go away at once, a DELETE that was taken', () => {
  it('and that a later reading has refuted is no proof with one empty list', () => {
    const story = pendingAt({ endsAs: 'absent' }).reads('approved').defleet();
    expect(story.commands).toEqual(['withdraw']);
    // A 204, and nothing has happened: an hour later, when no list lags any more, the record is there and open.
    story.tell(TAKEN);
    expect(story.commands).toEqual(['read']);
    story.now += parseDuration('1h');
    story.reads('approved', { changedAt: story.now });
    expect(story.commands).toEqual(['withdraw']);
    story.tell(IN_TRANSITION);
    expect(story.commands).toEqual(['read']);
    // One list that is empty for no reason.
    expect(story.reads(null).state.ended).toBe(false);
  });

  it('is no proof days later either, where the vehicle was switched on again behind our back', () => {
    const story = pendingAt({ endsAs: 'absent' }).reads('approved').defleet().tell(TAKEN);
    for (let turn = 0; turn < 50 && story.now < story.state.startedAt + parseDuration('3d'); turn++) {
      story.now += 1_000;
      if (story.commands.includes('withdraw')) story.tell(IN_TRANSITION);
      else if (story.commands.includes('read')) story.reads('approved', { changedAt: story.now });
      else story.passes('1d');
    }
    expect(story.state.ended).toBe(false);
    if (story.state.inFlight === 'withdraw') story.tell(IN_TRANSITION);
    if (story.state.inFlight === 'read') story.reads('approved', { changedAt: story.now });
    story.now += 1_000;
    story.tell({ type: 'observed', source: 'sweep', begun: story.now, clearance: null });
    expect(story.state.ended).toBe(false);
  });
});
