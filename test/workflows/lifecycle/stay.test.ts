import type { MessageKind } from '../../../workflows/contract/messages';
import type { TakenMessage } from '../../../workflows/lifecycle/intake';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import { Story } from './story';

const ACCEPTED = { type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } } as const;

function send(story: Story, kind: MessageKind, request: object = { by: 'ops' }): TakenMessage | undefined {
  const { at: _, ...event } = readMessage(kind, request, story.now);
  story.tell(event);
  return story.state.messages.at(-1);
}

/** One whose brand cannot cancel: it leaves when it is approved. */
const waits = (): Story => Story.pending({ brand: 'bmw' }).defleet();

describe('a wish to leave that is taken back', () => {
  test('before the DELETE is as if it had not been: the clearance is read, and it goes on', () => {
    const story = waits().reads('pending');
    expect(send(story, 'stay')).toMatchObject({
      outcome: 'taken',
      next: 'The vehicle stays: its clearance is read, and it goes on from there.',
    });
    expect(story.commands).toEqual(['read']);
    story.reads('approved').tell({ type: 'data-checked', answer: 'flowing' });
    expect(story.view).toMatchObject({ step: 'quiet', defleet: null, settled: true });
    expect(story.done).not.toContain('withdraw');
  });

  test('is told in the history, with who did it', () => {
    const story = waits();
    send(story, 'stay', { by: 'jane' });
    expect(story.view.history.at(-1)).toMatchObject({ source: 'person', note: 'asked to stay (jane)' });
  });

  test('while the submission is stopped leads to a reading, and to a submission where nothing is there', () => {
    const story = Story.begun().defleet();
    expect(story.commands).toEqual(['stop-submitting']);
    send(story, 'stay');
    story.tell({ type: 'submission-stopped' });
    expect(story.commands).toEqual(['read']);
    story.reads(null);
    expect(story.commands).toEqual(['submit']);
  });

  test('while the submission is stopped finds what it has made', () => {
    const story = Story.begun().defleet();
    send(story, 'stay');
    story.tell({ type: 'submission-stopped' }).reads('pending');
    expect(story.view).toMatchObject({ status: 'pending', step: 'waiting', defleet: null });
    expect(story.done.filter((command) => command === 'submit')).toHaveLength(1);
  });

  test('can be wished again, and then it leaves', () => {
    const story = waits();
    send(story, 'stay');
    story.reads('approved').defleet();
    expect(story.view.defleet).not.toBeNull();
    expect(story.tell({ type: 'data-checked', answer: 'flowing' }).commands).toEqual(['withdraw']);
  });

  test('can be wished again in the same words, also where all three wait in one queue', () => {
    const story = Story.pending({ brand: 'bmw' });
    const sentAt = new Date(story.now).toISOString();
    for (const kind of ['defleet', 'stay', 'defleet'] as const) {
      send(story, kind, { by: 'ops', sentAt, id: `${kind} ${story.state.messages.length}` });
    }
    expect(story.state.messages.map(({ outcome }) => outcome)).toEqual(['taken', 'taken', 'taken']);
    expect(story.view.defleet).not.toBeNull();
    send(story, 'stay', { by: 'ops', sentAt, id: 'last' });
    expect(story.view.defleet).toBeNull();
  });

  test('begins the count of its next wish anew: nobody is told of the first one', () => {
    const story = waits();
    expect(story.state.topics).toHaveProperty('leaving');
    send(story, 'stay');
    expect(story.state.topics).not.toHaveProperty('leaving');
  });

  test('of the policy is wished by it again after as long, and not at once', () => {
    const story = Story.pending({ brand: 'bmw' }, { policy: { giveUp: { after: '20d', by: 'withdraw' } } });
    story.now += 20 * 86_400_000;
    story.tell({ type: 'deadline-reached' });
    expect(story.state.defleet).toMatchObject({ via: 'policy' });
    expect(send(story, 'stay')).toMatchObject({ outcome: 'taken' });
    story.reads('pending');
    story.now += 19 * 86_400_000;
    expect(story.tell({ type: 'deadline-reached' }).reads('pending').state.defleet).toBeNull();
    story.now += 86_400_000;
    expect(story.tell({ type: 'deadline-reached' }).state.defleet).toMatchObject({ via: 'policy' });
  });

  test('before the rules are known is taken back as well', () => {
    const story = new Story().defleet();
    expect(send(story, 'stay')).toMatchObject({ outcome: 'taken' });
    story.tell({ type: 'started', rules: story.rules }).reads(null);
    expect(story.commands).toEqual(['submit']);
  });

  test('can be taken back after a DELETE of which the provider says that it did nothing', () => {
    const story = Story.pending({ brand: 'mercedes-benz' }).defleet().reads('pending');
    story.now += 2 * 86_400_000;
    expect(story.tell({ type: 'deadline-reached' }).commands).toEqual(['withdraw']);
    expect(send(story, 'stay')).toMatchObject({ outcome: 'refused' });
    story.tell({ type: 'withdrawn', answer: { outcome: 'too-early', detail: 'wait a day' } });
    expect(story.view.defleet).toMatchObject({ isFinal: false });
    expect(send(story, 'stay')).toMatchObject({ outcome: 'taken' });
  });
});

describe('a wish to leave that cannot be taken back any more', () => {
  const refused = (asked: string) => ({
    outcome: 'refused',
    next: `${asked}: that cannot be taken back. To have it again, activate it with "again": it then starts once this life has ended.`,
  });
  const SENT = refused('The provider was asked to end the access');
  const CANCELLED = refused('Temporal was asked to cancel it');

  test('is one whose DELETE is under way: nothing is changed', () => {
    const story = Story.approved().defleet();
    expect(story.commands).toEqual(['withdraw']);
    expect(send(story, 'stay')).toMatchObject(SENT);
    expect(story.view.defleet).toMatchObject({ isFinal: true });
    expect(story.tell(ACCEPTED).view.status).toBe('revoking');
  });

  test('is one whose DELETE was taken', () => {
    expect(send(Story.approved().defleet().tell(ACCEPTED), 'stay')).toMatchObject(SENT);
  });

  test('is one whose DELETE may have been carried out', () => {
    const failed = {
      type: 'command-failed',
      command: 'withdraw',
      message: 'no reply',
      next: 'Wait.',
    } as const;
    const story = Story.approved()
      .defleet()
      .tell({ ...failed, mayPass: true });
    expect(send(story, 'stay')).toMatchObject(SENT);
  });

  test.each(['refused', 'too-early', 'not-supported'] as const)(
    'is one whose DELETE was taken, also where the provider answers "%s" to the next one',
    (outcome) => {
      const story = Story.approved().defleet().tell(ACCEPTED).passes('12h').reads('approved');
      while (!story.commands.includes('withdraw')) story.reads('approved').passes('1h');
      story.tell({ type: 'withdrawn', answer: { outcome, detail: 'not now' } });
      expect(send(story, 'stay')).toMatchObject(SENT);
    },
  );

  test('is one whose DELETE was not understood, also where the next one is refused', () => {
    const story = Story.approved()
      .defleet()
      .tell({ type: 'withdrawn', answer: { outcome: 'unclear', detail: '' } });
    while (!story.commands.includes('withdraw')) story.reads('approved').passes('1h');
    story.tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'not now' } });
    expect(send(story, 'stay')).toMatchObject(SENT);
  });

  test('is the cancellation of Temporal, of which a run hears once, also after another wish', () => {
    expect(send(waits().defleet('cancel'), 'stay')).toMatchObject(CANCELLED);
    expect(send(Story.pending({ brand: 'bmw' }).defleet('cancel'), 'stay')).toMatchObject(CANCELLED);
  });

  test('is none', () => {
    expect(send(Story.pending(), 'stay')).toMatchObject({
      outcome: 'refused',
      next: 'The vehicle is not leaving: there is nothing to take back.',
    });
  });
});
