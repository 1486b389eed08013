import type { TroubleMet } from '../../../workflows/contract/trouble';
import { Troubles } from '../../../workflows/notices/troubles';
import { APP } from '../../support/application';

const SINCE = Date.parse('2026-03-02T09:00:00.000Z');
const HOUR = 3_600_000;

const met = (more: Partial<TroubleMet> = {}): TroubleMet => ({
  ...APP,
  kind: 'application-refused',
  endpoint: 'submit',
  words: 'High Mobility answered 422: application is not configured (POST /v1/fleets/vehicles).',
  next: 'Look at the application.',
  since: SINCE,
  channels: ['log', 'pager'],
  ...more,
});
const over = (endpoint = 'submit', at = SINCE + HOUR) => ({ ...APP, endpoint, at, channels: ['pager'] });

test('trouble is told to operations once, in the provider’s words, whoever meets it and however often', () => {
  const troubles = new Troubles();
  expect(troubles.met(met())).toEqual({
    channels: ['log', 'pager'],
    notice: expect.objectContaining({
      id: `trouble-high-mobility:default-application-refused-${SINCE}`,
      kind: 'trouble',
      vin: '',
      audience: 'operations',
      owner: 'operations',
      action:
        'The provider refuses the application: High Mobility answered 422: application is not configured (POST /v1/fleets/vehicles). Look at the application. Nothing has to be done for the vehicles: all that need the provider wait, it is tried again every 15 minutes, and they go on by themselves.',
      since: '2026-03-02T09:00:00.000Z',
    }),
  });
  for (let hours = 1; hours < 100; hours++) {
    expect(troubles.met(met({ since: SINCE + hours * HOUR }))).toBeNull();
    expect(troubles.met(met({ endpoint: 'list', since: SINCE + hours * HOUR }))).toBeNull();
  }
});

test('that it is over is told once, when the last endpoint answers, and what comes then is told anew', () => {
  const troubles = new Troubles();
  troubles.met(met());
  troubles.met(met({ endpoint: 'list' }));
  expect(troubles.over(over('list'))).toEqual([]);
  expect(troubles.over(over('data'))).toEqual([]);
  expect(troubles.over(over())).toMatchObject([
    {
      channels: ['pager'],
      notice: {
        kind: 'trouble-over',
        owner: 'nobody',
        at: '2026-03-02T10:00:00.000Z',
        since: '2026-03-02T09:00:00.000Z',
      },
    },
  ]);
  expect(troubles.over(over())).toEqual([]);
  expect(troubles.open).toEqual([]);
  expect(troubles.met(met({ since: SINCE + 2 * HOUR }))?.notice.id).toContain(String(SINCE + 2 * HOUR));
});

test('an outage and a refusal are two', () => {
  const troubles = new Troubles();
  troubles.met(met());
  expect(troubles.met(met({ kind: 'away' }))?.notice.action).toMatch(/^The provider gives no answer: /);
  expect(troubles.over(over()).map(({ notice }) => notice.id)).toEqual([
    `trouble-over-high-mobility:default-application-refused-${SINCE}`,
    `trouble-over-high-mobility:default-away-${SINCE}`,
  ]);
});

test('a fresh run knows what was told', () => {
  const before = new Troubles();
  before.met(met());
  const after = new Troubles(JSON.parse(JSON.stringify(before.open)));
  expect(after.met(met())).toBeNull();
  expect(after.over(over())).toHaveLength(1);
});

test('words of any length are cut', () => {
  const handed = new Troubles().met(met({ words: 'x'.repeat(100_000), next: 'y'.repeat(100_000) }));
  expect(JSON.stringify(handed).length).toBeLessThan(5_000);
});
