import type { AmendRequest } from '../../workflows/messages';
import { acknowledged, amended, checkNames, checkResume } from '../../workflows/requests';
import { Story } from './story';

const DAY = 86_400_000;
const REFUSAL = { type: 'MESSAGE_INVALID', nonRetryable: true };

/** The sentence with which a message is refused. */
function refusal(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    expect(error).toMatchObject(REFUSAL);
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

describe('a request of texts', () => {
  it.each([undefined, null, {}, { by: 'ops' }, { by: 'ops', reason: 'sold' }, { reason: '' }])(
    'takes %j',
    (request) => {
      expect(() => checkNames(request, ['by', 'reason'])).not.toThrow();
    },
  );

  const SENTENCE = 'Send an object with "by" and "reason" as texts';
  it.each([
    ['sold', `${SENTENCE}.`],
    [7, `${SENTENCE}.`],
    [true, `${SENTENCE}.`],
    [['ops'], `${SENTENCE}.`],
    [{ who: 'ops' }, `${SENTENCE}; "who" does not fit.`],
    [{ by: 'ops', reason: 7 }, `${SENTENCE}; "reason" does not fit.`],
    [{ by: null }, `${SENTENCE}; "by" does not fit.`],
    [{ by: { name: 'ops' } }, `${SENTENCE}; "by" does not fit.`],
  ])('refuses %j', (request, sentence) => {
    expect(refusal(() => checkNames(request, ['by', 'reason']))).toBe(sentence);
  });
});

describe('resume', () => {
  it('is refused where nothing is parked', () => {
    expect(refusal(() => checkResume(Story.pending().state))).toBe(
      'The activation is not parked: there is nothing to resume.',
    );
  });

  it('is taken where something is', () => {
    const story = Story.pending().reads('rejected', { reason: 'nobody has seen this' });
    expect(() => checkResume(story.state)).not.toThrow();
  });
});

describe('amend', () => {
  const { state } = Story.begun();

  it.each<[AmendRequest, object]>([
    [
      { tags: { depot: 'north' }, by: 'ops' },
      { by: 'ops', brand: null, tags: { depot: 'north' }, policy: {} },
    ],
    [{ brand: 'audi' }, { by: null, brand: 'audi', tags: {}, policy: {} }],
    [{ policy: { pollInterval: '1h' } }, { policy: { pollInterval: 3_600_000 } }],
    [{ policy: { withdrawPollInterval: '5m' } }, { policy: { withdrawPollInterval: 300_000 } }],
    [
      { policy: { giveUp: { after: '30d', by: 'park' } } },
      { policy: { giveUp: { after: 30 * DAY, by: 'park' } } },
    ],
    [
      { policy: { giveUp: { after: '1d', by: 'withdraw' } } },
      { policy: { giveUp: { after: DAY, by: 'withdraw' } } },
    ],
    [
      { policy: { drift: 'resubmit', pollInterval: '2h' } },
      { policy: { drift: 'resubmit', pollInterval: 7_200_000 } },
    ],
    [{ policy: { drift: 'park' } }, { policy: { drift: 'park' } }],
    [{ policy: {} }, { policy: {} }],
  ])('takes %j', (request, event) => {
    expect(amended(request, state)).toStrictEqual({
      type: 'amended',
      at: expect.any(Number),
      by: null,
      brand: null,
      tags: {},
      policy: {},
      ...event,
    });
  });

  const WHAT = 'Send an object with "tags", "brand" or "policy", and "by".';
  const POLICY =
    'Send "policy" as an object of pollInterval, withdrawPollInterval, giveUp, drift, eligibility.';
  const GIVE_UP = 'Send "giveUp" as {"after": "30d", "by": "withdraw"} or with "park".';
  const wait = (name: string): string => `Send "${name}" as a duration such as 30s, 15m, 6h or 10d.`;
  it.each<[unknown, string]>([
    [undefined, WHAT],
    [null, WHAT],
    ['tags', WHAT],
    [[{ tags: {} }], WHAT],
    [{}, WHAT],
    [{ by: 'ops' }, WHAT],
    [{ vin: 'X', tags: {} }, WHAT],
    [{ tags: 'north' }, 'Send "tags" as an object of texts.'],
    [{ tags: ['north'] }, 'Send "tags" as an object of texts.'],
    [{ tags: null }, 'Send "tags" as an object of texts.'],
    [{ tags: { depot: 7 } }, 'Send "tags" as an object of texts.'],
    [{ tags: { depot: 'north', count: null } }, 'Send "tags" as an object of texts.'],
    [{ tags: {}, by: 7 }, 'Send "by" as a text.'],
    [{ brand: '' }, 'Send "brand" as a text.'],
    [{ brand: 7 }, 'Send "brand" as a text.'],
    [{ policy: 'fast' }, POLICY],
    [{ policy: null }, POLICY],
    [{ policy: { patience: '1d' } }, POLICY],
    [{ policy: { drift: 'retry' } }, 'Send "drift" as "park" or "resubmit".'],
    [{ policy: { drift: null } }, 'Send "drift" as "park" or "resubmit".'],
    [{ policy: { giveUp: null } }, GIVE_UP],
    [{ policy: { giveUp: '30d' } }, GIVE_UP],
    [{ policy: { giveUp: { after: '30d', by: 'revoke' } } }, GIVE_UP],
    [{ policy: { giveUp: { after: 'soon', by: 'park' } } }, wait('giveUp.after')],
    [{ policy: { giveUp: { by: 'park' } } }, wait('giveUp.after')],
    [{ policy: { pollInterval: '0s' } }, wait('pollInterval')],
    [{ policy: { pollInterval: 60 } }, wait('pollInterval')],
    [{ policy: { pollInterval: null } }, wait('pollInterval')],
    [{ policy: { pollInterval: '-1h' } }, wait('pollInterval')],
    [{ policy: { pollInterval: '99999999999d' } }, wait('pollInterval')],
    [{ policy: { withdrawPollInterval: 'often' } }, wait('withdrawPollInterval')],
  ])('refuses %j', (request, sentence) => {
    expect(refusal(() => amended(request as AmendRequest, state))).toBe(sentence);
  });

  it.each(['pending', 'approved'] as const)('keeps the brand of a clearance that is %s', (status) => {
    const story = Story.pending().reads(status);
    expect(refusal(() => amended({ brand: 'audi' }, story.state))).toBe(
      `The clearance is ${status}: its brand cannot change. Defleet the vehicle first.`,
    );
    expect(amended({ tags: {} }, story.state)).toMatchObject({ brand: null });
  });

  it.each([{ brand: 'audi' }, { policy: { pollInterval: '1h' } }])(
    'refuses %j before the rules are read, which would undo it',
    (request) => {
      expect(refusal(() => amended(request, new Story().state))).toBe(
        'The activation has only just begun: send its brand or policy again in a minute.',
      );
    },
  );

  it('takes tags before the rules are read', () => {
    expect(amended({ tags: { depot: 'north' } }, new Story().state)).toMatchObject({
      tags: { depot: 'north' },
    });
  });

  it('changes the brand once the clearance is over', () => {
    const story = Story.pending().reads('rejected', { reason: 'nobody has seen this' });
    expect(amended({ brand: 'audi' }, story.state)).toMatchObject({ brand: 'audi' });
  });
});

describe('acknowledge', () => {
  const NOW = Date.UTC(2026, 4, 1, 12);
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  it.each([
    [{ until: '3d' }, { by: null, until: NOW + 3 * DAY }],
    [
      { until: '90m', by: 'ops' },
      { by: 'ops', until: NOW + 5_400_000 },
    ],
    [{ until: '2026-05-09' }, { by: null, until: Date.UTC(2026, 4, 9) }],
    [{ until: '2026-05-01T12:00:01Z' }, { by: null, until: NOW + 1_000 }],
  ])('takes %j', (request, event) => {
    expect(acknowledged(request)).toStrictEqual({ type: 'acknowledged', at: NOW, ...event });
  });

  const FORMAT = 'Send "until" as a duration such as 30s, 15m, 6h or 10d, or as a date.';
  const PAST = 'Send "until" as a date that is still to come.';
  it.each<[unknown, string]>([
    [undefined, FORMAT],
    [null, FORMAT],
    ['3d', FORMAT],
    [['3d'], FORMAT],
    [{}, FORMAT],
    [{ until: 'tomorrow' }, FORMAT],
    [{ until: 3 }, FORMAT],
    [{ until: '0d' }, FORMAT],
    [{ until: '99999999999d' }, FORMAT],
    [{ until: '3d', by: { name: 'ops' } }, 'Send "by" as a text.'],
    [{ until: '2026-13-45' }, FORMAT],
    [{ until: '2026-04-30' }, PAST],
    [{ until: '2026-05-01T12:00:00Z' }, PAST],
  ])('refuses %j', (request, sentence) => {
    expect(refusal(() => acknowledged(request as never))).toBe(sentence);
  });
});
