import { SampledLog } from '../../src/gateway/sampled-log';
import { REJECTED, signed, startGateway } from './support';

describe('a sampled log', () => {
  const lines: { facts: Record<string, unknown>; message: string }[] = [];
  const warn = (facts: object, message: string) =>
    void lines.push({ facts: facts as Record<string, unknown>, message });
  const sampled = () => new SampledLog({ warn } as never, 'refused', 2);
  beforeEach(() => {
    lines.length = 0;
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  test('writes the first lines with their address, and counts the others of the minute', () => {
    const log = sampled();
    for (const address of ['a', 'a', 'a', 'b', 'a']) log.note({ address }, { outcome: 'wrong' });
    expect(lines).toEqual(Array(2).fill({ facts: { outcome: 'wrong', address: 'a' }, message: 'refused' }));
    jest.advanceTimersByTime(60_000);
    expect(lines.slice(2)).toEqual([
      {
        facts: { times: 5, notLogged: 3, addresses: 2, most: { a: 4, b: 1 } },
        message: 'refused (in the last minute)',
      },
    ]);
  });

  test('writes one line a minute while it goes on, and begins again after a quiet minute', () => {
    const log = sampled();
    for (let minute = 0; minute < 3; minute += 1) {
      for (let times = 0; times < 1_000; times += 1) log.note({ address: 'a' }, {});
      jest.advanceTimersByTime(60_000);
    }
    expect(lines).toHaveLength(2 + 3);
    log.note({ address: 'a' }, {});
    jest.advanceTimersByTime(60_000);
    expect(lines.at(-1)?.facts).toMatchObject({ times: 1 });
  });

  test('writes lines again after a minute with few, or with none', () => {
    const log = sampled();
    for (let times = 0; times < 3; times += 1) log.note({ address: 'a' }, {});
    jest.advanceTimersByTime(120_000);
    lines.length = 0;
    log.note({ address: 'b' }, { requestId: 1 });
    expect(lines).toEqual([{ facts: { address: 'b', requestId: 1 }, message: 'refused' }]);
  });

  test('tells apart for whom a proxy speaks', () => {
    const log = sampled();
    for (let from = 0; from < 3; from += 1)
      log.note({ address: 'proxy', forwardedFor: `10.0.0.${from % 2}` }, {});
    log.tell();
    expect(lines.at(-1)?.facts).toMatchObject({ most: { '10.0.0.0 by proxy': 2, '10.0.0.1 by proxy': 1 } });
  });

  test('names few addresses, however many there are', () => {
    const log = sampled();
    for (let from = 0; from < 5_000; from += 1) log.note({ address: `10.0.0.${from}` }, {});
    log.tell();
    expect(lines.at(-1)?.facts).toMatchObject({ times: 5_000, addresses: 1_000 });
    expect(Object.keys(lines.at(-1)?.facts['most'] as object)).toHaveLength(5);
  });
});

test('forged webhooks write few lines, with the address that they come from and the one that a proxy names', async () => {
  const gateway = await startGateway();
  const headers = [...signed(REJECTED, 'wrong'), 'x-forwarded-for', '203.0.113.9, 198.51.100.7'];
  for (let times = 0; times < 50; times += 1) await gateway.post(REJECTED, headers);
  expect(gateway.logged.length).toBeLessThanOrEqual(10);
  expect(JSON.parse(gateway.logged[0] ?? '')).toMatchObject({
    address: '127.0.0.1',
    forwardedFor: '198.51.100.7',
    outcome: 'wrong signature',
  });
  await gateway.close();
  expect(JSON.parse(gateway.logged.at(-1) ?? '')).toMatchObject({
    times: 50,
    most: { '198.51.100.7 by 127.0.0.1': 50 },
  });
});

test.each(['::1%see.https:evil.example', `::ffff:${'0'.repeat(40)}`, 'no address', ''])(
  'what a proxy says is no address (%s) is not in the log',
  async (text) => {
    const gateway = await startGateway();
    await gateway.post(REJECTED, [...signed(REJECTED, 'wrong'), 'x-forwarded-for', text]);
    expect(JSON.parse(gateway.logged[0] ?? '')).not.toHaveProperty('forwardedFor');
    await gateway.close();
  },
);
