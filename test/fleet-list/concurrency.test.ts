import { withConcurrency } from '../../src/fleet-list/concurrency';

test('after a failure no further item is begun', async () => {
  const begun: number[] = [];
  const working = withConcurrency([0, 1, 2, 3, 4, 5, 6, 7], 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 2) throw new Error('the third fails');
    return item;
  });
  await expect(working).rejects.toThrow('the third fails');
  // The other one that was under way may have begun one more before it saw it.
  expect(begun.length).toBeLessThanOrEqual(4);
});

test('no items are no work', async () => {
  expect(await withConcurrency([], 3, () => Promise.reject(new Error('never')))).toEqual([]);
});
