import type { Client } from '@temporalio/client';
import { seal } from '../../src/base/seal';
import { createSharedToken } from '../../src/temporal/shared-token';
import { TOKENS_MEMO, type TokensListed } from '../../workflows/contract/tokens';

const APP = { provider: 'autopay', application: 'default' };
const SECRET = 'the-secret';
const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** What the server stores, and what the workflow does when it is told something. */
function stored(first: TokensListed | null, onWanted: (not: string | null) => TokensListed | null) {
  let listed = first;
  const wanted: (string | null)[] = [];
  const client = {
    workflow: {
      getHandle: () => ({ describe: async () => ({ memo: listed ? { [TOKENS_MEMO]: listed } : {} }) }),
      signalWithStart: async (_type: string, { signalArgs }: { signalArgs: [{ not: string | null }] }) => {
        wanted.push(signalArgs[0].not);
        listed = onWanted(signalArgs[0].not);
      },
    },
  } as unknown as Client;
  return { client, wanted };
}

const token = (id: string, until = NOW + 10 * HOUR, secret = SECRET): TokensListed => ({
  token: { id, sealed: seal(`value of ${id}`, secret, 'autopay:default'), until },
  trouble: null,
  nextAt: null,
});
const options = { secret: SECRET, patience: 60_000, now: () => NOW };

test('a token that is stored is used, and nobody is asked for another', async () => {
  const { client, wanted } = stored(token('one'), () => null);
  const source = createSharedToken(client, APP, options);
  expect(await Promise.all([source.get(), source.get()])).toEqual(['value of one', 'value of one']);
  expect(wanted).toEqual([]);
});

test.each([
  ['none is stored', null, null],
  ['it ends soon', token('old', NOW + 60_000), 'old'],
  ['it was sealed with another secret', token('old', NOW + HOUR, 'former'), 'old'],
])('where %s, a new one is wanted, once', async (_why, first, not) => {
  const { client, wanted } = stored(first, () => token('new'));
  const source = createSharedToken(client, APP, options);
  expect(await Promise.all([source.get(), source.get()])).toEqual(['value of new', 'value of new']);
  expect(wanted).toEqual([not]);
});

test('one that was refused is told by its id; where another worker has a newer one already, that is used', async () => {
  const { client, wanted } = stored(token('one'), () => token('two'));
  const source = createSharedToken(client, APP, options);
  await source.get();
  expect(await source.replace('value of one')).toBe('value of two');
  // A call that had begun with the first.
  expect(await source.replace('value of one')).toBe('value of two');
  expect(wanted).toEqual(['one']);
});

test('why none comes is told, with its code', async () => {
  const trouble = { code: 'PROVIDER_CREDENTIALS', words: 'Autopay answered 401', next: 'Check.', at: NOW };
  const { client } = stored(null, () => ({ token: null, trouble, nextAt: null }));
  await expect(createSharedToken(client, APP, options).get()).rejects.toMatchObject({
    code: 'PROVIDER_CREDENTIALS',
    message: 'Autopay answered 401',
  });
});

test('where none is asked for yet, the wait is told', async () => {
  const { client } = stored(null, () => ({ token: null, trouble: null, nextAt: NOW + HOUR }));
  await expect(createSharedToken(client, APP, options).get()).rejects.toMatchObject({
    code: 'PROVIDER_RATE_LIMITED',
    retryAfter: HOUR,
  });
});

test('where no worker makes one, that is said', async () => {
  const { client } = stored(null, () => null);
  await expect(createSharedToken(client, APP, { ...options, patience: 300 }).get()).rejects.toMatchObject({
    code: 'PROVIDER_BUSY',
  });
});

test('one of a short life is used for half of it, and not asked for with each call', async () => {
  const short = (id: string): TokensListed => {
    const { token: full, ...rest } = token(id, NOW + 60_000);
    if (!full) throw new Error('there is no token');
    return { ...rest, token: { ...full, from: NOW } };
  };
  const { client, wanted } = stored(short('one'), () => short('two'));
  const source = createSharedToken(client, APP, options);
  expect(await source.get()).toBe('value of one');
  expect(wanted).toEqual([]);
});
