import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, ServiceError } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Worker } from '@temporalio/worker';
import { replayActivations, withQuietRuntime } from '../../src/replay/replay';
import { findResetPoint } from '../../src/replay/reset-point';
import { bundleWorkflows } from '../../src/temporal/bundle';
import { NOT_WHOLE } from '../../workflows/contract/not-whole';
import { readHistory } from '../histories/files';

/** As a real server wrote it down: a defleet of a quiet vehicle on a worker that had just started. */
const STUCK = join(__dirname, '../histories-stuck/bmw-defleet-of-a-quiet-vehicle.json');

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

let bundle: { readonly code: string };
beforeAll(async () => {
  bundle = await bundleWorkflows(new DefaultLogger('ERROR', () => undefined));
});

test('a history that cannot be read fails alone, and one that is gone is left out', async () => {
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
});

// The code of today tells its search attributes before the first submission, and parts from that version right there.
test('the point to which a recorded defleet that is stuck is set back is before all that the fault needs, and its message is named', async () => {
  const history = historyFromJSON(JSON.parse(readFileSync(STUCK, 'utf8')));
  const replays = (beginning: typeof history) =>
    Worker.runReplayHistory({ workflowBundle: bundle }, beginning, 'stuck').then(
      () => true,
      () => false,
    );
  expect(await withQuietRuntime(() => findResetPoint(history, replays))).toEqual({
    eventId: 11,
    badEventId: 11,
    messages: [{ name: 'defleet', request: expect.anything() }],
  });
});
