import type { ActivationState } from '../../../workflows/lifecycle/state';
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

describe('a submission that may have been made before the rules were heard', () => {
  const trace = { startedAt: START, maySent: true, seen: null, sentAt: START - HOUR };
  const started = (story: Story): Story => story.tell({ type: 'started', rules: story.rules, trace });

  it('goes on, and what may have been sent goes along', () => {
    const story = started(new Story());
    expect(story.commands).toEqual(['submit']);
    expect(story.running.sent).toEqual({ at: START, seen: null });
  });

  it('leaves nothing behind where it was surely not sent', () => {
    const story = new Story();
    story.tell({ type: 'started', rules: story.rules, trace: { ...trace, maySent: false } });
    expect(story.commands).toEqual(['submit']);
    expect(story.running.sent).toBeNull();
  });

  it('of a vehicle that has left meanwhile is looked for', () => {
    const story = started(new Story().defleet());
    expect(story.commands).toEqual(['read']);
    expect(story.reads('approved').commands).toEqual(['withdraw']);
    const neverArrived = started(new Story().defleet());
    neverArrived.reads(null);
    expect(neverArrived.commands).toEqual(['withdraw']);
    neverArrived.tell({ type: 'withdrawn', answer: { outcome: 'absent', detail: '' } }).reads(null);
    expect(neverArrived.state.ended).toBe(false);
    while (neverArrived.now < START + 2 * DAY && !neverArrived.state.ended)
      if (neverArrived.passes('1h').commands.length > 0) neverArrived.reads(null);
    expect(neverArrived.state.ended).toBe(true);
  });
});

it('a record that a submission has found was read when it says, and proves nothing of a later wish', () => {
  const story = Story.begun();
  story.tell({
    type: 'submitted',
    begun: START - HOUR,
    result: {
      outcome: 'found',
      clearance: { status: 'pending', reason: null, changedAt: null, createdAt: null },
    },
  });
  expect(story.running.lastReading).toEqual({ begun: START - HOUR, isOpen: true });
});
