import { troubleTimes } from '../../src/calls/endpoint-trouble';
import { type RateLimiter, UNLIMITED } from '../../src/calls/rate-limiter';
import { withRetryAfterGate } from '../../src/calls/retry-after-gate';
import { type TroubleNews, withTroubleGate } from '../../src/calls/trouble-gate';
import { ProviderError, type ProviderErrorCode } from '../../src/providers/provider-error';

const MINUTE = 60_000;
const PAUSE = 15 * MINUTE;

type Failure = readonly [code: ProviderErrorCode, words?: string];
const errorOf = ([code, words = 'its words']: Failure): ProviderError =>
  new ProviderError(code, words, 'what to do');

/** A provider that fails as the test says, behind the gate, on a clock that the test moves. */
function begin(limiter: RateLimiter = UNLIMITED) {
  const clock = { now: 1_000_000 };
  const sent: string[] = [];
  const news: TroubleNews[] = [];
  const state: { failure: Failure | null } = { failure: null };
  const call = async (name: string): Promise<never> => {
    sent.push(name);
    if (state.failure) throw errorOf(state.failure);
    return [] as never;
  };
  const provider = {
    submit: (..._: unknown[]) => call('submit'),
    list: (..._: unknown[]) => call('list'),
    scan: (..._: unknown[]) => call('scan'),
    withdraw: (..._: unknown[]) => call('withdraw'),
    firstData: () => call('data'),
    eligibility: () => call('eligibility'),
    close: async () => undefined,
  };
  const clocks = { now: () => clock.now, date: () => clock.now };
  const gate = withTroubleGate(provider, limiter, { clocks, onNews: (one) => news.push(one) });
  const tried = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'answered',
      (error: ProviderError) => error.code,
    );
  const list = (vin = 'A'): Promise<string> => tried(gate.provider.list({ vins: [vin] }));
  const submit = (vin = 'A'): Promise<string> =>
    tried(gate.provider.submit([{ vin, brand: 'bmw', tags: {} }]));
  const withdraw = (vin = 'A'): Promise<string> => tried(gate.provider.withdraw(vin));
  const fails = (...failure: Failure): void => {
    state.failure = failure;
  };
  const mends = (): void => {
    state.failure = null;
  };
  const told = (): string[] => news.map((one) => `${one.type} ${one.endpoint}`);
  return { gate, clock, sent, news, told, fails, mends, list, submit, withdraw };
}

test.each<ProviderErrorCode>(['PROVIDER_APPLICATION_REFUSED', 'PROVIDER_CREDENTIALS', 'PROVIDER_FORBIDDEN'])(
  'after %s one call every 15 minutes looks, and all others fail unsent with one code',
  async (code) => {
    const { clock, sent, fails, list, gate } = begin();
    fails(code);
    expect(await list()).toBe('PROVIDER_APPLICATION_REFUSED');
    for (let minute = 0; minute < 60; minute++) {
      clock.now += MINUTE;
      for (const vin of ['B', 'C', 'D']) expect(await list(vin)).toBe('PROVIDER_APPLICATION_REFUSED');
    }
    expect(sent).toHaveLength(1 + 4);
    const error = await gate.provider.list({ vins: [] }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: 'its words',
      next: 'what to do',
      isUnsent: true,
      retryAfter: PAUSE,
    });
  },
);

test('it is over with the first call that is taken, and all others go on', async () => {
  const { clock, fails, mends, list, told, gate } = begin();
  fails('PROVIDER_CREDENTIALS');
  await list();
  mends();
  expect(await list()).toBe('PROVIDER_APPLICATION_REFUSED');
  clock.now += PAUSE;
  expect([await list(), await list('B')]).toEqual(['answered', 'answered']);
  expect(told()).toEqual(['met list', 'over list']);
  expect(gate.open()).toEqual([]);
});

test('those who come while a call looks come again within a minute, and after its failure when it is time', async () => {
  const { clock, fails, list, gate } = begin();
  fails('PROVIDER_CREDENTIALS');
  await list();
  clock.now += PAUSE;
  expect(gate.limiter.isToProbe?.('list')).toBe(true);
  expect(() => gate.limiter.isToProbe?.('list')).toThrow(expect.objectContaining({ retryAfter: MINUTE }));
  expect(await list()).toBe('PROVIDER_APPLICATION_REFUSED');
  expect(() => gate.limiter.isToProbe?.('list')).toThrow(expect.objectContaining({ retryAfter: PAUSE }));
});

test('no slot is asked for in vain, and each endpoint is on its own', async () => {
  const slots: string[] = [];
  const { fails, mends, submit, list, gate } = begin({
    acquire: async (endpoint) => void slots.push(endpoint),
  });
  fails('PROVIDER_APPLICATION_REFUSED');
  await submit();
  mends();
  await expect(gate.limiter.acquire('submit', 0)).rejects.toMatchObject({ isUnsent: true });
  await gate.limiter.acquire('list', 0);
  expect(await list()).toBe('answered');
  expect(slots).toEqual(['list']);
  expect(gate.open()).toMatchObject([{ endpoint: 'submit', kind: 'application-refused' }]);
});

test('the whole list passes: a sweep has its own rhythm', async () => {
  const { fails, mends, list, gate } = begin();
  fails('PROVIDER_CREDENTIALS');
  await list();
  mends();
  await expect(gate.provider.scan(() => undefined)).resolves.toEqual([]);
  expect(gate.open()).toHaveLength(1);
});

describe('refused in the same words', () => {
  test('eight vehicles, each alone, and none taken: then it is the application', async () => {
    const { fails, submit, told } = begin();
    fails('PROVIDER_REFUSED', 'a word that nobody knows');
    for (const vin of 'ABCDEFG') expect(await submit(vin)).toBe('PROVIDER_REFUSED');
    expect(await submit('G')).toBe('PROVIDER_REFUSED');
    expect(told()).toEqual([]);
    expect(await submit('H')).toBe('PROVIDER_APPLICATION_REFUSED');
    expect(told()).toEqual(['met submit']);
  });

  test('eight in other words, or with one that is taken between them, are eight vehicles', async () => {
    const { clock, fails, mends, submit } = begin();
    for (const vin of 'ABCDEFGHI') {
      fails('PROVIDER_REFUSED', `about ${vin}`);
      expect(await submit(vin)).toBe('PROVIDER_REFUSED');
    }
    fails('PROVIDER_REFUSED', 'the same');
    for (const vin of 'ABCDEFG') await submit(vin);
    mends();
    await submit('X');
    fails('PROVIDER_REFUSED', 'the same');
    for (const vin of 'HIJKLMNOPQ') expect(await submit(vin)).toBe('PROVIDER_REFUSED');
    clock.now += 60 * MINUTE;
    for (const vin of 'RSTUVWX') await submit(vin);
    expect(await submit('Y')).toBe('PROVIDER_APPLICATION_REFUSED');
  });

  test('a vehicle that is refused in other words has been looked at: it is over', async () => {
    const { clock, fails, submit, told } = begin();
    fails('PROVIDER_REFUSED', 'the same');
    for (const vin of 'ABCDEFGH') await submit(vin);
    clock.now += PAUSE;
    fails('PROVIDER_REFUSED', 'about this one');
    expect(await submit('Z')).toBe('PROVIDER_REFUSED');
    expect(told()).toEqual(['met submit', 'over submit']);
  });

  test('a 403 about one vehicle keeps no other back', async () => {
    const { fails, mends, withdraw } = begin();
    fails('PROVIDER_FORBIDDEN');
    for (let tries = 0; tries < 20; tries++) expect(await withdraw('A')).toBe('PROVIDER_FORBIDDEN');
    mends();
    expect(await withdraw('B')).toBe('answered');
  });
});

describe('no answer', () => {
  test.each<ProviderErrorCode>([
    'PROVIDER_UNREACHABLE',
    'PROVIDER_TIMEOUT',
    'PROVIDER_UNAVAILABLE',
    'PROVIDER_BAD_REPLY',
  ])('%s for five minutes is an outage; a single one is none', async (code) => {
    const { clock, fails, list, told, gate } = begin();
    const start = clock.now;
    fails(code);
    for (let seconds = 0; seconds < 300; seconds += 60) {
      expect(await list()).toBe(code);
      clock.now += MINUTE;
    }
    expect(await list()).toBe('PROVIDER_AWAY');
    expect(told()).toEqual(['met list']);
    expect(gate.open()).toMatchObject([{ kind: 'away', since: start }]);
  });

  test('an answer in between begins the five minutes anew', async () => {
    const { clock, fails, mends, list } = begin();
    for (let minute = 0; minute < 30; minute++) {
      clock.now += MINUTE;
      if (minute % 4 === 3) mends();
      else fails('PROVIDER_UNAVAILABLE');
      expect(await list()).not.toBe('PROVIDER_AWAY');
    }
  });

  test('a call about one vehicle that fails for that vehicle alone is its own fault, but not in an outage', async () => {
    const { clock, fails, withdraw, list } = begin();
    fails('PROVIDER_UNAVAILABLE');
    const tries = async (): Promise<void> => {
      for (let tries = 0; tries < 10; tries++) {
        await list();
        clock.now += MINUTE;
      }
    };
    for (let minute = 0; minute < 60; minute++) {
      clock.now += MINUTE;
      expect(await withdraw('A')).toBe('PROVIDER_UNAVAILABLE');
    }
    await tries();
    expect(await withdraw('A')).toBe('PROVIDER_AWAY');
  });

  test('a wait that the provider names in an outage closes the way for that long, and no wait of ours does', async () => {
    const { clock, fails, list, submit, gate } = begin();
    const { provider } = withRetryAfterGate(gate.provider, gate.limiter, () => clock.now);
    fails('PROVIDER_CREDENTIALS');
    await provider.list({}).catch(() => undefined);
    fails('PROVIDER_APPLICATION_REFUSED');
    expect(await submit()).toBe('PROVIDER_APPLICATION_REFUSED');
    expect(await list()).toBe('PROVIDER_APPLICATION_REFUSED');
    await expect(provider.withdraw('A')).rejects.toMatchObject({ code: 'PROVIDER_APPLICATION_REFUSED' });
  });
});

test('where nobody comes to look any more it is over with the next answer elsewhere', async () => {
  const { clock, fails, mends, list, submit, told, gate } = begin();
  fails('PROVIDER_CREDENTIALS');
  await submit();
  mends();
  clock.now += 2 * PAUSE;
  await list();
  expect(gate.open()).toHaveLength(1);
  clock.now += 2 * PAUSE;
  await list();
  expect(gate.open()).toEqual([]);
  expect(told()).toEqual(['met submit', 'over list', 'over submit']);
});

test('a trial has its own time, and a single reply is never an outage', () => {
  expect(troubleTimes(1)).toEqual({ pause: PAUSE, patience: 5 * MINUTE });
  expect(troubleTimes(86_400)).toEqual({ pause: 5_000, patience: 30_000 });
});
