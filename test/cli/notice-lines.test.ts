import { linesOf } from '../../src/cli/notice-lines';
import type { DeliveryRecord, NoticeRecord } from '../../workflows/contract/notices';
import { NOTICE } from '../notify/support';

const NOT_KNOWN = { at: null, where: null, id: null, why: null };

function recorded(deliveries: DeliveryRecord[], more: Partial<NoticeRecord> = {}): NoticeRecord {
  return { ...NOTICE, decidedAt: NOTICE.at, handedOverAt: NOTICE.at, deliveries, ...more };
}

test('a notice says whom it tells and what became of it, channel by channel', () => {
  const lines = linesOf(
    recorded([
      {
        ...NOT_KNOWN,
        channel: 'log',
        outcome: 'delivered',
        at: '2026-01-01T00:00:05.123Z',
        where: 'the log of the worker',
        id: 'n-1',
      },
      { ...NOT_KNOWN, channel: 'webhook', outcome: 'under-way' },
      {
        ...NOT_KNOWN,
        channel: 'pager',
        outcome: 'not-sent',
        at: '2026-01-04T00:00:00.000Z',
        why: 'Given up after three days: nobody there',
      },
    ]),
  );
  expect(lines).toEqual([
    '  2026-01-01T00:00:00Z  reminder to the fleet-manager, level 2: Give the consent in the app – then drive.',
    '    log: delivered 2026-01-01T00:00:05Z to the log of the worker (n-1)',
    '    webhook: not delivered yet, tried again',
    '    pager: not sent 2026-01-04T00:00:00Z: Given up after three days: nobody there',
  ]);
});

test('a notice for the owner names who that is, and one without a channel says so', () => {
  expect(linesOf(recorded([], { audience: 'owner' }))).toEqual([
    expect.stringContaining('reminder to the driver'),
    '    not sent: the routes name no channel for it',
  ]);
});
