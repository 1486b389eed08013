import { bisect } from '../../src/calls/bisect';
import { ProviderError } from '../../src/providers/provider-error';

const refusal = (words: string): ProviderError => new ProviderError('PROVIDER_REFUSED', words, 'Correct it.');
const items = Array.from({ length: 100 }, (_, number) => number);

/** Refuses every group in which one of these is. */
function refusing(bad: (item: number) => boolean, words = (_: readonly number[]) => 'refused') {
  const groups: number[][] = [];
  const handle = async (group: readonly number[]): Promise<(number | Error)[]> => {
    groups.push([...group]);
    if (group.some(bad)) throw refusal(words(group));
    return [...group];
  };
  return { groups, handle };
}

test.each([[[]], [[0]], [[99]], [[7, 8, 50]], [items.filter((item) => item % 3 === 0)]])(
  'those that are bad (%j) fail alone, and all others go well, each in its place',
  async (bad) => {
    const { handle } = refusing((item) => bad.includes(item));
    const results = await bisect(items, handle);
    expect(results.map((one) => (one instanceof Error ? 'bad' : one))).toEqual(
      items.map((item) => (bad.includes(item) ? 'bad' : item)),
    );
  },
);

test('one bad item costs one call more than halving', async () => {
  const { groups, handle } = refusing((item) => item === 99);
  await bisect(items, handle);
  expect(groups.length).toBeLessThanOrEqual(17);
});

test('where all are refused in the same words, eight are asked alone after the second call', async () => {
  const { groups, handle } = refusing(() => true);
  await bisect(items, handle);
  expect(groups.slice(0, 10).map(({ length }) => length)).toEqual([100, 50, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test('it stops at an error that is of no item', async () => {
  const trouble = new ProviderError('PROVIDER_APPLICATION_REFUSED', 'not configured', 'Ask.');
  let calls = 0;
  const results = await bisect(items, async () => {
    calls += 1;
    throw calls < 3 ? refusal('refused') : trouble;
  });
  expect(results.every((one) => one === trouble)).toBe(true);
  expect(new Set(results)).toEqual(new Set([trouble]));
});
