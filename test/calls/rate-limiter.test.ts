import { createRateLimiter, noSlot } from '../../src/calls/rate-limiter';
import type { Endpoint } from '../../src/domain/endpoint';

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

interface Asked {
  readonly endpoint: Endpoint;
  readonly grant: () => void;
  readonly fail: (error: Error) => void;
}

/** Turns that come when the test says so; each outcome is written down as it happens. */
function begin() {
  const asked: Asked[] = [];
  const outcomes: string[] = [];
  const turns = createRateLimiter(
    (endpoint) =>
      new Promise((grant, fail) => {
        asked.push({ endpoint, grant, fail });
      }),
  );
  const take = (name: string, by: number, endpoint: Endpoint = 'submit'): void => {
    turns.acquire(endpoint, by).then(
      () => outcomes.push(`${name} goes`),
      (error) => outcomes.push(`${name}: ${error.code ?? error.message}`),
    );
  };
  /** Lets time and promises go on. */
  const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);
  return { asked, outcomes, take, pass };
}

test('who waits longest goes first, whoever asked', async () => {
  const { asked, outcomes, take, pass } = begin();
  take('a', 9_000);
  take('b', 9_000);
  asked[1]?.grant();
  await pass(0);
  expect(outcomes).toEqual(['a goes']);
  asked[0]?.grant();
  await pass(0);
  expect(outcomes).toEqual(['a goes', 'b goes']);
});

test('who has no turn in time hears PROVIDER_BUSY, and the turn goes to the next one', async () => {
  const { asked, outcomes, take, pass } = begin();
  take('a', 5_000);
  take('b', 9_000);
  await pass(5_000);
  expect(outcomes).toEqual(['a: PROVIDER_BUSY']);
  asked[0]?.grant();
  await pass(0);
  expect(outcomes).toEqual(['a: PROVIDER_BUSY', 'b goes']);
});

test('who had no turn asks again after five seconds, however often it happens', () => {
  expect(noSlot('submit')).toMatchObject({ code: 'PROVIDER_BUSY', retryAfter: 5_000, retryable: true });
});

test('nobody asks for more turns than there are calls that wait', async () => {
  const { asked, take, pass } = begin();
  for (let round = 0; round < 10; round += 1) {
    take('a', Date.now() + 1_000);
    take('b', Date.now() + 1_000);
    await pass(1_000);
  }
  expect(asked).toHaveLength(2);
});

test('a turn that nobody waits for is kept for two seconds, and used once', async () => {
  const { asked, outcomes, take, pass } = begin();
  take('a', 1_000);
  await pass(1_000);
  asked[0]?.grant();
  await pass(1_999);
  take('b', 9_000);
  take('c', 9_000);
  await pass(0);
  expect(outcomes).toEqual(['a: PROVIDER_BUSY', 'b goes']);
  expect(asked).toHaveLength(2);
});

test('after that it is too old to be used', async () => {
  const { asked, outcomes, take, pass } = begin();
  take('a', 1_000);
  await pass(1_000);
  asked[0]?.grant();
  await pass(2_000);
  take('b', 9_000);
  await pass(0);
  expect(outcomes).toEqual(['a: PROVIDER_BUSY']);
  expect(asked).toHaveLength(2);
});

test('a turn of one endpoint is none of another', async () => {
  const { asked, outcomes, take, pass } = begin();
  take('a', 9_000, 'list');
  take('b', 9_000, 'submit');
  expect(asked.map(({ endpoint }) => endpoint)).toEqual(['list', 'submit']);
  asked[1]?.grant();
  await pass(0);
  expect(outcomes).toEqual(['b goes']);
});

test('who cannot ask hears why, and the others go on waiting', async () => {
  const { asked, outcomes, take, pass } = begin();
  take('a', 9_000);
  take('b', 9_000);
  asked[0]?.fail(new Error('no server'));
  await pass(0);
  expect(outcomes).toEqual(['a: no server']);
  asked[1]?.grant();
  await pass(0);
  expect(outcomes).toEqual(['a: no server', 'b goes']);
});

test('a failed request harms nobody while enough turns are on their way', async () => {
  const { asked, outcomes, take, pass } = begin();
  take('a', 1_000);
  take('b', 9_000);
  await pass(1_000);
  asked[0]?.fail(new Error('no server'));
  await pass(0);
  asked[1]?.grant();
  await pass(0);
  expect(outcomes).toEqual(['a: PROVIDER_BUSY', 'b goes']);
});
