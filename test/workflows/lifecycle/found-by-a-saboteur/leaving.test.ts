import { parseDuration } from '../../../../src/domain/duration';
import { Story } from '../story';

const DAY = 86_400_000;

describe('a vehicle that leaves', () => {
  it('is sent its DELETE also while a read of the list goes on for days (list down, DELETE works)', () => {
    const story = Story.approved().hears('pending');
    expect(story.commands).toEqual(['read']);
    story.now += 60_000;
    story.defleet();
    // Nothing is stopped, nothing is asked for: the patient read has three days.
    expect(story.commands).not.toEqual([]);
  });

  it('is asked for again minutes, not six hours, after a provider that was away for an hour has come back', () => {
    const story = Story.approved().defleet();
    expect(story.commands).toEqual(['withdraw']);
    story.now += parseDuration('1h');
    story.tell({ type: 'command-failed', command: 'withdraw', message: '503', next: '', mayPass: true });
    expect(story.commands).toEqual(['read']);
    const back = story.now;
    story.reads('approved');
    while (!story.commands.includes('withdraw')) story.passes('1h');
    expect(story.now - back).toBeLessThanOrEqual(parseDuration('30m'));
  });

  it('is sent its DELETE at once also where its clearance is found under a brand that nobody knows', () => {
    // It leaves before it was submitted; somebody else has cleared it.
    const story = new Story().defleet();
    story.tell({ type: 'started', rules: story.rules });
    expect(story.commands).toEqual(['read']);
    story.reads('approved', { brand: 'MOON ROVER' });
    if (story.commands.includes('read-rules'))
      story.tell({ type: 'command-failed', command: 'read-rules', message: 'unknown brand', next: '' });
    expect(story.commands).toEqual(['withdraw']);
  });

  it('is sent its DELETE at once where a person amends a brand that nobody knows meanwhile', () => {
    const story = Story.begun().tell({
      type: 'command-failed',
      command: 'submit',
      message: 'timeout',
      next: '',
      mayPass: true,
    });
    story.defleet().reads(null);
    story.tell({ type: 'amended', by: null, brand: 'MOON ROVER', tags: {}, policy: {} });
    story.tell({ type: 'withdrawn', answer: { outcome: 'absent', detail: '' } }).reads(null);
    story.tell({ type: 'command-failed', command: 'read-rules', message: 'unknown brand', next: '' });
    expect(story.state.parked).toBeNull();
  });

  it.each([
    ['a 204 without a body', { outcome: 'accepted', status: null }],
    ['a 404', { outcome: 'absent', detail: 'no such vin' }],
  ] as const)(
    'is not asked for more than 13 times a day where two open rows take turns and DELETE answers %s',
    (_, answer) => {
      const story = Story.begun({ brand: 'mercedes-benz' }).accepted();
      story.passes('1d').reads('pending');
      story.now += 2 * DAY;
      story.reads('approved');
      story.tell({ type: 'data-checked', answer: 'not-asked' });
      story.defleet();
      let flips = 0;
      let deletes = 0;
      let reads = 0;
      const begun = story.now;
      for (let step = 0; step < 400 && story.now < begun + DAY; step++) {
        story.now += 1_000;
        if (story.commands.includes('withdraw')) {
          deletes += 1;
          story.tell({ type: 'withdrawn', answer } as never);
        } else if (story.commands.includes('read')) {
          reads += 1;
          story.reads(flips++ % 2 ? 'approved' : 'pending');
        } else story.passes('1d');
      }
      expect(deletes).toBeLessThanOrEqual(13);
      expect(reads).toBeLessThanOrEqual(40);
    },
  );
});

it('a brand that is amended while its submission is on its way is not taken for that of the clearance', () => {
  const story = Story.begun();
  expect(story.commands).toEqual(['submit']);
  const head = { kind: 'amend', id: 'a', words: 'x', sentAt: null, notAfter: null } as const;
  story.tell({ type: 'amended', by: 'ops', brand: 'ford', tags: {}, policy: {}, head });
  story.accepted();
  if (story.commands.includes('read-rules')) {
    story.tell({ type: 'rules-read', rules: Story.begun({ brand: 'ford' }).rules });
  }
  story.reads('pending', { brand: 'bmw' });
  expect(story.state.vehicle.brand).toBe('bmw');
});

it('a doubt is read at once also after weeks of looks', () => {
  const story = Story.pending();
  for (let look = 0; look < 60; look++) {
    story.passes('6h');
    expect(story.commands).toEqual(['read']);
    story.reads('pending');
  }
  story.now += 60_000;
  story.hears('revoked');
  expect(story.commands).toEqual(['read']);
});

it('a vehicle whose eligibility could not be asked for three minutes (503) is asked about again by itself', () => {
  const story = Story.begun({ checkEligibility: 'blocking' });
  expect(story.commands).toEqual(['check-eligibility']);
  story.tell({
    type: 'command-failed',
    command: 'check-eligibility',
    message: 'High Mobility cannot be reached',
    next: 'It is tried again.',
    mayPass: true,
  });
  for (let turn = 0; turn < 99 && story.commands.length === 0; turn++) story.passes('12h');
  expect(story.commands).toEqual(['check-eligibility']);
});
