import { setImmediate } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { Activations } from '../../../src/activations/activations';
import { USUAL_SHARE } from '../../../src/config/token-share';
import { Shares } from '../../../src/gateway/api/shares';
import { makeToken } from '../../../src/gateway/api/tokens';
import { APP } from '../../support/application';

test('vehicles that are not there are searched for two at a time for a token, however many are asked for', async () => {
  const now = { count: 0, most: 0 };
  const nothing = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        now.count += 1;
        now.most = Math.max(now.most, now.count);
        await setImmediate();
        now.count -= 1;
        return { done: true, value: undefined };
      },
    }),
  };
  const describe = () => Promise.reject(new WorkflowNotFoundError('none', 'id', undefined));
  const client = {
    workflow: { getHandle: () => ({ describe }), list: () => nothing },
    withDeadline: (_at: number, work: () => unknown) => work(),
  } as unknown as Client;
  const { token } = makeToken({ name: 'x', role: 'operate', fleets: ['acme'], expiresAt: null }, 0);
  const use = new Shares(USUAL_SHARE).of(token);
  const activations = new Activations(client, APP).forFleets(['acme'], (search) => use.searchInTurn(search));
  const asked = Array.from({ length: 40 }, (_, index) => activations.row(`WBA8E9G50GN${100_000 + index}`));
  for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
  expect(now).toEqual({ count: 0, most: 2 });
});
