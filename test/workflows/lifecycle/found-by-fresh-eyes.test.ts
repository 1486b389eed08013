import { inputProblem, readMessage, swept } from '../../../workflows/lifecycle/read-message';
import { APP } from '../../support/application';
import { START, Story, type StoryEvent } from './story';

const HOUR = 3_600_000;

/** A person's message as it is taken in. */
function says(story: Story, kind: 'amend' | 'acknowledge', request: object): Story {
  return story.tell(readMessage(kind, request, story.now) as StoryEvent);
}

describe('what a person says last counts', () => {
  it('also where the same was said before, and something else in between', () => {
    const story = Story.approved();
    const sentAt = new Date(START - HOUR).toISOString();
    for (const [id, depot] of [
      ['a', '1'],
      ['b', '2'],
      ['c', '1'],
    ] as const) {
      says(story, 'amend', { id, sentAt, tags: { depot } });
    }
    expect(story.state.vehicle.tags).toEqual({ depot: '1' });
    expect(story.state.messages.map(({ outcome }) => outcome)).toEqual(['taken', 'taken', 'taken']);
  });
});

describe('a retry', () => {
  it('of a clearance that is only not seen looks, and makes no second one', () => {
    const story = Story.pending().passes('6h').reads(null);
    story.tell({ type: 'retry-asked', by: 'ops' });
    expect(story.commands).toEqual(['read']);
    story.reads(null);
    story.now += HOUR;
    expect(story.tell({ type: 'retry-asked', by: 'ops' }).commands).toEqual(['read']);
    expect(story.done.filter((command) => command === 'submit')).toHaveLength(1);
  });
});

describe('a record of long ago that shows only after the request', () => {
  const OLD = { reason: 'ineligible VIN', changedAt: START - 300 * 24 * HOUR } as const;

  it.each(['rejected', 'revoked', 'canceled'] as const)(
    '(%s) says nothing of it: ours may still come to light',
    (status) => {
      const story = Story.pending();
      for (let look = 0; look < 4; look += 1) story.passes('1h').reads(status, OLD);
      expect(story.state.ended).toBe(false);
      expect(story.view).toMatchObject({ status: 'pending' });
      expect(story.state.parked).toBeNull();
      story.reads('approved', { changedAt: START + HOUR });
      expect(story.view.status).toBe('approved');
    },
  );

  it('is taken for nothing at all when ours has not come to light for a day: somebody is told, and it never ends by itself', () => {
    const story = Story.pending();
    for (let look = 0; look < 100 && !story.state.parked; look += 1) {
      if (!story.state.inFlight) story.passes('6h');
      story.reads('rejected', OLD);
    }
    expect(story.state.ended).toBe(false);
    expect(story.view).toMatchObject({ status: 'absent' });
    expect(story.state.parked?.owner).toBe('provider-support');
    expect(story.done.filter((command) => command === 'submit')).toHaveLength(1);
  });

  it('does not let a vehicle go that leaves', () => {
    const story = Story.pending({ brand: 'volkswagen' }).defleet();
    for (let look = 0; look < 3; look += 1) {
      if (story.state.inFlight === 'read') story.reads('rejected', OLD);
      expect(story.state.ended).toBe(false);
      if (!story.state.inFlight) story.passes('1h');
    }
  });
});

describe('a DELETE whose reply never comes', () => {
  it('is followed by a look: it may have been carried out', () => {
    const story = Story.approved().defleet();
    const failed = { command: 'withdraw', message: 'no answer', next: 'Wait.', mayPass: true } as const;
    story.tell({ type: 'command-failed', ...failed });
    expect(story.commands).toEqual(['read']);
    expect(story.reads('revoked').state.ended).toBe(true);
  });
});

describe('what is typed by hand', () => {
  it.each([
    null,
    undefined,
    5,
    'approved',
    {},
    { clearance: 5 },
    { clearance: { status: {} } },
    { clearance: { status: 'approved', changedAt: 'nonsense' } },
    { clearance: { status: 'approved', changedAt: 1e300 } },
    { clearance: { status: 'approved', reason: 5 } },
    { clearance: { status: 'approved', rows: 'two' } },
    { clearance: { status: 'approved', rows: 0 } },
    { clearance: null, begun: 'soon' },
  ])('as what a sweep says (%j) says nothing', (payload) => {
    expect(swept(payload, START)).toBeNull();
  });

  it('as what a sweep says is taken where it makes sense', () => {
    expect(swept({ clearance: null }, START)).toMatchObject({ clearance: null, begun: null });
    const clearance = { status: '__proto__', reason: null, changedAt: START, createdAt: null };
    expect(swept({ clearance, begun: START }, START)).toMatchObject({ clearance: { status: 'unknown' } });
  });

  it.each([
    undefined,
    null,
    5,
    {},
    { vin: 'V' },
    { vin: 5, brand: 'bmw' },
    { vin: 'V', brand: 5 },
    { vin: 'V', brand: 'bmw', fleet: 5 },
    { vin: 'V', brand: 'bmw', fleet: 'x'.repeat(201) },
    { vin: 'V', brand: 'bmw', tags: { a: 'x'.repeat(20_000) } },
    { vin: 'V', brand: 'bmw', carried: 5 },
    { vin: 'V', brand: 'bmw', heard: 5 },
  ])('as the input of an activation (%#) is refused with a sentence, before anything is sent', (input) => {
    expect(inputProblem(input)).toMatch(/\.$/);
  });

  it('as the input of an activation may be as small as a VIN, a brand and an application', () => {
    expect(inputProblem({ ...APP, vin: 'WBA8E9G50GNT00001', brand: 'bmw' })).toBeNull();
  });
});
