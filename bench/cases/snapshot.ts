import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TypedSearchAttributes } from '@temporalio/common';
import { withConcurrency } from '../../src/fleet-list/concurrency';
import { changesOf } from '../../src/gateway/page/changes';
import { frontPage } from '../../src/gateway/page/front';
import { countsOf } from '../../src/snapshot/counts';
import { pagesOf, type ReadPage, readSnapshot } from '../../src/snapshot/read-snapshot';
import { reportOf } from '../../src/snapshot/report';
import { partsOf } from '../../src/snapshot/sentence';
import type { Snapshot } from '../../src/snapshot/snapshot';
import { todoOf } from '../../src/snapshot/todo';
import { APP } from '../../test/support/application';
import { MEMO } from '../../workflows/contract/memo';
import { ACTIVATION, activationId } from '../../workflows/contract/messages';
import { columnsIn, updatesOf } from '../../workflows/contract/search-attributes';
import type { Case, Figure, Run } from '../figure';
import { fleetOf, untilAtLeast } from '../fleet';
import { rounded } from '../pairs';
import { Stage } from '../parts';

const AT_ONCE = 50;
/** Nobody takes tasks of it. */
const QUEUE = 'bench-snapshot';
const MB = 1_048_576;

const HOW =
  'Real: a server in memory. All are started by hand, on a task queue that no worker serves, with the columns and the memo that an activation ' +
  'has. The baseline is one raw listing: all pages of the same search, a thousand rows each, one after the other, and nothing kept of them. ' +
  'Ours reads the snapshot with the pause between two calls taken away, and makes of it what is shown: the page, `vin todo`, and the figures of ' +
  '/metrics. They are measured in turn, and the smallest of each counts. The seconds with the pauses are the calls at two a second.';

export const snapshot: Case = {
  name: 'snapshot',
  title: 'One snapshot of 10,000, and what is made of it',
  how: HOW,
  measure: (run) => measured(run.quick ? 2_000 : 10_000, run),
};

/** Starting them takes many minutes: only where it is named. */
export const largeSnapshot: Case = {
  name: 'snapshot-100000',
  title: 'One snapshot of 100,000, and what is made of it',
  how: HOW,
  measure: (run) => measured(100_000, run),
};

async function measured(count: number, { pairs, say }: Run): Promise<Figure[]> {
  const stage = await Stage.open();
  try {
    await startAll(stage, count, say);
    const readPage = pagesOf(stage.temporal.client);
    const raw: number[] = [];
    const read: number[] = [];
    const made: Record<string, number[]> = {};
    let last: Snapshot | null = null;
    let memory = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      raw.push(await secondsOf(() => listAll(readPage)));
      last = null;
      const before = heap();
      read.push(
        await secondsOf(async () => {
          last = await readSnapshot(readPage, { wait: async () => undefined });
        }),
      );
      memory = heap() - before;
      for (const [name, make] of Object.entries(MADE)) {
        made[name] = [...(made[name] ?? []), await secondsOf(() => make(last as unknown as Snapshot))];
      }
      say(`${count}: raw ${rounded(raw.at(-1) ?? 0)} s, snapshot ${rounded(read.at(-1) ?? 0)} s`);
    }
    const { calls, activations } = last as unknown as Snapshot;
    if (activations.length !== count) throw new Error(`${activations.length} of ${count} were read`);
    const listing = Math.min(...raw);
    const many = count.toLocaleString('en-US');
    return [
      {
        id: `snapshot-calls-${count}`,
        what: `searches for ${many} open activations`,
        ours: `${calls}, ${rounded(calls / 2)} s at two a second`,
        baseline: '-',
        value: calls,
        line: { atMost: count / 1_000 + 2 },
        better: 'less',
      },
      {
        id: `snapshot-memory-${count}`,
        what: `memory that a snapshot of ${many} keeps, MB`,
        ours: `${rounded(memory / MB)} MB`,
        baseline: '-',
        value: memory / MB,
        line: null,
        better: 'less',
      },
      ...Object.entries(made).map(([name, seconds]): Figure => {
        const ours = Math.min(...read) + Math.min(...seconds);
        return {
          id: `snapshot-${name}-${count}`,
          what: `${NAMES[name as keyof typeof MADE]} of ${many}, with reading them, to one raw listing`,
          ours: `${rounded(ours)} s, ${rounded(1_000 * Math.min(...seconds))} ms of it without reading`,
          baseline: `${rounded(listing)} s`,
          value: ours / listing,
          line: { atMost: 1.5 },
          better: 'less',
        };
      }),
    ];
  } finally {
    await stage.close();
  }
}

const NAMES = { page: 'the fleet page', todo: 'vin todo', metrics: 'a scrape of /metrics' } as const;

/** What is made of a snapshot. */
const MADE = {
  page: (of: Snapshot): string => {
    const todo = todoOf(of);
    return frontPage({
      now: of.at,
      todo,
      sentence: partsOf(todo, { nameOf: (name) => name, timeOf: (at) => String(at) }),
      saysOf: ({ topic }) => topic,
      brands: reportOf(of).brands,
      signs: [],
      trend: null,
      changes: changesOf(of.activations, of.at),
    }).toString();
  },
  todo: (of: Snapshot) => JSON.stringify(todoOf(of)),
  metrics: (of: Snapshot) => countsOf(of, APP),
} as const;

async function secondsOf(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

async function listAll(readPage: ReadPage): Promise<void> {
  let from: Uint8Array | null = null;
  do from = (await readPage(`WorkflowType = '${ACTIVATION}' AND ExecutionStatus = 'Running'`, from)).next;
  while (from);
}

/** Bytes in use, after what nobody needs has gone. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** A month of a fleet: most are approved, some wait for somebody. */
async function startAll(stage: Stage, count: number, say: Run['say']): Promise<void> {
  const { workflow } = stage.temporal.client;
  const nothing = columnsIn(new TypedSearchAttributes());
  const now = Date.now();
  let started = 0;
  await withConcurrency(fleetOf('A', count), AT_ONCE, async (vin, index) => {
    const isWaiting = index % 5 === 0;
    const at = new Date(now - (index % 30) * 86_400_000).toISOString();
    const columns = {
      ...nothing,
      ...APP,
      vin,
      brand: ['bmw', 'ford', 'volkswagen', 'mercedes-benz', 'renault'][index % 5] ?? 'bmw',
      fleet: `fleet-${index % 7}`,
      status: isWaiting ? ('pending' as const) : ('approved' as const),
      changedAt: at,
      ...(isWaiting && { reasonKey: 'privacy-mode', owner: 'driver' as const, reasonSince: at }),
      needsAttention: isWaiting,
    };
    const about = [columns.status, columns.reasonKey, columns.owner, columns.reasonSince].join(' ');
    const memo = {
      about,
      reason: isWaiting ? 'privacy mode is enabled' : null,
      since: at,
      approvedAt: isWaiting ? null : at,
      step: isWaiting ? 'waiting' : 'quiet',
      leaving: null,
      action: isWaiting ? 'Turn privacy mode off in the vehicle.' : null,
      troubleKind: null,
      begunAt: new Date(now - 40 * 86_400_000).toISOString(),
      catalogueVersion: 'bench',
    };
    await workflow.start(ACTIVATION, {
      workflowId: activationId(APP, vin),
      taskQueue: QUEUE,
      args: [{ vin, brand: columns.brand, ...APP }],
      typedSearchAttributes: new TypedSearchAttributes(
        updatesOf(columns).filter(({ value }) => value !== null) as never,
      ),
      memo: { [MEMO]: memo },
    });
    started += 1;
    if (started % 5_000 === 0) say(`${started} of ${count} are started`);
  });
  const listed = async (): Promise<number> =>
    (await workflow.count(`WorkflowType = '${ACTIVATION}' AND Provider = '${APP.provider}'`)).count;
  await untilAtLeast(count, listed, { what: 'listed', within: 600_000, say });
  // The questions until then have used up what the server allows in a second.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}
