import { loadCatalogue } from '../../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../../src/catalogue/schema';
import type { FirstData } from '../../../src/domain/first-data';
import { rulesFor } from '../../../src/domain/rules';
import { attentionOf } from '../../../workflows/lifecycle/attention';
import { START, Story } from './story';
import { rulesWith } from './with-traits';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOT_ASKED = { policy: { firstData: { ask: false } } } as const;
const NEVER_AGAIN = { policy: { firstData: { every: 'off', within: '2d' } } } as const;

const approved = (overrides?: CatalogueOverrides): Story => Story.pending({}, overrides).reads('approved');
const checked = (story: Story, answer: FirstData): Story => story.tell({ type: 'data-checked', answer });
const seen = (story: Story): Story => story.tell({ type: 'data-seen', by: 'stream' });

/** Lets days pass at a provider that always answers the same. @returns how often it was asked. */
function asks(story: Story, days: number, answer: FirstData): number {
  const end = story.now + days * DAY;
  let count = 0;
  while (story.now < end && story.state.deadline) {
    story.passes(`${end - story.now}ms`);
    if (!story.commands.includes('check-data')) continue;
    count += 1;
    checked(story, answer);
  }
  story.now = end;
  return count;
}

describe('data that flows', () => {
  test('is asked for once a week, in the quiet, and the view says when it was asked last', () => {
    const story = checked(approved(), 'flowing');
    expect(story.view).toMatchObject({
      step: 'quiet',
      settled: true,
      dataAskedAt: new Date(START).toISOString(),
    });
    expect(asks(story, 70, 'flowing')).toBe(10);
    expect(story.view).toMatchObject({ data: 'flowing', step: 'quiet', owner: null });
    expect(story.view.dataAskedAt).toBe(new Date(START + 70 * DAY).toISOString());
  });

  test('and is lost one day is somebody’s turn, and asked for in the rhythm of the beginning until it flows again', () => {
    const story = checked(approved(), 'flowing').passes('7d');
    checked(story, 'lost');
    expect(story.notices).toMatchObject([{ kind: 'data-lost', owner: 'fleet-manager', level: 1 }]);
    expect(story.state.deadline?.at).toBe(START + 7 * DAY + HOUR);
    asks(story, 3, 'lost');
    expect(story.view.data).toBe('lost');
    checked(story.passes('1d'), 'flowing');
    expect(story.view).toMatchObject({ data: 'flowing', owner: null, step: 'quiet' });
  });

  test('is not asked for again where the policy says so', () => {
    const story = checked(approved(NEVER_AGAIN), 'flowing');
    expect(story.state.deadline).toBeNull();
  });
});

describe('data that does not come', () => {
  test.each(['not-yet', 'lost'] as const)(
    'is asked for weekly after two weeks, as long as people are reminded (%s)',
    (answer) => {
      const story = checked(approved(), answer);
      asks(story, 15, answer);
      expect(asks(story, 70, answer)).toBe(10);
      const before = story.told.length;
      asks(story, 20, answer);
      expect(story.told.length).toBeGreaterThan(before);
    },
  );

  test.each(['not-yet', 'lost'] as const)(
    'and is asked for no more is told no more, and shown (%s)',
    (answer) => {
      const story = checked(approved(NEVER_AGAIN), answer);
      asks(story, 5, answer);
      const before = story.told.length;
      expect(asks(story, 100, answer)).toBe(0);
      expect(story.tell({ type: 'deadline-reached' }).told).toHaveLength(before);
      expect(story.view.data).toBe(answer);
      expect(story.view.owner).not.toBeNull();
    },
  );

  test('is asked for at once after a retry, from the beginning', () => {
    const story = checked(approved(NEVER_AGAIN), 'lost');
    asks(story, 5, 'lost');
    story.tell({ type: 'retry-asked', by: 'owner' }).reads('approved');
    expect(story.commands).toEqual(['check-data']);
    checked(story, 'lost');
    expect(story.state.deadline?.at).toBe(story.now + HOUR);
    expect(story.told.at(-1)).toBe('owner 1');
  });
});

describe('data that a person asks no more for', () => {
  const switchedOff = (answer: FirstData): Story => {
    const story = checked(approved(), answer);
    story.atHand = rulesFor(loadCatalogue(undefined, NOT_ASKED), 'bmw', { speed: 1 });
    return story.tell({ type: 'retry-asked', by: 'owner' }).reads('approved');
  };

  test.each(['not-yet', 'lost'] as const)(
    'is nobody’s turn: we would never see that it has come (%s)',
    (answer) => {
      const story = switchedOff(answer);
      expect(story.state.deadline).toBeNull();
      expect(story.view).toMatchObject({ data: 'not-asked', step: 'quiet', owner: null, action: null });
      expect(story.view).toMatchObject({ canRetry: false, whyNoRetry: expect.stringContaining('approved') });
      expect(attentionOf(story.state)).toBeNull();
    },
  );

  test('flows as far as is known', () => {
    expect(switchedOff('flowing').view).toMatchObject({ data: 'flowing', step: 'quiet', owner: null });
  });

  test('is somebody’s turn, once, also where the asking ends before the ladder begins', () => {
    const story = checked(approved({ policy: { firstData: { every: 'off', within: '6h' } } }), 'not-yet');
    asks(story, 1, 'not-yet');
    expect(story.told).toEqual(['owner 1']);
    expect(story.view.owner).toBe('driver');
    asks(story, 100, 'not-yet');
    expect(story.told).toEqual(['owner 1']);
    expect(story.state.deadline).toBeNull();
  });
});

describe('whoever reads the data by a stream', () => {
  test('says so, which counts as data', () => {
    const story = seen(checked(approved(), 'not-yet'));
    expect(story.view).toMatchObject({ data: 'flowing', step: 'quiet', owner: null });
    expect(story.view.dataSeenAt).toBe(new Date(START).toISOString());
    expect(story.state.history.at(-1)).toMatchObject({ source: 'person', note: 'data was seen (stream)' });
  });

  test('keeps the provider from being asked, and says nothing new in the history', () => {
    const story = seen(checked(approved(), 'flowing'));
    const { length } = story.state.history;
    for (let week = 0; week < 10; week += 1) {
      expect(asks(story, 6, 'flowing')).toBe(0);
      seen(story);
    }
    expect(story.state.history).toHaveLength(length);
  });

  test('is believed also where nobody asks for data', () => {
    const story = approved(NOT_ASKED);
    expect(story.view).toMatchObject({ data: 'not-asked', step: 'quiet', dataAskedAt: null });
    expect(seen(story).view).toMatchObject({ data: 'flowing', step: 'quiet' });
    expect(story.state.deadline).toBeNull();
  });

  test('of a vehicle that is not approved as we believe has its record looked at', () => {
    const story = seen(Story.pending());
    expect(story.commands).toEqual(['read']);
    expect(story.view.data).toBeNull();
  });
});

test('of a provider that cannot be asked nobody says that data flows', () => {
  const rules = rulesWith('bmw', { firstData: false });
  const story = new Story().tell({ type: 'started', rules }).accepted().reads('approved');
  expect(story.view).toMatchObject({ data: 'not-asked', step: 'quiet' });
});
