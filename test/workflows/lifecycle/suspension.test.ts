import { builtIn } from '../../../src/catalogue/catalogue';
import { catalogueSchema } from '../../../src/catalogue/schema';
import { rulesFor } from '../../../src/domain/rules';
import { otonomo } from '../../../src/providers/otonomo/profile';
import { readMessage } from '../../../workflows/lifecycle/read-message';
import { Story, type StoryEvent } from './story';

/** A pause: the access is switched off, the vehicle stays, and a resume asks for it again. */

const RULES = rulesFor(catalogueSchema.parse(builtIn(otonomo)), 'bmw', { speed: 1 });
const ACCEPTED = { type: 'suspended', answer: { outcome: 'accepted' } } as const;

const approved = (): Story =>
  new Story().tell({ type: 'started', rules: RULES }).accepted().reads('pending').reads('approved');

function send(
  story: Story,
  kind: 'suspend' | 'resume' | 'retry',
): Story['state']['messages'][number] | undefined {
  story.tell(readMessage(kind, { by: 'jane', id: `${kind}-${story.now}` }, story.now) as StoryEvent);
  return story.state.messages.at(-1);
}

const paused = (): Story => {
  const story = approved();
  send(story, 'suspend');
  return story.tell(ACCEPTED).reads('revoked', { reason: 'Disabled' });
};

it('switches an access off, reads it back, and shows since when and by whom', () => {
  const story = approved();
  expect(send(story, 'suspend')).toMatchObject({ outcome: 'taken' });
  expect(story.commands).toEqual(['suspend']);
  expect(story.tell(ACCEPTED).commands).toEqual(['read']);
  story.reads('revoked', { reason: 'Disabled' });
  expect(story.view).toMatchObject({
    step: 'suspended',
    status: 'revoked',
    settled: true,
    owner: null,
    suspended: { at: new Date(story.now).toISOString(), by: 'jane' },
  });
  expect([story.commands, story.state.deadline, story.state.parked]).toEqual([[], null, null]);
});

it('asks for the access again when it goes on, through the approval once more', () => {
  const story = paused();
  expect(send(story, 'resume')).toMatchObject({ outcome: 'taken' });
  expect(story.commands).toEqual(['submit']);
  const result = { outcome: 'accepted', status: 'pending', earlierChange: null, isTimeless: true } as const;
  story.tell({ type: 'submitted', result }).reads('pending').reads('approved');
  expect(story.view).toMatchObject({ step: 'quiet', status: 'approved', suspended: null });
});

it('is switched off again where somebody else has enabled it', () => {
  const story = paused();
  expect(story.reads('pending').commands).toEqual([]);
  expect(story.reads('approved').passes('1m').commands).toEqual(['suspend']);
});

it('leaves without being asked for again: its record is removed', () => {
  const story = paused().defleet();
  story.reads('revoked');
  expect(story.commands).toEqual(['withdraw']);
  const taken = { type: 'withdrawn', answer: { outcome: 'accepted', status: null } } as const;
  expect(story.tell(taken).reads(null).state.ended).toBe(true);
});

it('is not submitted by a retry, and is paused once', () => {
  const story = paused();
  expect(send(story, 'retry')).toMatchObject({ outcome: 'refused', next: expect.stringContaining('paused') });
  story.now += 1;
  expect(send(story, 'suspend')).toMatchObject({
    outcome: 'refused',
    next: expect.stringContaining('already'),
  });
  expect(story.commands).toEqual([]);
});

it('is told of a refusal, and tried again after a while', () => {
  const story = approved();
  send(story, 'suspend');
  story.tell({ type: 'suspended', answer: { outcome: 'refused', detail: 'not now' } });
  expect(story.view).toMatchObject({ step: 'parked', owner: 'provider-support' });
  expect(story.state.parked?.why).toContain('not now');
  expect(story.passes('7h').commands).toEqual(['suspend']);
});

describe('that the provider refuses', () => {
  const refused = (detail = 'not now'): Story => {
    const story = approved();
    send(story, 'suspend');
    story.tell({ type: 'suspended', answer: { outcome: 'refused', detail } });
    story.now += 1;
    return story;
  };

  it('can be asked for again at once, by the message that people are told of', () => {
    const story = refused();
    expect(story.view.action).toContain('Then suspend it again');
    expect(send(story, 'suspend')).toMatchObject({ outcome: 'taken' });
    expect(story.commands).toEqual(['suspend']);
  });

  it('is taken back by a resume, which says so', () => {
    const story = refused();
    expect(story.view.action).toContain('Resume takes the pause back');
    const { outcome, next } = send(story, 'resume') ?? {};
    expect([outcome, next]).toEqual([
      'taken',
      'The pause is taken back: the clearance is read, and goes on from there.',
    ]);
    story.reads('approved').passes('10h');
    expect([story.view.suspended, story.state.attempts.submit]).toEqual([null, 1]);
  });

  it('without a word is told of without one', () => {
    expect(refused('').state.parked?.why).toBe(
      'The provider refused to pause the access: it gives no reason',
    );
  });
});

it('says what a resume does', () => {
  expect(send(paused(), 'resume')?.next).toBe(
    'The pause is over: the access is asked for again, through the approval once more.',
  );
});

it('that is asked for twice while it is carried out is refused in words that are so', () => {
  const story = paused();
  story.reads('pending');
  story.now += 1;
  expect(send(story, 'suspend')).toMatchObject({
    outcome: 'refused',
    next: expect.stringContaining('asked for already, and the clearance is pending'),
  });
});

it.each([
  [
    'pending',
    () => new Story().tell({ type: 'started', rules: RULES }).accepted().reads('pending'),
    'is pending',
  ],
  ['that leaves', () => approved().defleet(), 'is leaving'],
  ['of a provider that cannot', () => Story.approved(), 'cannot pause'],
  ['that has only just begun', () => new Story(), 'is absent'],
] as const)('is refused for a vehicle %s', (_, begin, words) => {
  const story = begin();
  expect(send(story, 'suspend')).toMatchObject({ outcome: 'refused', next: expect.stringContaining(words) });
  expect(story.state.suspended ?? null).toBeNull();
});
