import type { Command, Observation } from '../../../workflows/lifecycle/state';
import { START, Story, type StoryEvent } from './story';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lives some days at a provider that answers each command in the same way, and tells when each was given. */
function given(
  story: Story,
  answer: (command: Command, at: number) => StoryEvent,
  days = 2,
): Record<string, number[]> {
  const times: Record<string, number[]> = { submit: [], read: [], withdraw: [] };
  const end = story.now + days * DAY;
  for (let step = 0; step < 20_000 && story.now < end && !story.state.ended; step++) {
    const [command] = story.commands;
    if (command) {
      times[command]?.push(story.now);
      story.tell(answer(command, story.now));
    } else {
      story.passes('1h');
    }
  }
  return times;
}

function perDay(times: readonly number[] | undefined, from: number): number {
  return (times ?? []).filter((at) => at >= from && at < from + DAY).length;
}

const row = (status: Observation['status'], more: Partial<Observation> = {}): Observation => ({
  status,
  reason: null,
  changedAt: START - DAY,
  createdAt: START - 2 * DAY,
  ...more,
});

const observed = (clearance: Observation | null): StoryEvent => ({
  type: 'observed',
  source: 'poll',
  clearance,
});

describe('a command that changes nothing', () => {
  it('is given again after a minute, then after twice as long each time, up to six hours', () => {
    const story = Story.approved().defleet();
    const { withdraw = [] } = given(story, (command) =>
      command === 'withdraw'
        ? { type: 'withdrawn', answer: { outcome: 'absent', detail: '' } }
        : observed(row('approved', { changedAt: null })),
    );
    const waits = withdraw.slice(1).map((at, index) => (at - (withdraw[index] ?? 0)) / MINUTE);
    expect(waits.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(Math.max(...waits)).toBe(360);
  });

  it.each(['in-transition', 'too-early', 'not-supported', 'unclear', 'already-removed', 'refused'] as const)(
    '(DELETE, answered "%s") is given at most twelve times a day, and then it is somebody’s turn',
    (outcome) => {
      const story = Story.approved({ brand: 'ford' }).defleet();
      const { withdraw, read } = given(
        story,
        (command) =>
          command === 'withdraw'
            ? { type: 'withdrawn', answer: { outcome, detail: 'its words' } }
            : observed(row('approved', { changedAt: null })),
        6,
      );
      for (let day = 0; day < 6; day++) {
        expect(perDay(withdraw, START + day * DAY)).toBeLessThanOrEqual(12);
        expect(perDay(read, START + day * DAY)).toBeLessThanOrEqual(24);
      }
      expect(withdraw?.length).toBeGreaterThan(6);
      expect(story.state.history.map(({ note }) => note)).toContainEqual(expect.stringContaining('parked: '));
      expect(story.state.ended).toBe(false);
    },
  );

  it('(a submission that finds a word that nobody knows) is not given again at all', () => {
    const story = Story.begun();
    const { submit } = given(story, (command) =>
      command === 'submit'
        ? { type: 'submitted', result: { outcome: 'found', clearance: row('unknown') } }
        : observed(row('unknown')),
    );
    expect(submit).toHaveLength(1);
    expect(story.view).toMatchObject({ status: 'unknown', step: 'waiting' });
  });

  it('(a submission that finds an old copy for ever) waits longer each time, and then believes it', () => {
    const story = Story.pending().reads('rejected', { reason: 'new to us', changedAt: START });
    story.now += MINUTE;
    story.tell({ type: 'retry-asked', by: 'ops' });
    const old = row('pending', { changedAt: START - 1 });
    const { submit } = given(
      story,
      (command) =>
        command === 'submit'
          ? { type: 'submitted', result: { outcome: 'found', clearance: old } }
          : observed(old),
      3,
    );
    for (let day = 0; day < 3; day++) expect(perDay(submit, START + day * DAY)).toBeLessThanOrEqual(12);
    expect(story.view.status).toBe('pending');
  });

  it('is given at once again when a person has acted', () => {
    const story = Story.approved().defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'no' } });
    expect(story.view.step).toBe('parked');
    expect(story.tell({ type: 'resume-asked', by: 'ops' }).commands).toEqual(['read']);
    expect(story.reads('approved').commands).toEqual(['withdraw']);
  });
});

describe('a look at the record while the provider is in trouble', () => {
  const unanswered = (trouble?: 'away'): StoryEvent => ({
    type: 'command-failed',
    command: 'read',
    message: 'a row that does not say which vehicle it is about',
    next: 'Ask its support.',
    mayPass: true,
    isNoAnswer: true,
    ...(trouble && { trouble }),
  });
  /** It leaves, and nothing was seen of it: it waits until an absence counts, and looks again and again. */
  const leaves = (): Story => {
    const story = Story.begun().defleet().tell({ type: 'submission-stopped' });
    expect(story.commands).toEqual(['read']);
    return story;
  };
  /** Lives a day at a provider that shows nothing, and fails to answer so many times before each answer. */
  const reads = (failures: number, trouble?: 'away'): { answered: number[]; failed: number[] } => {
    const answered: number[] = [];
    const failed: number[] = [];
    let left = failures;
    given(
      leaves(),
      (_, at) => {
        (left > 0 ? failed : answered).push(at);
        if (left-- > 0) return unanswered(trouble);
        left = failures;
        return observed(null);
      },
      1,
    );
    return { answered, failed };
  };

  it.each([1, 2, 3])(
    'that only this vehicle meets becomes rarer, also where each %i in vain are followed by an answer',
    (failures) => {
      const { answered, failed } = reads(failures);
      expect(answered.length).toBeGreaterThan(2);
      // The first answer is news: nothing was known before.
      const all = [...answered, ...failed].sort((one, other) => one - other).slice(failures + 1);
      expect(all.length).toBeLessThanOrEqual(12);
      expect(all.at(-1)).toBeGreaterThan((all.at(-2) ?? 0) + 3 * HOUR);
    },
  );

  it('that the whole application meets is made every 15 minutes, and counts once it is answered', () => {
    const { answered, failed } = reads(1, 'away');
    expect(answered.length).toBeGreaterThan(6);
    expect(answered.length).toBeLessThanOrEqual(13);
    expect(failed.length).toBeLessThanOrEqual(answered.length + 1);
    const story = leaves();
    for (let look = 0; look < 40; look++) {
      story.tell(unanswered('away'));
      expect(story.passes('15m').commands).toEqual(['read']);
    }
    expect(story.state.repeats.read?.count).toBe(0);
    expect(story.tell(observed(null)).state.repeats.read?.count).toBe(1);
  });
});

describe('a record older than what we know', () => {
  it('becomes the truth when it has lasted for a day: a provider may be restored from a backup', () => {
    const story = Story.pending().reads('approved', { changedAt: START });
    story.tell({ type: 'data-checked', answer: 'flowing' });
    story.now = START + 5 * DAY;
    story.tell({ type: 'observed', source: 'sweep', clearance: row('pending', { changedAt: START - 5 }) });
    expect(story.view.status).toBe('approved');
    given(story, () => observed(row('pending', { changedAt: START - 5 })), 2);
    expect(story.view.status).toBe('pending');
  });
});

describe('a false approval of a brand that cannot cancel', () => {
  it('is read when DELETE is not supported, and not asked for all day', () => {
    const story = Story.pending({ brand: 'ford' }).defleet().hears('approved');
    expect(story.commands).toEqual(['withdraw']);
    story.tell({ type: 'withdrawn', answer: { outcome: 'not-supported', detail: '' } });
    expect(story.commands).toEqual(['read']);
    expect(story.reads('pending').commands).toEqual([]);
    const { withdraw } = given(story, () => observed(row('pending', { changedAt: null })), 2);
    expect(withdraw).toEqual([]);
  });
});
