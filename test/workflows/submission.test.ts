import type { ActivationState } from '../../workflows/state';
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
      own: { since: START, earlierChange: START - DAY },
      clearance: { status: 'pending', reason: null, since: START, changedAt: null, confirmed: true },
      inFlight: null,
    });
    expect(submitted(null).own).toEqual({ since: START, earlierChange: null });
  });

  it('that is refused is an error with the words of the provider', () => {
    const result = { outcome: 'refused', description: 'The brand is invalid' } as const;
    expect(Story.begun().tell({ type: 'submitted', result }).state).toMatchObject({
      own: { since: START, earlierChange: null },
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
    expect(story.state.own).toEqual({ since: START - DAY, earlierChange: null });
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
    expect(state.own?.since).toBe(START);
    expect(state.clearance).toMatchObject({ since: START, changedAt: START + DAY });
  });
});
