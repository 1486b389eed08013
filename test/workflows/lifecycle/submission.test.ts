import type { ActivationState, SubmitResult } from '../../../workflows/lifecycle/state';
import { START, Story } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('a submission', () => {
  const submitted = (earlierChange: number | null): ActivationState =>
    Story.begun().tell({
      type: 'submitted',
      result: { outcome: 'accepted', status: 'pending', earlierChange },
    }).state;

  it('is ours from the moment of the answer, and remembers the record before it', () => {
    expect(submitted(START - DAY)).toMatchObject({
      ownClearance: { since: START, earlierChange: START - DAY },
      clearance: { status: 'pending', reason: null, since: START, changedAt: null, confirmed: true },
      inFlight: null,
    });
    expect(submitted(null).ownClearance).toEqual({ since: START, earlierChange: null, requestedAt: START });
  });

  it('that is refused is an error with the words of the provider', () => {
    const result = { outcome: 'refused', description: 'The brand is invalid' } as const;
    expect(Story.begun().tell({ type: 'submitted', result }).state).toMatchObject({
      ownClearance: { since: START, earlierChange: null },
      clearance: { status: 'error', reason: 'The brand is invalid', confirmed: true },
    });
  });

  it('that finds an open clearance adopts it with its age', () => {
    const clearance = {
      status: 'pending',
      reason: null,
      changedAt: START - HOUR,
      createdAt: START - DAY,
    } as const;
    const story = Story.begun().tell({ type: 'submitted', result: { outcome: 'found', clearance } });
    expect(story.state.ownClearance).toEqual({ since: START - DAY, earlierChange: null });
    expect(story.state.clearance.since).toBe(START - HOUR);
    expect(story.state.history[0]).toMatchObject({ source: 'submit', status: 'pending' });
  });

  it('never takes a time of the provider for later than now', () => {
    const clearance = {
      status: 'approved',
      reason: null,
      changedAt: START + DAY,
      createdAt: START + DAY,
    } as const;
    const { state } = Story.begun().tell({ type: 'submitted', result: { outcome: 'found', clearance } });
    expect(state.ownClearance?.since).toBe(START);
    expect(state.clearance).toMatchObject({ since: START, changedAt: START + DAY });
  });
});

describe('a submission on the way, while the rules are read', () => {
  const ACCEPTED = { outcome: 'accepted', status: 'pending', earlierChange: null } as const;
  const REFUSED = { outcome: 'refused', description: 'The brand is invalid' } as const;
  const OPEN = { status: 'approved', reason: null, changedAt: START - HOUR, createdAt: START - DAY } as const;
  const FOUND = { outcome: 'found', clearance: OPEN } as const;
  const started = (story: Story, submission: SubmitResult | 'unknown' | null): Story =>
    story.tell({ type: 'started', rules: story.rules, submission });

  it.each([ACCEPTED, REFUSED, FOUND])('comes to the same as one of its own: %j', (result) => {
    const onTheWay = started(new Story(), result);
    const ofItsOwn = Story.begun().tell({ type: 'submitted', result });
    expect(onTheWay.state).toEqual({ ...ofItsOwn.state, repeats: {} });
    expect(onTheWay.commands).toEqual(ofItsOwn.commands);
  });

  it('goes on where its outcome is not known', () => {
    expect(started(new Story(), 'unknown').commands).toEqual(['submit']);
  });

  it('of a vehicle that has left meanwhile is withdrawn', () => {
    const story = started(new Story().defleet(), FOUND);
    expect(story.commands).toEqual(['withdraw']);
    expect(story.view).toMatchObject({ status: 'approved', step: 'withdrawing' });
  });

  it('of a vehicle that has left meanwhile is looked for, where its outcome is not known', () => {
    const story = started(new Story().defleet(), 'unknown');
    expect(story.commands).toEqual(['read']);
    expect(story.reads('approved').commands).toEqual(['withdraw']);
    const neverArrived = started(new Story().defleet(), 'unknown');
    neverArrived.reads(null);
    expect(neverArrived.commands).toEqual(['withdraw']);
    neverArrived.tell({ type: 'withdrawn', answer: { outcome: 'absent', detail: '' } }).reads(null);
    expect(neverArrived.state.ended).toBe(false);
    while (neverArrived.now < START + 2 * DAY && !neverArrived.state.ended)
      if (neverArrived.passes('1h').commands.length > 0) neverArrived.reads(null);
    expect(neverArrived.state.ended).toBe(true);
  });
});
