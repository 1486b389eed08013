import { askingId, stayingId } from '../../../workflows/contract/defleetings';
import { DAY, HM, HOUR, OTHER, PLAN, START, Story } from './story';

/** What the third saboteur has found. */

const TAKE_BACK = { kind: 'take-back', id: 't1', by: null, via: 'message' } as const;
const NEW = { provider: 'third', application: 'default' };
const WITH_NEW = { applications: [...PLAN.applications, NEW] };

describe('a vehicle that leaves on a day to come', () => {
  const beginsAt = START + 200 * DAY;
  const scheduled = () =>
    new Story({ eventDate: '2027-06-15' }).planned({ beginsAt, deadlineAt: beginsAt + 3 * DAY });

  test('and has come to another application since, is asked for there, too', () => {
    const story = scheduled().until(beginsAt);
    expect(story.commands).toMatchObject([{ do: 'plan', moving: null }]);
    // Asked for again only its applications are others: the dates are those that people know.
    story.now += HOUR;
    story.planned({ ...WITH_NEW, eventDate: '2027-06-16', beginsAt: story.now + DAY });
    expect(story.wanted).toEqual(['ask high-mobility', 'ask other', 'ask third']);
    expect(story.view).toMatchObject({ deadlineAt: new Date(beginsAt + 3 * DAY).toISOString() });
  });

  test('and cannot be planned when it begins is planned again after a pause, and not at once', () => {
    const story = scheduled().until(beginsAt);
    story.tell({ type: 'failed', why: 'Temporal is away' });
    expect([story.wanted, story.wakeAt]).toEqual([[], beginsAt + 60_000]);
    expect(story.until(beginsAt + 60_000).wanted).toEqual(['plan']);
  });
});

describe('a vehicle that came back in one application while another one was open', () => {
  const half = () => {
    const story = new Story()
      .planned({ deadlineAt: START + 30 * DAY })
      .leaving(HM)
      .none(OTHER);
    story.read(OTHER, null);
    story.now += HOUR;
    return story.tell({ type: 'activation-ended', part: HM }).ended(HM).read(HM, 'revoked');
  };

  test('is not certified: what is gone is asked for once more, and what is new as well', () => {
    const story = half();
    expect(story.wanted).toEqual(['plan']);
    story.planned(WITH_NEW);
    expect(story.wanted).toEqual(['ask third']);
    story.none('third:default').read('third:default', null);
    expect(story.wanted).toEqual(['ask other']);
    story.leaving(OTHER, 'approved');
    expect([story.wanted, story.view.step]).toEqual([[], 'watching']);
  });

  test('and has not is certified without another reading', () => {
    const story = half().planned();
    expect(story.wanted).toEqual(['ask other']);
    expect(story.none(OTHER).wanted).toEqual(['certify']);
  });

  test('and was ended there by force is read once more', () => {
    const story = half().planned();
    story.tell({ type: 'found', part: OTHER, found: { kind: 'none', endedAt: story.now - 1 } });
    expect(story.wanted).toEqual(['read other']);
  });

  test('and has ended there again is read once more', () => {
    const story = half().planned().ended(OTHER);
    expect(story.wanted).toEqual(['read other']);
  });
});

describe('a vehicle that is to stay', () => {
  test('before it is known whom to ask is asked to stay wherever a message may be on its way', () => {
    // The command line sends one as well, and no worker has planned anything yet.
    const story = new Story().tell({ type: 'message', asking: TAKE_BACK });
    expect([story.view.outcome, story.wanted]).toEqual([null, []]);
    story.planned();
    expect(story.commands).toMatchObject([
      { do: 'take-back', applications: [], others: [{ provider: 'high-mobility' }, { provider: 'other' }] },
    ]);
    story.tell({ type: 'stayed', refusal: null });
    expect(story.view).toMatchObject({ outcome: 'taken-back', answers: [{ id: 't1', outcome: 'taken' }] });
  });

  test('where one application could not be asked is asked to stay there as well', () => {
    const story = new Story().planned().leaving(HM);
    story.tell({ type: 'part-failed', part: OTHER, why: 'no answer' });
    story.tell({ type: 'message', asking: TAKE_BACK });
    expect(story.commands).toMatchObject([
      { do: 'take-back', applications: [{ provider: 'high-mobility' }], others: [{ provider: 'other' }] },
    ]);
  });

  test('long before its day is told so at once', () => {
    const story = new Story({ eventDate: '2027-06-15' }).tell({ type: 'message', asking: TAKE_BACK });
    expect(story.view.outcome).toBe('taken-back');
  });
});

describe('a deadline that was over before it was asked for', () => {
  const late = () => new Story().planned({ deadlineAt: START - 300 * DAY });

  test('is not signed for before anybody was asked, and says when it is so', () => {
    const story = late();
    expect([story.wanted, story.notices]).toEqual([['ask high-mobility', 'ask other'], []]);
    story.now += 60_000;
    story.leaving(HM);
    expect(story.wanted).toEqual([]);
    story.none(OTHER);
    story.read(OTHER, null);
    expect(story.commands).toMatchObject([
      { do: 'state', facts: { at: new Date(story.now).toISOString(), accesses: [{}, { outcome: 'ended' }] } },
    ]);
  });
});

describe('one empty list', () => {
  const alone = () => new Story().planned({ applications: [{ provider: 'other', application: 'default' }] });

  test('is no proof where its activation was ended by force a moment ago: it has to stay empty for a day', () => {
    const story = alone();
    const found = { kind: 'none', endedAt: story.now - HOUR, mayBeOpen: true } as const;
    const ends = () => story.tell({ type: 'found', part: OTHER, found }).read(OTHER, null);
    expect(ends().view.parts).toMatchObject([
      { state: 'to-ask', reason: expect.stringContaining('something was open before') },
    ]);
    const asked = story.now;
    for (let looks = 0; !story.wanted.includes('certify') && looks < 50; looks += 1) {
      story.until(story.wakeAt as number);
      if (story.wanted.includes('ask other')) ends();
      if (story.wanted.includes('plan'))
        story.planned({ applications: [{ provider: 'other', application: 'default' }] });
    }
    expect(story.wanted).toEqual(['certify']);
    expect(story.now - asked).toBeGreaterThanOrEqual(23 * HOUR);
  });

  test('is no proof a day after the sign either: it is the first that shows nothing', () => {
    const story = alone();
    const found = { kind: 'none', endedAt: story.now - 30 * HOUR, mayBeOpen: true } as const;
    story.tell({ type: 'found', part: OTHER, found }).read(OTHER, null);
    expect(story.view.parts).toMatchObject([{ state: 'to-ask' }]);
    // Open in between, it begins anew.
    story.now += 12 * HOUR;
    story.tell({ type: 'time-passed' }).none(OTHER).read(OTHER, 'approved').leaving(OTHER);
    story.now += 13 * HOUR;
    story.tell({ type: 'time-passed' }).none(OTHER).read(OTHER, null);
    expect(story.view.parts).toMatchObject([{ state: 'to-ask' }]);
  });

  test('is no proof after a reading that showed it open, where no DELETE was sent', () => {
    const story = alone().none(OTHER).read(OTHER, 'approved').leaving(OTHER);
    const ended = { kind: 'ended', status: 'absent', answer: null, calls: 0 } as const;
    story.tell({ type: 'activation-ended', part: OTHER }).tell({ type: 'found', part: OTHER, found: ended });
    expect(story.read(OTHER, null).wanted).toEqual([]);
  });

  test('is the proof where its activation has ended by a DELETE, and a record that has ended always is', () => {
    const story = alone().none(OTHER).read(OTHER, 'approved').leaving(OTHER);
    story.tell({ type: 'activation-ended', part: OTHER }).ended(OTHER);
    expect(story.read(OTHER, null).wanted).toEqual(['certify']);
    const found = { kind: 'none', endedAt: START, mayBeOpen: true } as const;
    expect(alone().tell({ type: 'found', part: OTHER, found }).read(OTHER, 'revoked').wanted).toEqual([
      'certify',
    ]);
  });
});

describe('what is typed by hand', () => {
  const scheduled = () =>
    new Story({ eventDate: '2027-06-15' }).planned({
      beginsAt: START + 200 * DAY,
      deadlineAt: START + 203 * DAY,
    });

  test.each([
    { eventDate: 'tomorrow' },
    { eventDate: '2027-02-30' },
    { eventDate: '9999-12-31' },
    { deadline: 1e20 },
    { deadline: -1 },
  ])('and is no date is refused, and moves nothing: %j', (dates) => {
    const story = scheduled().tell({
      type: 'message',
      asking: { kind: 'move', id: 'm', by: null, ...dates },
    });
    expect([story.wanted, story.view.answers]).toMatchObject([[], [{ id: 'm', outcome: 'refused' }]]);
    expect(story.until(START + 200 * DAY).wanted).toEqual(['plan']);
  });

  test('and cannot be planned does not hold up who takes it back', () => {
    const story = scheduled().tell({
      type: 'message',
      asking: { kind: 'move', id: 'm', by: null, deadline: HOUR },
    });
    story.tell({ type: 'failed', why: 'Temporal is away' }).tell({ type: 'message', asking: TAKE_BACK });
    expect(story.view).toMatchObject({
      outcome: 'taken-back',
      answers: [
        { id: 'm', outcome: 'refused' },
        { id: 't1', outcome: 'taken' },
      ],
    });
  });
});

test('operations hears of a vehicle that has left and cannot be certified, and is reminded', () => {
  const story = new Story().planned({ applications: [{ provider: 'other', application: 'default' }] });
  story.none(OTHER).read(OTHER, null);
  for (let hours = 0; hours < 30; hours += 1) {
    story.now += HOUR;
    story.tell({ type: 'failed', why: 'the disk is full' });
    story.until(story.now + 60_000);
    // Nobody may have begun again while it could not be signed.
    expect(story.wanted).toEqual(['plan']);
    story.planned({ applications: [{ provider: 'other', application: 'default' }] });
    expect(story.wanted).toEqual(['ask other']);
    story.none(OTHER);
    if (story.wanted.includes('read other')) story.read(OTHER, null);
    expect(story.wanted).toEqual(['certify']);
  }
  expect(story.notices.map(({ audience, owner }) => [audience, owner])).toEqual([
    ['operations', 'operations'],
    ['operations', 'operations'],
  ]);
  expect(story.notices[0]?.action).toContain('not signed: the disk is full');
  expect(new Set(story.notices.map(({ id }) => id)).size).toBe(2);
});

test('a provider that shows a vehicle open again and again makes no loop without a wait', () => {
  const story = new Story().planned({ applications: [{ provider: 'other', application: 'default' }] });
  story.none(OTHER).read(OTHER, 'approved').leaving(OTHER);
  const waits: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    story.tell({ type: 'activation-ended', part: OTHER }).ended(OTHER).read(OTHER, 'approved');
    const from = story.now;
    while (!story.wanted.includes('take-over other')) story.until(story.wakeAt as number);
    waits.push((story.now - from) / HOUR);
    story.leaving(OTHER);
  }
  expect(waits.every((wait) => wait >= 0.25)).toBe(true);
});

test('ids that are too long to be kept whole stay different ones', () => {
  const id = 'x'.repeat(200);
  const ids = [
    askingId(id),
    askingId(id, 1),
    askingId(`${id}y`),
    stayingId(id, 'a'.repeat(200)),
    stayingId(id, 'b'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every(({ length }) => length <= 200)).toBe(true);
});
