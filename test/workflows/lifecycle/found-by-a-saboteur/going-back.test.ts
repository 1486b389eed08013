import { Story } from '../story';

describe('status words that go back while it leaves', () => {
  it('revoking, approved, revoking, …: DELETE at most 13 times a day', () => {
    const story = Story.approved().defleet();
    let deletes = 0;
    const begun = story.now;
    let clock = begun;
    for (let step = 0; step < 2_000 && story.now < begun + 86_400_000; step++) {
      story.now += 1_000;
      clock += 1_000;
      if (story.commands.includes('withdraw')) {
        deletes += 1;
        story.tell({ type: 'withdrawn', answer: { outcome: 'accepted', status: 'revoking' } });
      } else if (story.commands.includes('read')) story.reads('approved', { changedAt: clock });
      else story.passes('1d');
    }
    expect(deletes).toBeLessThanOrEqual(13);
  });

  it('unknown, approved, unknown, …: DELETE at most 13 times a day', () => {
    const story = Story.approved().defleet();
    let deletes = 0;
    let flips = 0;
    const begun = story.now;
    for (let step = 0; step < 2_000 && story.now < begun + 86_400_000; step++) {
      story.now += 1_000;
      if (story.commands.includes('withdraw')) {
        deletes += 1;
        story.tell({ type: 'withdrawn', answer: { outcome: 'in-transition', detail: '' } });
      } else if (story.commands.includes('read')) story.reads(flips++ % 2 ? 'approved' : 'unknown');
      else story.passes('1d');
    }
    expect(deletes).toBeLessThanOrEqual(13);
  });
});

it('404, 409, 422 and 503 in turn: DELETE at most 13 times a day, and it goes on', () => {
  const story = Story.approved().defleet();
  const answers = ['absent', 'in-transition', 'unclear', 'already-removed'] as const;
  let deletes = 0;
  const begun = story.now;
  for (let step = 0; step < 2_000 && story.now < begun + 86_400_000; step++) {
    story.now += 1_000;
    if (story.commands.includes('withdraw')) {
      const outcome = answers[deletes % 4] as 'absent';
      deletes += 1;
      story.tell({ type: 'withdrawn', answer: { outcome, detail: '' } });
    } else if (story.commands.includes('read')) story.reads('approved');
    else story.passes('1d');
  }
  expect(deletes).toBeLessThanOrEqual(13);
  expect(deletes).toBeGreaterThan(3);
});
