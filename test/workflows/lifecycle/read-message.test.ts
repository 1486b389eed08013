import type { AcknowledgeRequest, AmendRequest, MessageKind } from '../../../workflows/contract/messages';
import { claimed, readMessage } from '../../../workflows/lifecycle/read-message';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 4, 1, 12);

function read(kind: MessageKind, request: unknown): Record<string, unknown> {
  const { head: _, at, ...event } = readMessage(kind, request, NOW);
  expect(at).toBe(NOW);
  return event;
}

/** The sentence with which a message is refused. */
function refusal(kind: MessageKind, request: unknown): unknown {
  const event = read(kind, request);
  expect(event).toEqual({ type: 'message-refused', problem: expect.any(String) });
  return event['problem'];
}

describe('a message of texts', () => {
  it.each([undefined, null, {}, { by: 'ops' }, { by: 'ops', reason: 'sold' }, { reason: '' }, { by: null }])(
    'takes %j',
    (request) => {
      const { by = null, reason = null } = request ?? ({} as { by?: string; reason?: string });
      expect(read('defleet', request)).toEqual({ type: 'defleet-asked', via: 'defleet', by, reason });
    },
  );

  const SENTENCE = 'Send an object with "by", "reason"';
  it.each([
    ['sold', `${SENTENCE}.`],
    [7, `${SENTENCE}.`],
    [true, `${SENTENCE}.`],
    [['ops'], `${SENTENCE}.`],
    [{ who: 'ops' }, `${SENTENCE}; "who" does not fit.`],
    [{ by: 'ops', reason: 7 }, 'Send "reason" as a text.'],
    [{ by: { name: 'ops' } }, 'Send "by" as a text.'],
    [{ by: 'x'.repeat(201) }, 'Send "by" with at most 200 characters.'],
    [{ reason: 'x'.repeat(201) }, 'Send "reason" with at most 200 characters.'],
  ])('refuses %j', (request, sentence) => {
    expect(refusal('defleet', request)).toBe(sentence);
  });
});

describe('the envelope of a message', () => {
  it('says how it is known again and until when it counts', () => {
    const { head } = readMessage(
      'retry',
      {
        by: 'ops',
        id: 'a',
        sentAt: '2026-05-01T11:59:00Z',
        notAfter: '2026-05-01T14:00:00+01:00',
      },
      NOW,
    );
    expect(head).toEqual({
      kind: 'retry',
      id: 'a',
      words: expect.any(String),
      sentAt: NOW - 60_000,
      notAfter: NOW + 3_600_000,
    });
  });

  it('has the same words whatever id and times it has, and others for other words', () => {
    const words = (request: unknown) => readMessage('defleet', request, NOW).head?.words;
    expect(words({ by: 'ops', id: 'a' })).toBe(
      words({ by: 'ops', id: 'b', notAfter: '2026-05-01T12:00:00Z' }),
    );
    expect(words({ by: 'ops' })).not.toBe(words({ by: 'jane' }));
  });

  it.each([
    [{ id: 7 }, 'Send "id" as a text.'],
    [{ notAfter: 'soon' }, 'Send "notAfter" as a time with its zone, such as 2026-12-01T08:00:00Z.'],
    [
      { notAfter: '2026-05-01T12:00' },
      'Send "notAfter" as a time with its zone, such as 2026-12-01T08:00:00Z.',
    ],
    [{ sentAt: '2026-05-01' }, 'Send "sentAt" as a time with its zone, such as 2026-12-01T08:00:00Z.'],
    [{ sentAt: 1 }, 'Send "sentAt" as a time with its zone, such as 2026-12-01T08:00:00Z.'],
  ])('refuses %j', (request, sentence) => {
    for (const kind of ['defleet', 'retry', 'resume'] as const) expect(refusal(kind, request)).toBe(sentence);
  });
});

describe('amend', () => {
  it.each<[AmendRequest, object]>([
    [
      { tags: { depot: 'north' }, by: 'ops' },
      { by: 'ops', tags: { depot: 'north' } },
    ],
    [{ tags: { depot: null } }, { tags: { depot: null } }],
    [{ brand: 'audi' }, { brand: 'audi' }],
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
    [{ policy: { eligibility: 'off' } }, { policy: { eligibility: 'off' } }],
    [{ policy: {} }, { policy: {} }],
  ])('takes %j', (request, event) => {
    expect(read('amend', request)).toStrictEqual({
      type: 'amended',
      by: null,
      brand: null,
      tags: {},
      policy: {},
      ...event,
    });
  });

  const WHAT = 'Send an object with "tags", "brand", "fleet" or "policy", and "by".';
  const FIELDS = 'Send an object with "by", "tags", "brand", "fleet", "policy"';
  const TAGS = 'Send "tags" as an object of texts; null takes a tag away.';
  const POLICY =
    'Send "policy" as an object of pollInterval, withdrawPollInterval, giveUp, drift, eligibility.';
  const GIVE_UP = 'Send "giveUp" as {"after": "30d", "by": "withdraw"} or with "park".';
  const wait = (name: string): string => `Send "${name}" as a duration such as 30s, 15m, 6h or 10d.`;
  it.each<[unknown, string]>([
    [undefined, WHAT],
    [null, WHAT],
    ['tags', `${FIELDS}.`],
    [[{ tags: {} }], `${FIELDS}.`],
    [{}, WHAT],
    [{ by: 'ops' }, WHAT],
    [{ vin: 'X', tags: {} }, `${FIELDS}; "vin" does not fit.`],
    [{ tags: 'north' }, TAGS],
    [{ tags: ['north'] }, TAGS],
    [{ tags: null }, TAGS],
    [{ tags: { depot: 7 } }, TAGS],
    [{ tags: { depot: 'north', count: {} } }, TAGS],
    [{ tags: {}, by: 7 }, 'Send "by" as a text.'],
    [{ brand: '' }, 'Send "brand" as a text.'],
    [{ brand: 7 }, 'Send "brand" as a text.'],
    [{ policy: 'fast' }, POLICY],
    [{ policy: null }, POLICY],
    [{ policy: { patience: '1d' } }, POLICY],
    [{ policy: { drift: 'retry' } }, 'Send "drift" as "park" or "resubmit".'],
    [{ policy: { drift: null } }, 'Send "drift" as "park" or "resubmit".'],
    [{ policy: { eligibility: 'on' } }, 'Send "eligibility" as "off" or "advisory" or "blocking".'],
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
    expect(refusal('amend', request)).toBe(sentence);
  });
});

describe('acknowledge', () => {
  it.each<[AcknowledgeRequest, object]>([
    [{ until: '3d' }, { by: null, until: NOW + 3 * DAY }],
    [
      { until: '90m', by: 'ops' },
      { by: 'ops', until: NOW + 5_400_000 },
    ],
    [{ until: '2026-05-09' }, { by: null, until: Date.UTC(2026, 4, 9) }],
    [{ until: '2026-05-01T12:00:01Z' }, { by: null, until: NOW + 1_000 }],
    [{ until: '2026-05-01T14:00+01:00' }, { by: null, until: NOW + 3_600_000 }],
  ])('takes %j', (request, event) => {
    expect(read('acknowledge', request)).toStrictEqual({ type: 'acknowledged', ...event });
  });

  const FORMAT =
    'Send "until" as a duration such as 30s, 15m, 6h or 10d, or as a day or a time with its zone.';
  const ZONE = 'Send "until" with its zone, such as 2026-12-01T08:00:00Z or 2026-12-01T09:00:00+01:00.';
  const FIELDS = 'Send an object with "by", "until".';
  it.each<[unknown, string]>([
    [undefined, FORMAT],
    [null, FORMAT],
    ['3d', FIELDS],
    [['3d'], FIELDS],
    [{}, FORMAT],
    [{ until: 'tomorrow' }, FORMAT],
    [{ until: 3 }, FORMAT],
    [{ until: '0d' }, FORMAT],
    [{ until: '99999999999d' }, FORMAT],
    [{ until: '3d', by: { name: 'ops' } }, 'Send "by" as a text.'],
    [{ until: '2026-05-01T14:05' }, ZONE],
    [{ until: '2026-05-01T14:05:00' }, ZONE],
    [{ until: '2026-05-01 14:05' }, ZONE],
    [{ until: '2026-13-45' }, ZONE],
  ])('refuses %j', (request, sentence) => {
    expect(refusal('acknowledge', request)).toBe(sentence);
  });

  it('means the same in whatever zone the worker runs', () => {
    const zone = process.env['TZ'];
    try {
      const seen = ['UTC', 'Asia/Tokyo', 'America/Los_Angeles'].map((name) => {
        process.env['TZ'] = name;
        return ['2026-05-09', '2026-05-09T14:05', '2026-05-09T14:05Z'].map((until) =>
          readMessage('acknowledge', { until }, NOW),
        );
      });
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('a claim', () => {
  it.each([
    [
      { status: 'approved', providerTime: '2026-05-01T11:00:00Z', reason: 'x', deliveryId: 'd' },
      { status: 'approved', providerTime: NOW - 3_600_000, reason: 'x', deliveryId: 'd' },
    ],
    [
      { status: 'approved', providerTime: '2026-05-01T11:00:00' },
      { status: 'approved', providerTime: null, reason: null, deliveryId: null },
    ],
    [undefined, { status: 'unknown', providerTime: null, reason: null, deliveryId: null }],
  ])('is read from %j', (claim, event) => {
    expect(claimed(claim as never, NOW)).toEqual({ type: 'claimed', at: NOW, ...event });
  });
});
