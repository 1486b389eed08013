import type { Client } from '@temporalio/client';
import { Batches, type NewBatch } from '../../src/activations/batches';
import { APP } from '../support/application';

const ORDER: NewBatch = {
  ...({ id: 'one', kind: 'retry', request: {}, by: 'ops', asked: ['A'], chosen: 'VINs' } as const),
  members: [{ vin: 'WBA8E9G50GNT00001' }, { vin: 'WBA8E9G50GNT00002' }],
};

/** A server that takes what is asked of it, and then answers no question any more. */
class GoneAfter {
  private memo: object | undefined;
  private isGone = false;

  get client(): Client {
    const workflow = {
      start: async (_type: string, { memo }: { memo: object }) => {
        this.memo = memo;
        this.isGone = true;
      },
      getHandle: () => ({
        describe: async () => {
          if (this.isGone) throw Object.assign(new Error('unavailable'), { code: 14 });
          const status = { name: 'RUNNING' };
          return { workflowId: 'batch:one', memo: this.memo, status, startTime: new Date() };
        },
        signal: async () => {
          this.isGone = true;
        },
      }),
    };
    return { workflow } as unknown as Client;
  }

  comesBack(): void {
    this.isGone = false;
  }
}

describe('a server that is gone right after it has taken', () => {
  const server = new GoneAfter();
  const batches = new Batches(server.client, APP);

  test('a batch: it is told as begun, else it would be started once more', async () => {
    const report = await batches.start(APP, ORDER);
    expect(report).toMatchObject({ id: 'one', status: 'running', by: 'ops', counts: { vehicles: 2 } });
    server.comesBack();
    expect(await batches.report('one')).toMatchObject({ ...report, startedAt: expect.any(String) });
  });

  test('that a batch stops: it is told', async () => {
    server.comesBack();
    expect(await batches.stop('one', 'ops')).toMatchObject({ id: 'one', stoppedBy: 'ops' });
  });
});
