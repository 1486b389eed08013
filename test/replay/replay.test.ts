import { type Client, ServiceError } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { replayActivations, withQuietRuntime } from '../../src/replay/replay';
import { bundleWorkflows } from '../../src/temporal/bundle';
import { NOT_WHOLE } from '../../workflows/contract/not-whole';
import { readHistory } from '../histories/files';

/** A client of a server that holds these runs of activations; each gives its history or fails. */
function serverWith(runs: Readonly<Record<string, () => unknown>>): Client {
  return {
    workflow: {
      list: async function* ({ query }: { readonly query: string }) {
        if (!query.includes("WorkflowType = 'activation'")) return;
        for (const runId of Object.keys(runs))
          yield { workflowId: 'activation:p:V', runId, status: { name: 'RUNNING' } };
      },
      getHandle: (_workflowId: string, runId: string) => ({ fetchHistory: async () => runs[runId]?.() }),
    },
  } as unknown as Client;
}

const recorded = () => readHistory('bmw-revoked-during-submit.1.json.gz');
const failing = (code: number) => () => {
  throw new ServiceError('failed', { cause: Object.assign(new Error('of the server'), { code }) });
};

test('a history that cannot be read fails alone, and one that is gone is left out', async () => {
  const bundle = await bundleWorkflows(new DefaultLogger('ERROR', () => undefined));
  // As every worker runs it, no event is heard without its workflow task (workflows/activation/whole-tasks.ts).
  expect(bundle.code).toContain(NOT_WHOLE);
  const client = serverWith({ good: recorded, gone: failing(5), broken: failing(13), other: recorded });
  const { replayed, failed } = await withQuietRuntime(() => replayActivations(client, bundle));
  expect(replayed).toBe(3);
  expect(failed).toEqual([
    {
      workflowId: 'activation:p:V',
      runId: 'broken',
      isAlive: true,
      problem: expect.stringContaining('cannot be read'),
    },
  ]);
}, 60_000);
