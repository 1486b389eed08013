import { withRest } from '../../src/calls/rest';
import { ProviderError } from '../../src/providers/provider-error';

/** A provider that asks for a pause in each of its first refusals. */
function provider(refusals: number, status?: number) {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    closed: false,
    async ask(word: string): Promise<string> {
      calls += 1;
      if (calls > refusals) return word;
      throw new ProviderError('PROVIDER_RATE_LIMITED', 'query_limit_error', 'Wait.', {
        retryAfter: 60_000,
        ...(status !== undefined && { status }),
      });
    },
    async close(): Promise<void> {
      this.closed = true;
    },
  };
}

test('of a storm of calls only one meets the refusal; the others fail unsent, with the time that is left', async () => {
  let now = 0;
  const own = provider(1, 400);
  const client = withRest(own, () => now);
  await expect(client.ask('a')).rejects.toMatchObject({ retryAfter: 60_000 });
  now = 20_000;
  for (let index = 0; index < 1_000; index += 1) {
    await expect(client.ask('b')).rejects.toMatchObject({
      code: 'PROVIDER_RATE_LIMITED',
      retryAfter: 40_000,
      isUnsent: true,
    });
  }
  expect(own.calls).toBe(1);
  now = 60_000;
  expect(await client.ask('c')).toBe('c');
});

test('a wait of our own, without a reply of the provider, keeps no other call back', async () => {
  const own = provider(1);
  const client = withRest(own, () => 0);
  await expect(client.ask('a')).rejects.toBeInstanceOf(ProviderError);
  expect(await client.ask('b')).toBe('b');
});

test('it is closed also while it rests', async () => {
  const own = provider(1, 400);
  const client = withRest(own, () => 0);
  await client.ask('a').catch(() => undefined);
  await client.close();
  expect(own.closed).toBe(true);
});
