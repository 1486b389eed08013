import type { MessageKind } from '../../../workflows/contract/messages';
import type { TakenMessage } from '../../../workflows/lifecycle/intake';
import { LIMITS } from '../../../workflows/lifecycle/limits';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import { Story } from './story';

const HOUR = 3_600_000;

/** Sends a message into a story, as the activation reads it. */
function send(story: Story, kind: MessageKind, request: object): TakenMessage | undefined {
  const { at: _, ...event } = readMessage(kind, request, story.now);
  story.tell(event);
  return story.state.messages.at(-1);
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString();

describe('a message that is asked again', () => {
  it('with the same id is the same message', () => {
    const story = Story.approved();
    expect(send(story, 'defleet', { by: 'ops', id: 'a' })).toMatchObject({ outcome: 'taken' });
    story.now += HOUR;
    send(story, 'defleet', { by: 'ops', id: 'a' });
    expect(story.state.messages).toHaveLength(1);
    expect(story.state.history.filter(({ source }) => source === 'person')).toHaveLength(1);
  });

  it('with the same words, sent before the first was taken in, is the same message, and known by both ids', () => {
    const story = Story.pending();
    const sentAt = time(story.now - 1_000);
    send(story, 'retry', { by: 'ops', id: 'a', sentAt });
    const told = story.state.history.length;
    send(story, 'retry', { by: 'ops', id: 'b', sentAt });
    expect(story.state.messages.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['a taken', 'b taken']);
    expect(story.state.history).toHaveLength(told);
    expect(story.commands).toEqual([]);
  });

  it('with the same words, sent after the first was taken in, is a message of its own', () => {
    const story = Story.pending();
    send(story, 'retry', { by: 'ops', id: 'a', sentAt: time(story.now) });
    const told = story.state.history.length;
    story.now += HOUR;
    send(story, 'retry', { by: 'ops', id: 'b', sentAt: time(story.now) });
    expect(story.state.history.length).toBeGreaterThan(told);
  });

  it('after it came too late is refused again with the same id, and taken with another', () => {
    const story = Story.approved();
    const late = { by: 'ops', id: 'a', notAfter: time(story.now - 1) };
    expect(send(story, 'defleet', late)).toMatchObject({ outcome: 'refused' });
    send(story, 'defleet', { ...late, notAfter: time(story.now + HOUR) });
    expect(story.state.defleet).toBeNull();
    expect(send(story, 'defleet', { by: 'ops', id: 'b' })).toMatchObject({ outcome: 'taken' });
    expect(story.state.defleet).not.toBeNull();
  });
});

describe('a message', () => {
  it('that comes after its time changes nothing, and the history says so', () => {
    const story = Story.approved();
    const notAfter = time(story.now - 1);
    const taken = send(story, 'defleet', { by: 'ops', id: 'a', notAfter });
    expect(taken?.next).toBe(
      `It came too late: it counted until ${notAfter}. Send it again if you still want it.`,
    );
    expect(story.state).toMatchObject({ defleet: null, inFlight: null });
    expect(story.state.history.at(-1)?.note).toContain('refused a message (defleet): It came too late');
  });

  it('that comes in the very last moment counts', () => {
    const story = Story.approved();
    send(story, 'defleet', { by: 'ops', id: 'a', notAfter: time(story.now) });
    expect(story.state.defleet).not.toBeNull();
  });

  it('is remembered with a bound, however many there are and however long their ids', () => {
    const story = Story.pending();
    for (let count = 0; count < LIMITS.messages + 10; count += 1) {
      send(story, 'acknowledge', { by: 'ops', until: '1d', id: `${count}`.padEnd(1_000, 'x') });
    }
    expect(story.state.messages).toHaveLength(LIMITS.messages);
    expect(story.state.messages.at(-1)?.id).toHaveLength(LIMITS.id);
  });
});

describe('resume', () => {
  it('is refused where nothing is parked', () => {
    expect(send(Story.pending(), 'resume', { by: 'ops' })).toMatchObject({
      outcome: 'refused',
      next: 'The activation is not parked: there is nothing to resume.',
    });
  });

  it('is taken where something is', () => {
    const story = Story.pending().reads('rejected', { reason: 'nobody has seen this' });
    expect(send(story, 'resume', { by: 'ops' })).toMatchObject({ outcome: 'taken' });
  });
});

describe('retry', () => {
  it('is refused while the vehicle is leaving, which it would stop', () => {
    const story = Story.approved();
    send(story, 'defleet', { by: 'ops' });
    expect(send(story, 'retry', { by: 'ops' })).toMatchObject({
      outcome: 'refused',
      next: 'The vehicle is leaving: it is not submitted again, and its access is ended by itself.',
    });
    expect(story.state.defleet).not.toBeNull();
  });

  it('is refused while it is leaving and parked, and names what goes on with it', () => {
    const story = Story.approved()
      .defleet()
      .tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'no' } });
    expect(send(story, 'retry', { by: 'ops' })).toMatchObject({
      outcome: 'refused',
      next: 'The vehicle is leaving: it is not submitted again. Resume goes on with ending its access.',
    });
    expect(send(story, 'resume', { by: 'ops' })).toMatchObject({ outcome: 'taken' });
  });
});

describe('acknowledge', () => {
  it('is refused for a time that is over', () => {
    const story = Story.pending();
    for (const until of [time(story.now), '2020-01-01']) {
      expect(send(story, 'acknowledge', { until })).toMatchObject({
        outcome: 'refused',
        next: 'Send "until" as a date that is still to come.',
      });
    }
  });
});

describe('amend', () => {
  it.each(['pending', 'approved'] as const)('keeps the brand of a clearance that is %s', (status) => {
    const story = Story.pending().reads(status);
    expect(send(story, 'amend', { brand: 'audi' })).toMatchObject({
      outcome: 'refused',
      next: `The clearance is ${status}: its brand cannot change. Defleet the vehicle first.`,
    });
    expect(send(story, 'amend', { tags: { depot: 'north' } })).toMatchObject({ outcome: 'taken' });
  });

  it('changes the brand once the clearance is over', () => {
    const story = Story.pending().reads('rejected', { reason: 'nobody has seen this' });
    expect(send(story, 'amend', { brand: 'audi' })).toMatchObject({ outcome: 'taken' });
    expect(story.state.vehicle.brand).toBe('audi');
  });

  it.each([{ brand: 'audi' }, { policy: { pollInterval: '1h' } }])(
    'refuses %j before the rules are read, which would undo it',
    (request) => {
      expect(send(new Story(), 'amend', request)).toMatchObject({
        outcome: 'refused',
        next: 'The activation has only just begun: send its brand or policy again in a minute.',
      });
    },
  );

  it('takes tags before the rules are read', () => {
    const story = new Story();
    expect(send(story, 'amend', { tags: { depot: 'north' } })).toMatchObject({ outcome: 'taken' });
    expect(story.state.vehicle.tags).toEqual({ depot: 'north' });
  });

  it('refuses to look more often than once a minute', () => {
    const story = Story.pending();
    for (const pollInterval of ['1ms', '59s']) {
      expect(send(story, 'amend', { policy: { pollInterval } })).toMatchObject({ outcome: 'refused' });
    }
    expect(send(story, 'amend', { policy: { pollInterval: '1m' } })).toMatchObject({ outcome: 'taken' });
  });

  it('keeps a bound on the tags that there would be, and null makes room again', () => {
    const many = (from: number, count: number, text: string | null = 'x') =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${from + index}`, text]));
    const story = Story.pending();
    expect(send(story, 'amend', { tags: many(0, 50) })).toMatchObject({ outcome: 'taken' });
    expect(send(story, 'amend', { tags: many(50, 1) })).toMatchObject({
      outcome: 'refused',
      next: expect.stringContaining('would have 51 tags; at most 50'),
    });
    expect(send(story, 'amend', { tags: { ...many(0, 1, null), ...many(50, 1) } })).toMatchObject({
      outcome: 'taken',
    });
    expect(Object.keys(story.state.vehicle.tags)).toHaveLength(50);
    expect(send(story, 'amend', { tags: { 'tag-1': 'x'.repeat(17_000) } })).toMatchObject({
      outcome: 'refused',
      next: expect.stringContaining('characters in all'),
    });
  });
});
