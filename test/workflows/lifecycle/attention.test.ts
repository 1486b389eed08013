import { attentionOf } from '../../../workflows/lifecycle/attention';
import { START, Story, standsStill } from './story';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

describe('what people are told and what the view says are one thing', () => {
  it.each<[string, () => Story]>([
    [
      'a reason',
      () => Story.pending({ brand: 'audi' }).reads('pending', { reason: 'privacy mode is enabled' }),
    ],
    ['a rejection', () => Story.pending().reads('rejected', { reason: 'new to us' })],
    ['an access that has ended', () => Story.approved().hears('revoked').reads('revoked')],
    [
      'data that is lost',
      () => Story.pending().reads('approved').tell({ type: 'data-checked', answer: 'lost' }),
    ],
    ['a status that nobody knows', () => Story.pending().reads('unknown')],
  ])('of %s', (_what, made) => {
    const story = made();
    const [notice] = story.notices;
    expect(notice).toBeDefined();
    expect(story.view).toMatchObject({ owner: notice?.owner, action: notice?.action });
    expect(story.view.ownerSince).toBe(notice?.since);
  });

  it('of a vehicle that gives no data a day after its approval', () => {
    const story = Story.pending().reads('approved').tell({ type: 'data-checked', answer: 'not-yet' });
    expect(story.view.owner).toBeNull();
    while (story.told.length === 0) {
      story.passes('1h');
      if (story.commands.includes('check-data')) story.tell({ type: 'data-checked', answer: 'not-yet' });
    }
    expect(story.now).toBe(START + DAY);
    expect(story.view).toMatchObject({ owner: 'driver', ownerSince: iso(START + DAY), settled: true });
  });
});

describe('nobody waits for ever', () => {
  it.each<[string, () => Story]>([
    ['a withdrawal that somebody else began', () => Story.approved().reads('revoking')],
    [
      'an earlier withdrawal that keeps the vehicle from being submitted',
      () =>
        Story.begun().tell({
          type: 'submitted',
          result: {
            outcome: 'found',
            clearance: { status: 'revoking', reason: null, changedAt: null, createdAt: null },
          },
        }),
    ],
    ['a vehicle that leaves', () => Story.pending({ brand: 'bmw' }).defleet()],
  ])('for %s', (_what, made) => {
    const story = made();
    expect(story.view.owner).toBeNull();
    expect(standsStill(story, 6).told).toEqual(['operations 1']);
    expect(story.view.owner).toBe('provider-support');
  });
});

describe('pending without a reason', () => {
  const waits = (days: number): Story => standsStill(Story.pending({ brand: 'opel' }), days);

  it('is nobody’s turn until the fifth day', () => {
    expect(waits(4).view).toMatchObject({ owner: null, action: null });
    expect(waits(4).told).toEqual([]);
  });

  it('is the driver’s from the fifth day on: over-the-air updates may need more than one drive', () => {
    const story = waits(6);
    expect(story.view).toMatchObject({
      owner: 'driver',
      action: expect.stringContaining('Drive the vehicle several times'),
      ownerSince: iso(START + 5 * DAY),
    });
    expect(story.view.action).toContain('privacy mode is off');
    expect(story.told).toEqual(['fleet-manager 1']);
  });

  it('is that of the provider’s support from the fifteenth day on, whom operations writes to', () => {
    const story = waits(16);
    expect(story.view).toMatchObject({ owner: 'provider-support', ownerSince: iso(START + 15 * DAY) });
    expect(story.told.at(-1)).toBe('operations 2');
  });
});

describe('until when somebody must have acted', () => {
  const since = START + 6 * HOUR;
  it.each<[string, string, number]>([
    ['ford', 'consent assignment missing', 10],
    ['volkswagen', 'privacy mode is enabled', 15],
    ['opel', 'no data received', 10],
  ])('is the clock of the carmaker: %s, "%s"', (brand, reason, days) => {
    const story = Story.pending({ brand }).passes('6h').reads('pending', { reason });
    expect(story.view.deadlineAt).toBe(iso(since + days * DAY));
    expect(standsStill(story, 9).view.deadlineAt).toBe(iso(since + days * DAY));
    expect(story.hears('approved').view.deadlineAt).toBeNull();
  });

  it('counts from the provider’s time where the reason was there before we knew it', () => {
    const changedAt = START - 8 * DAY;
    const story = Story.pending({ brand: 'ford' });
    story.reads('pending', { reason: 'consent assignment missing', changedAt });
    expect(story.view.deadlineAt).toBe(iso(START + 2 * DAY));
  });

  it('is the policy’s where that gives up sooner', () => {
    const giveUp = { policy: { giveUp: { after: '7d', by: 'park' } } } as const;
    const story = Story.pending({ brand: 'ford' }, giveUp).reads('pending', {
      reason: 'consent assignment missing',
    });
    expect(story.view.deadlineAt).toBe(iso(START + 7 * DAY));
  });
});

describe('a vehicle that leaves', () => {
  it('asks nobody to mend what is to end', () => {
    const story = Story.pending({ brand: 'volkswagen' })
      .reads('pending', { reason: 'privacy mode is enabled' })
      .defleet();
    expect(story.view).toMatchObject({ owner: null, action: null, deadlineAt: null, canRetry: false });
  });
});

describe('whether a retry can help', () => {
  it.each<[boolean, string, () => Story]>([
    [true, 'where a person can mend a rejection', () => Story.pending().reads('rejected', { reason: 'new' })],
    [
      true,
      'where the provider took a request and has lost it, or a call failed',
      () =>
        Story.begun().tell({
          type: 'command-failed',
          command: 'submit',
          message: 'no',
          next: '',
          mayPass: true,
        }),
    ],
    [false, 'where the request itself is wrong', () => rejected('audi', 'customer name tag missing')],
    [false, 'where it was rejected for good', () => rejected('bmw', 'ineligible VIN')],
    [false, 'while the provider tries by itself', () => Story.pending()],
    [false, 'where it is approved', () => Story.approved()],
    [false, 'before it has begun', () => new Story()],
    [false, 'where the provider is ending it', () => Story.approved().reads('revoking')],
  ])('%s %s, and why not', (can, _when, made) => {
    const { canRetry, whyNoRetry } = made().view;
    expect(canRetry).toBe(can);
    expect(whyNoRetry === null).toBe(can);
  });
});

function rejected(brand: string, reason: string): Story {
  return Story.pending({ brand }).reads('rejected', { reason });
}

it('after the end it is nobody’s turn', () => {
  expect(attentionOf(rejected('bmw', 'ineligible VIN').state)).toBeNull();
});

describe('what is the turn of the provider’s support', () => {
  it.each<[string, string]>([
    ['opel', 'telematics hardware error'],
    ['renault', 'invalid OEM state'],
    ['volkswagen', 'OEM fleet assignment failed'],
    ['volkswagen', 'software version incompatible'],
    ['bmw', 'invalid client configuration'],
  ])('operations hears of, with a letter ready to copy: %s, "%s"', (brand, reason) => {
    const story = rejected(brand, reason);
    expect(story.view.owner).toBe('provider-support');
    for (let days = 0; days < 20; days += 1) standsStill(story, 1);
    expect(new Set(story.told.map((told) => told.split(' ')[0]))).toEqual(new Set(['operations']));
    expect(story.view.action).toMatch(
      /^Write to support@high-mobility\.com, or your contact person there\. Ask .*, then confirm\.$/,
    );
    expect(story.view.letter?.split('\n')).toEqual([
      'VIN: WBA8E9G50GNT00001',
      `Brand: ${story.rules.brand.name}`,
      `Status: rejected: "${reason}"`,
      `Since: ${iso(START)}`,
    ]);
  });

  it('names what happened, where it is no reason of the carmaker', () => {
    const story = Story.approved().defleet();
    story.tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'ask us' } });
    expect(story.notices).toMatchObject([{ audience: 'operations', owner: 'provider-support' }]);
    expect(story.notices[0]?.letter).toContain(
      'What happened: The provider refused to end the clearance: ask us',
    );
  });

  it('has the provider’s own ids of the newest requests that failed', () => {
    const story = Story.approved().defleet();
    for (const requestId of ['r-1', 'r-2', 'r-3', 'r-4']) {
      const failed = { type: 'command-failed', command: 'withdraw', message: 'no', next: 'Ask.' } as const;
      story.tell({ ...failed, requestId }).tell({ type: 'resume-asked', by: null });
    }
    story.tell({ type: 'withdrawn', answer: { outcome: 'refused', detail: 'ask us' } });
    expect(story.view.letter?.split('\n').at(-1)).toBe('Request ids: r-2, r-3, r-4');
  });

  it('there is no letter for what is the turn of others', () => {
    const story = Story.pending({ brand: 'audi' }).reads('pending', { reason: 'privacy mode is enabled' });
    expect([story.view.letter, story.notices[0]?.letter]).toEqual([null, null]);
  });

  it('can be asked by rules that were recorded before they had an address', () => {
    const { support: _, ...rules } = new Story({ brand: 'opel' }).rules;
    const story = new Story({ brand: 'opel' }).tell({ type: 'started', rules }).accepted();
    story.reads('rejected', { reason: 'telematics hardware error' });
    expect(story.view.action).toMatch(
      /^Write to the provider's support, or your contact person there\. Ask /,
    );
  });
});
