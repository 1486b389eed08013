import { DAY, HM, HOUR, OTHER, PLAN, START, Story, VIN } from './story';

/** Two applications: in one the vehicle has an activation, in the other nobody has heard of it. */
function open(): Story {
  return new Story().planned();
}

describe('its deadline', () => {
  const waiting = () => open().leaving(HM, 'pending').none(OTHER).read(OTHER, null);

  test('is told of at half, before it, at it and every day after it, louder each time', () => {
    const story = waiting();
    const told: [number, string[]][] = [];
    for (let count = 0; story.now < START + 4.5 * DAY; ) {
      story.until(story.wakeAt as number);
      if (story.wanted.includes('look high-mobility')) story.leaving(HM, 'pending');
      if (story.wanted.includes('state')) story.tell({ type: 'stated' });
      const more = story.notices.slice(count);
      count = story.notices.length;
      if (more.length > 0) told.push([(story.now - START) / HOUR, more.map(({ audience }) => audience)]);
    }
    const all = ['fleet-manager', 'operations', 'owner'];
    expect(told).toEqual([
      [24, ['fleet-manager']],
      [42, ['fleet-manager', 'operations']],
      [48, all],
      [72, all],
      [96, all],
    ]);
    expect(story.notices.map(({ level }) => level)).toEqual([1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]);
    expect(new Set(story.notices.map(({ id }) => id)).size).toBe(story.notices.length);
    expect(story.notices[0]).toMatchObject({
      kind: 'defleeting',
      vin: VIN,
      provider: 'high-mobility',
      status: 'pending',
    });
  });

  test.each([
    ['pending', 'is open (pending)'],
    ['absent', 'is not proven to be over yet (its record says absent)'],
    ['revoked', 'is not proven to be over yet (its record says revoked)'],
  ] as const)('is told in words that are so: what is %s %s', (status, words) => {
    const story = open().leaving(HM, 'pending').none(OTHER).read(OTHER, null);
    story.until(story.now + HOUR / 4).leaving(HM, status);
    while (story.notices.length === 0) story.until(story.wakeAt as number);
    expect(story.notices[0]?.action).toContain(`its access at high-mobility:default ${words}. `);
  });

  test('is followed by a statement of what is open and why, once', () => {
    const story = waiting().until(START + 2 * DAY);
    expect(story.wanted).toContain('state');
    expect(story.commands.find((command) => command.do === 'state')).toMatchObject({
      facts: {
        at: new Date(PLAN.deadlineAt).toISOString(),
        accesses: [{ outcome: 'open', why: 'pending' }, { outcome: 'ended' }],
      },
    });
    story.tell({ type: 'stated' });
    story.leaving(HM, 'pending').until(START + 5 * DAY);
    expect(story.view.statementAt).toBe(new Date(START + 2 * DAY).toISOString());
    expect(story.state.doing).toBeNull();
  });

  test('is signed again later where signing failed, and not at once', () => {
    const story = waiting().until(START + 2 * DAY);
    story.tell({ type: 'failed', why: 'no key' });
    expect(story.wanted).toEqual([]);
    story.until(story.now + HOUR);
    expect(story.state.doing).toBe('state');
  });
});

describe('a day to come', () => {
  const beginsAt = START + 30 * DAY;
  const later = { eventDate: '2026-12-27', beginsAt, deadlineAt: beginsAt + 3 * DAY };
  const scheduled = () => new Story({ eventDate: '2026-12-27' }).planned(later);

  test('is waited for, and nothing is asked before', () => {
    const story = scheduled();
    expect([story.wanted, story.view.step, story.wakeAt]).toEqual([[], 'scheduled', beginsAt]);
    story.until(beginsAt);
    // Its applications of that day, not those of the day on which it was asked for.
    expect(story.wanted).toEqual(['plan']);
    story.planned();
    expect(story.wanted).toEqual(['ask high-mobility', 'ask other']);
  });

  test('is moved', () => {
    const story = scheduled();
    story.tell({ type: 'message', asking: { kind: 'move', id: 'm1', by: null, eventDate: '2027-01-05' } });
    expect(story.commands).toMatchObject([
      { do: 'plan', order: { eventDate: '2027-01-05', deadline: null } },
    ]);
    story.planned({ ...later, eventDate: '2027-01-05', beginsAt: beginsAt + 9 * DAY }, 'm1');
    expect(story.view.answers).toEqual([expect.objectContaining({ id: 'm1', outcome: 'taken' })]);
    expect([story.view.eventDate, story.wakeAt]).toEqual(['2027-01-05', beginsAt + 9 * DAY]);
  });

  test.each([
    [{ eventDate: '9999-12-31' }, 'no day of this century'],
    [{ eventDate: 'soon' }, 'no day of this century'],
    [{ deadline: Number.MAX_SAFE_INTEGER }, 'no duration'],
    [{ deadline: 0 }, 'no duration'],
  ])('is not moved to what is typed by hand and no date can be: %j', (dates, words) => {
    const story = scheduled();
    story.tell({ type: 'message', asking: { kind: 'move', id: 'm1', by: null, ...dates } });
    expect(story.commands).toEqual([]);
    expect(story.view.answers).toMatchObject([{ outcome: 'refused', next: expect.stringContaining(words) }]);
  });

  test('is moved also where its first plan is not made yet', () => {
    const story = new Story({ eventDate: '2026-12-27' });
    story.tell({ type: 'message', asking: { kind: 'move', id: 'm1', by: null, deadline: HOUR } });
    expect(story.wanted).toEqual([]);
    story.planned(later);
    expect(story.commands).toMatchObject([
      { do: 'plan', order: { eventDate: '2026-12-27', deadline: HOUR }, moving: 'm1' },
    ]);
    expect(story.planned(later, 'm1').view.answers).toMatchObject([{ id: 'm1', outcome: 'taken' }]);
  });

  test('is taken back, once, however often it is asked for', () => {
    const asking = { kind: 'take-back', id: 't1', by: null, via: 'message' } as const;
    const story = scheduled().tell({ type: 'message', asking });
    expect(story.view).toMatchObject({
      step: 'ended',
      outcome: 'taken-back',
      answers: [{ outcome: 'taken' }],
    });
    story.tell({ type: 'message', asking });
    expect(story.view.answers).toHaveLength(1);
  });
});

describe('a vehicle that is to stay', () => {
  const asking = { kind: 'take-back', id: 't1', by: null, via: 'message' } as const;

  test('is asked everywhere where it was asked to leave, once all that is known', () => {
    const story = open().leaving(HM);
    story.tell({ type: 'message', asking });
    // Nothing else is done meanwhile.
    expect([story.wanted, story.wakeAt]).toEqual([[], null]);
    story.none(OTHER);
    expect(story.commands).toMatchObject([
      { do: 'take-back', asking, applications: [{ provider: 'high-mobility', application: 'default' }] },
    ]);
    story.tell({ type: 'stayed', refusal: null });
    expect(story.view).toMatchObject({ outcome: 'taken-back', answers: [{ id: 't1', outcome: 'taken' }] });
  });

  test('cannot where one of its activations has ended by a DELETE', () => {
    const story = open().leaving(HM).tell({ type: 'activation-ended', part: HM }).ended(HM);
    story.leaving(OTHER).tell({ type: 'message', asking });
    expect(story.view.answers).toMatchObject([
      { outcome: 'refused', next: expect.stringContaining('has ended already') },
    ]);
  });
});

describe('a message that comes too late', () => {
  test.each(['move', 'take-back'] as const)('is refused in words: %s', (kind) => {
    const story = open().leaving(HM).leaving(OTHER);
    story.tell({ type: 'message', asking: { kind, id: 'x', by: null, via: 'message' } as never });
    if (story.wanted.includes('take-back'))
      story.tell({ type: 'stayed', refusal: 'The DELETE was sent: it goes on.' });
    expect(story.view.answers).toEqual([
      { id: 'x', outcome: 'refused', next: expect.stringContaining('goes on') },
    ]);
    expect(story.view.outcome).toBeNull();
    // What had been told to stay is asked to leave again.
    if (kind === 'take-back') expect(story.wanted).toEqual(['ask high-mobility', 'ask other']);
  });

  test('after the end is refused', () => {
    const story = open().none(HM).read(HM, null).none(OTHER).read(OTHER, null);
    story.tell({ type: 'certified', certificate: null });
    story.tell({ type: 'message', asking: { kind: 'take-back', id: 'x', by: null, via: 'message' } });
    expect(story.view.answers).toMatchObject([
      { outcome: 'refused', next: expect.stringContaining('has left') },
    ]);
  });
});

test('an order that counted until no worker came asks nobody', () => {
  const story = new Story();
  const late = new Story({ notAfter: START - 1 });
  expect(story.wanted).toEqual(['plan']);
  expect([late.wanted, late.view.outcome]).toEqual([[], 'expired']);
});
