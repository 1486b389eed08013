import type { Observation } from '../../../workflows/lifecycle/state';
import { START, Story } from './story';

const HOUR = 3_600_000;

describe('the reply to a submission', () => {
  it('that says "rejected" is read before it is believed, and its words are kept', () => {
    const story = Story.begun({ brand: 'volkswagen' }).tell({
      type: 'submitted',
      result: {
        outcome: 'accepted',
        status: 'rejected',
        description: 'a tag is missing',
        earlierChange: null,
      },
    });
    expect(story.state.ended).toBe(false);
    expect(story.view).toMatchObject({ status: 'rejected', reason: 'a tag is missing', settled: false });
    expect(story.commands).toEqual(['read']);
    story.reads('rejected', { reason: 'consent assignment missing' });
    expect(story.state.ended).toBe(false);
    expect(story.view.reason).toBe('consent assignment missing');
  });

  it('that finds a record of which nobody knows whether it is ours asks a person, and refuses nothing', () => {
    const clearance = row('rejected', { reason: 'ineligible VIN' });
    const story = Story.begun().tell({ type: 'submitted', result: { outcome: 'found-ended', clearance } });
    expect(story.view).toMatchObject({ step: 'parked', owner: 'fleet-manager' });
    expect(story.state.ended).toBe(false);
    expect(story.state.parked?.why).toContain('rejected (ineligible VIN)');
    expect(story.tell({ type: 'retry-asked', by: 'ops' }).commands).toEqual(['submit']);
  });

  it('that finds what a lost attempt has made, and what has ended since, is about our own clearance', () => {
    const clearance = row('rejected', { reason: 'ineligible VIN', changedAt: START + 5, createdAt: START });
    const story = Story.begun().tell({ type: 'submitted', result: { outcome: 'found', clearance } });
    expect(story.state).toMatchObject({ ended: true, clearance: { status: 'rejected' } });
  });
});

describe('words', () => {
  const withReason = (): Story =>
    Story.pending({ brand: 'volkswagen' }).hears('rejected', { reason: 'privacy mode is enabled' } as never);

  it.each([null, '', ' - '])('that a webhook gave are not erased by a reading that says %j', (reason) => {
    const story = withReason().reads('rejected', { reason });
    expect(story.view.reason).toBe('privacy mode is enabled');
    expect(story.state.ended).toBe(false);
  });

  it('that a webhook gave are not erased by "unspecified"', () => {
    expect(withReason().reads('rejected', { reason: 'unspecified' }).view.reason).toBe(
      'privacy mode is enabled',
    );
  });

  it('of another status are not kept for a new one', () => {
    const story = Story.pending().reads('pending', { reason: 'in progress' }).reads('approved');
    expect(story.view.reason).toBeNull();
  });

  it('that are missing from a rejection make it unknown: parked and told, never an end', () => {
    const story = Story.pending({ brand: 'volkswagen' }).reads('rejected');
    expect(story.state.ended).toBe(false);
    expect(story.view).toMatchObject({ step: 'parked', owner: 'fleet-manager' });
    expect(story.notices).toHaveLength(1);
  });

  it('"unspecified" end it, as the provider means them', () => {
    expect(Story.pending().reads('rejected', { reason: 'unspecified' }).state.ended).toBe(true);
  });
});

describe('a clearance that we find and did not ask for', () => {
  const found = (brand: string | null): Story => {
    const clearance = row('pending', { brand });
    return Story.begun({ brand: 'ford' }).tell({
      type: 'submitted',
      result: { outcome: 'found', clearance },
    });
  };

  it('is governed by the brand that the provider has for it, and the difference is said', () => {
    const story = found('mercedes-benz');
    expect(story.commands).toEqual(['read-rules']);
    story.tell({ type: 'rules-read', rules: Story.begun({ brand: 'mercedes-benz' }).rules });
    expect(story.view.brand).toBe('mercedes-benz');
    const notes = story.state.history.map(({ note }) => note);
    expect(notes).toContainEqual('the provider has this clearance as brand mercedes-benz');
    expect(notes).toContainEqual('governed by the rules of Mercedes-Benz, no longer of ford');
    story.now += 25 * HOUR;
    expect(story.defleet().commands).toEqual(['withdraw']);
  });

  it.each(['Ford', 'ford', null])('stays with the brand of our list where the provider says %j', (brand) => {
    expect(found(brand).commands).toEqual([]);
  });

  it('of a brand that the catalogue does not know keeps the rules of our list, and asks a person', () => {
    const story = found('trabant');
    story.tell({ type: 'command-failed', command: 'read-rules', message: 'no such brand', next: 'Add it.' });
    expect(story.view).toMatchObject({ step: 'parked', brand: 'ford', action: 'Add it.' });
    expect(story.defleet().view.waitingFor).toContain('Ford cannot cancel');
  });

  it('is found as well behind a submission that was refused', () => {
    const story = Story.begun({ brand: 'ford' })
      .tell({ type: 'submitted', result: { outcome: 'refused', description: 'vehicle is already approved' } })
      .defleet();
    expect(story.reads('approved', { brand: 'mercedes-benz' }).commands).toEqual(['read-rules']);
  });
});

function row(status: Observation['status'], more: Partial<Observation> = {}): Observation {
  return { status, reason: null, changedAt: START - HOUR, createdAt: START - HOUR, ...more };
}

describe('since when a status holds', () => {
  it('is told by the status, and not by the reason that came later', () => {
    const clearance = row('pending', { changedAt: START, statusSince: START - 2 * HOUR });
    const story = Story.begun().tell({ type: 'submitted', result: { outcome: 'found', clearance } });
    expect(story.state.clearance.since).toBe(START - 2 * HOUR);
  });
});
