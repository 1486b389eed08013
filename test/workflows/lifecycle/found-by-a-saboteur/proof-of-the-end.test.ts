import { parseDuration } from '../../../../src/domain/duration';
import { Story } from '../story';

const DENIED = { type: 'withdrawn', answer: { outcome: 'absent', detail: 'not found' } } as const;
const ACCEPTED = { type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } } as const;

describe('the end of a vehicle that leaves', () => {
  it('is not proven by one empty list and a 404 that a later reading has refuted', () => {
    const story = Story.approved().defleet();
    expect(story.commands).toEqual(['withdraw']);
    // Not so: the provider still shows it, and takes the next DELETE.
    story.tell(DENIED).reads('approved').passes('1h');
    expect(story.commands).toEqual(['withdraw']);
    story.tell(ACCEPTED).passes('30m');
    expect(story.commands).toEqual(['read']);
    story.reads('revoking').passes('30m');
    expect(story.commands).toEqual(['read']);
    // One list that is empty for no reason.
    story.reads(null);
    expect(story.state.ended).toBe(false);
  });

  it.each([['already-removed'], ['absent']] as const)(
    'is not proven by one empty list days after a DELETE said %s and the row was seen open again',
    (outcome) => {
      const story = Story.approved().defleet();
      story.tell({ type: 'withdrawn', answer: { outcome, detail: '' } }).reads('approved');
      for (let day = 0; day < 3; day++) {
        for (let tries = 0; tries < 99 && !story.commands.includes('withdraw'); tries++) {
          if (story.commands.includes('read')) story.reads('approved');
          else story.passes('1d');
        }
        story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
        story.reads('approved');
      }
      story.tell({ type: 'observed', source: 'sweep', clearance: null, begun: story.now });
      expect(story.state.ended).toBe(false);
    },
  );
});

describe('a provider with two open rows of which a DELETE ends one', () => {
  it('is sent the DELETE for the older one within hours, not a day later', () => {
    const [older, newer] = [Date.UTC(2025, 11, 1), Date.UTC(2025, 11, 2)];
    const story = Story.pending({}, { policy: { firstData: { ask: false } } });
    story.reads('approved', { changedAt: newer }).defleet();
    story
      .tell(ACCEPTED)
      .passes('30m')
      .reads('revoking', { changedAt: newer + 1 });
    const ended = story.now;
    for (let look = 0; look < 99 && !story.commands.includes('withdraw'); look++) {
      if (story.commands.includes('read')) story.reads('approved', { changedAt: older });
      else story.passes('1h');
    }
    expect(story.now - ended).toBeLessThanOrEqual(parseDuration('6h'));
  });
});

describe('a provider that says 200 to a DELETE and keeps the row as it was', () => {
  it('is sent the next DELETE within hours, not a day later', () => {
    const at = Date.UTC(2025, 11, 1);
    const story = Story.pending({}, { policy: { firstData: { ask: false } } });
    story.reads('approved', { changedAt: at }).defleet();
    story.tell(ACCEPTED);
    const said = story.now;
    for (let look = 0; look < 99 && !story.commands.includes('withdraw'); look++) {
      if (story.commands.includes('read')) story.reads('approved', { changedAt: at });
      else story.passes('1h');
    }
    expect(story.now - said).toBeLessThanOrEqual(parseDuration('6h'));
  });
});

describe('a retry', () => {
  it('from a client whose clock is ten minutes behind is not taken for the one before it', () => {
    const told = { reason: 'the moon is in the wrong house' };
    const story = Story.pending().reads('rejected', told);
    expect(story.state.parked).not.toBeNull();
    const retry = (id: string) =>
      story.tell({
        type: 'retry-asked',
        by: 'ops',
        head: { kind: 'retry', id, words: 'same', sentAt: story.now - 600_000, notAfter: null },
      });
    expect(retry('a').commands).toEqual(['submit']);
    story.now += 60_000;
    story.accepted();
    story.now += 60_000;
    story.tell({
      type: 'observed',
      source: 'sweep',
      begun: story.now,
      clearance: { status: 'rejected', changedAt: story.now, createdAt: story.now, ...told },
    });
    expect(story.state.parked).not.toBeNull();
    story.now += 300_000;
    expect(retry('b').commands).toEqual(['submit']);
  });
});

describe('a POST of a minute ago whose worker has a clock that is behind by more than a day', () => {
  it('may still take effect: one empty list is no proof', () => {
    const story = Story.begun();
    story.now += 60_000;
    story.defleet();
    expect(story.commands).toEqual(['stop-submitting']);
    // By the worker's own clock.
    const sentAt = story.now - 60_000 - parseDuration('25h');
    const seen = { any: false, newest: null };
    const trace = { startedAt: story.state.startedAt, maySent: true, seen, sentAt };
    story.tell({ type: 'submission-stopped', trace }).reads(null);
    expect(story.state.ended).toBe(false);
  });
});

describe('a vehicle that leaves, whose record could not be read once', () => {
  it('is asked for again minutes, not six hours, after one 422 to the list', () => {
    const story = Story.approved().defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
    expect(story.commands).toEqual(['read']);
    const refused = story.now;
    story.tell({ type: 'command-failed', command: 'read', message: '422', next: '', mayPass: false });
    for (let look = 0; look < 99 && story.commands.length === 0; look++) story.passes('30m');
    expect(story.now - refused).toBeLessThanOrEqual(parseDuration('1h'));
  });
});
