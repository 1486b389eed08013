import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Activations } from '../../src/activations/activations';
import { Batches } from '../../src/activations/batches';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { APP } from '../../test/support/application';
import { acknowledge, activationId, messageOutcome } from '../../workflows/contract/messages';
import { UPDATED_QUEUE } from '../baselines/updated-worker';
import type { Case, Run } from '../figure';
import { fleetOf, untilAtLeast } from '../fleet';
import { measurePairs, median, ratioFigure, rounded } from '../pairs';
import { AMPLE, Stage, WORKER_IMAGE } from '../parts';

const AT_ONCE = 32;
const FLEET = 'bench-bulk';
/** What one person may acknowledge at once. */
const FEW = 40;

export const bulk: Case = {
  name: 'bulk',
  title: 'A message to 1,000 vehicles',
  how:
    'Real: the worker and the simulator with their defaults, each a process of its own, a server in memory, 1,000 activations that wait for the ' +
    'carmaker. One batch of acknowledgements is started, and the clock runs until it has a verdict for each. A message that is answered is a signal and a ' +
    `question for its outcome, because an update may not replay (decision 9): the baseline is a client that does just that, bare, for the same activations, ${AT_ONCE} at a time. ` +
    'For information: as many calls of `executeUpdate` to workflows that do nothing but keep the last update.',
  async measure({ quick, pairs, say }: Run) {
    const count = quick ? 200 : 1_000;
    const stage = await Stage.open();
    try {
      const vins = fleetOf('A', count);
      const { client } = stage.temporal;
      const { url } = await stage.vin(['simulator', '-o', 'json']).ready;
      const environment = { ...WORKER_IMAGE, HIGH_MOBILITY_BASE_URL: url, VIN_BUDGETS: AMPLE };
      stage.vin(['worker'], environment);
      stage.baseline('updated-worker', [], WORKER_IMAGE);
      const activations = new Activations(client, APP);
      await withConcurrency(vins, AT_ONCE, (vin) => activations.start({ vin, brand: 'bmw', fleet: FLEET }));
      await withConcurrency(vins, AT_ONCE, (vin) =>
        client.workflow.start('updated', { workflowId: `updated:${vin}`, taskQueue: UPDATED_QUEUE }),
      );
      const pending = `WorkflowType = 'activation' AND ClearanceStatus = 'pending'`;
      await untilAtLeast(count, async () => (await client.workflow.count(pending)).count, {
        what: 'pending',
        within: 300_000,
        say,
      });
      const bare = async (): Promise<number> =>
        rateOf(count, say, 'bare messages', () =>
          withConcurrency(vins, AT_ONCE, (vin) => answered(client, vin)),
        );
      const updates = async (): Promise<number> => {
        const text = randomUUID();
        return rateOf(count, say, 'bare updates', () =>
          withConcurrency(vins, AT_ONCE, (vin) =>
            client.workflow.getHandle(`updated:${vin}`).executeUpdate('keep', { args: [text] }),
          ),
        );
      };
      const batch = (): Promise<number> =>
        rateOf(count, say, 'a batch', () => send(new Batches(client, APP), vins));
      // Both are measured warm.
      await bare();
      await batch();
      await updates();
      const rates = await measurePairs(pairs, bare, batch);
      const few = performance.now();
      await send(new Batches(client, APP), vins.slice(0, FEW));
      const seconds = (performance.now() - few) / 1_000;
      say(`a batch of ${FEW}: ${rounded(seconds)} s`);
      const other = { baseline: [await updates()], ours: [median(rates.ours)] };
      const what = `messages of a batch to ${count.toLocaleString('en-US')} a second`;
      return [
        ratioFigure(rates, {
          id: 'bulk',
          what: `${what}, to bare ones`,
          unit: 'a second',
          line: { atLeast: 0.8 },
          better: 'more',
        }),
        ratioFigure(other, {
          id: 'bulk-updates',
          what: `${what}, to updates of a workflow that does nothing`,
          unit: 'a second',
          line: null,
          better: 'more',
        }),
        {
          id: 'bulk-few',
          what: `${FEW} acknowledgements by a batch, seconds until each has a verdict`,
          ours: `${rounded(seconds)} s`,
          baseline: '-',
          value: seconds,
          line: { atMost: 10 },
          better: 'less' as const,
        },
      ];
    } finally {
      await stage.close();
    }
  },
};

/** One message, and what became of it, with nothing in between. */
async function answered(client: Client, vin: string): Promise<void> {
  const handle = client.workflow.getHandle(activationId(APP, vin));
  const id = randomUUID();
  await handle.signal(acknowledge, { until: '3d', by: 'bench', id });
  if (!(await handle.query(messageOutcome, id))) throw new Error(`${vin} has not taken its message in`);
}

/** Sends a batch, and waits until it has ended. @throws Error where one was not taken. */
async function send(batches: Batches, vins: readonly string[]): Promise<void> {
  const id = randomUUID();
  const members = vins.map((vin) => ({ vin }));
  const request = { until: '3d' };
  await batches.start(APP, {
    id,
    kind: 'acknowledge',
    request,
    by: 'bench',
    members,
    asked: id,
    chosen: 'VINs',
  });
  for (;;) {
    const { status, counts } = await batches.report(id);
    if (status !== 'running') {
      if (counts.taken === vins.length) return;
      throw new Error(`the batch ended with ${JSON.stringify(counts)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function rateOf(
  count: number,
  say: Run['say'],
  what: string,
  work: () => Promise<unknown>,
): Promise<number> {
  const begun = performance.now();
  await work();
  const rate = (count * 1_000) / (performance.now() - begun);
  say(`${what}: ${rounded(rate)} a second`);
  return rate;
}
