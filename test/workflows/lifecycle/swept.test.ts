import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { rulesFor } from '../../../src/domain/rules';
import { START, Story } from './story';

describe('a sweep', () => {
  it('is heard while a command is in flight, and starts no second one', () => {
    const story = Story.pending().passes('6h');
    expect(story.commands).toEqual(['read']);
    const clearance = { status: 'approved', reason: null, changedAt: START, createdAt: START } as const;
    story.tell({ type: 'observed', source: 'sweep', clearance });
    expect(story.view.status).toBe('approved');
    expect(story.commands).toEqual([]);
    expect(story.state.inFlight).toBe('read');
    expect(story.reads('approved', { changedAt: START }).commands).toEqual(['check-data']);
  });
});

describe('where sweeps run', () => {
  const rules = rulesFor(loadCatalogue(), 'bmw', { speed: 1, sweepInterval: 15 * 60_000 });
  const swept = (): Story => new Story().tell({ type: 'started', rules }).accepted();
  const rejected = {
    status: 'rejected',
    reason: 'Privacy mode',
    changedAt: START,
    createdAt: START,
  } as const;

  it('a webhook that says rejected waits for the next sweep to confirm it', () => {
    const story = swept().hears('rejected');
    expect(story.commands).toEqual([]);
    expect(story.state.clearance.confirmed).toBe(false);
    story.passes('15m').tell({ type: 'observed', source: 'sweep', clearance: rejected });
    expect(story.state.clearance.confirmed).toBe(true);
    expect(story.done.filter((command) => command === 'read')).toEqual([]);
  });

  it('the clearance is read when no sweep comes', () => {
    const story = swept().hears('rejected');
    expect(story.passes('29m').commands).toEqual([]);
    expect(story.passes('1m').commands).toEqual(['read']);
  });

  it('a pending clearance is not looked at for weeks', () => {
    expect(swept().passes('20d').done).toEqual(['submit']);
  });
});
