import { setTimeout } from 'node:timers/promises';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { readExecutions } from '../activations/search';
import { Found } from './found';
import { KINDS, type Kind, type Snapshot } from './snapshot';

/** The most rows that a server gives at once. */
const PAGE = 1_000;
/** Milliseconds between the beginnings of two calls: a server allows ten searches a second, for everybody together. */
const PACE = 500;
/** For one call, in milliseconds. */
const DEADLINE = 20_000;

/** What reads one page of a search. */
export type ReadPage = (
  query: string,
  from: Uint8Array | null,
) => Promise<{ readonly executions: readonly WorkflowExecutionInfo[]; readonly next: Uint8Array | null }>;

export interface Reading {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Waits so many milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** The pages of a server. */
export function pagesOf(client: Client): ReadPage {
  return (query, from) =>
    client.withDeadline(Date.now() + DEADLINE, () => readExecutions(client, query, { limit: PAGE, from }));
}

const OPEN = `${typeIs(Object.values(KINDS))} AND ExecutionStatus = 'Running'`;
/** Parkings tell of no change by a column. */
const CHANGING = typeIs([KINDS.activations, KINDS.defleetings]);

function typeIs(kinds: readonly { readonly type: string }[]): string {
  return `WorkflowType IN (${kinds.map(({ type }) => `'${type}'`).join(', ')})`;
}

/**
 * Reads all that is open, of what lists have of it: no workflow and no worker is asked. 10,000 rows are 10 pages, a call that finds
 * the end, and one for what has begun meanwhile: a run that goes on in a fresh one while pages are read would else be missed.
 */
export async function readSnapshot(
  readPage: ReadPage,
  reading: Reading = {},
  found: Found = new Found(),
): Promise<Snapshot> {
  const { now = Date.now } = reading;
  const at = now();
  // What one page holds is of one moment. Lists begin with the newest, so the first page says where what is newer begins: by the
  // server's own clock.
  const begunSince = ({ calls, newest }: Progress): string | null =>
    calls > 1 ? `${OPEN} AND StartTime >= '${new Date(newest - LAG).toISOString()}'` : null;
  const read = await readRows(readPage, [OPEN, begunSince], reading, (one) => found.add(one));
  return { ...found.rows(), calls: read.calls, at, duration: now() - at };
}

/** Every activation and defleeting that has changed, begun or ended since a time, alive or not; milliseconds since 1970. */
export function readChanged(readPage: ReadPage, since: number, reading?: Reading): Promise<Rows> {
  const time = `'${new Date(since).toISOString()}'`;
  const isNew = ['ChangedAt', 'StartTime', 'CloseTime'].map((name) => `${name} >= ${time}`).join(' OR ');
  return readRows(readPage, [`${CHANGING} AND ExecutionStatus != 'ContinuedAsNew' AND (${isNew})`], reading);
}

/** What has begun, changed or ended since a time, of all that a snapshot has; milliseconds since 1970. Takes it into `found`. */
export async function readNews(
  readPage: ReadPage,
  since: number,
  found: Found,
  reading: Reading = {},
): Promise<Snapshot> {
  const { now = Date.now } = reading;
  const at = now();
  const time = `'${new Date(since).toISOString()}'`;
  const isNew = ['ChangedAt', 'StartTime', 'CloseTime'].map((name) => `${name} >= ${time}`).join(' OR ');
  const query = `${typeIs(Object.values(KINDS))} AND ExecutionStatus != 'ContinuedAsNew' AND (${isNew})`;
  const { calls } = await readRows(readPage, [query], reading, (one) => found.change(one));
  return { ...found.rows(), calls, at, duration: now() - at };
}

/** Every activation, defleeting and parking that has ended since a time; milliseconds since 1970. */
export function readEnded(readPage: ReadPage, since: number, reading?: Reading): Promise<Rows> {
  const kinds = [KINDS.activations, KINDS.defleetings, KINDS.parkings];
  const query = `${typeIs(kinds)} AND ExecutionStatus != 'Running'`;
  return readRows(
    readPage,
    [`${query} AND ExecutionStatus != 'ContinuedAsNew' AND CloseTime >= '${new Date(since).toISOString()}'`],
    reading,
  );
}

/** What has begun may be listed so much later, in milliseconds. */
const LAG = 5_000;

/** Rows by their kinds, and by how many calls they were read. */
export type Rows = Pick<Snapshot, Kind | 'calls'>;

/** How far a reading is: its calls, and when the newest run of the first page began. */
interface Progress {
  readonly calls: number;
  readonly newest: number;
}

/**
 * Reads some searches after each other, two pages a second.
 *
 * @param queries or what makes one, or none, of what was read before.
 * @param taken takes each row in the place of the answer.
 */
export async function readRows(
  readPage: ReadPage,
  queries: readonly (string | ((progress: Progress) => string | null))[],
  { now = Date.now, wait = setTimeout }: Reading = {},
  taken?: (execution: WorkflowExecutionInfo) => void,
): Promise<Rows> {
  const found = new Found();
  const take = taken ?? ((execution: WorkflowExecutionInfo): void => found.add(execution));
  let calls = 0;
  let called = Number.NEGATIVE_INFINITY;
  let newest = 0;
  for (const one of queries) {
    const query = typeof one === 'string' ? one : one({ calls, newest });
    let from: Uint8Array | null = null;
    do {
      if (query === null) break;
      const early = called + PACE - now();
      if (early > 0) await wait(early);
      called = now();
      calls += 1;
      const page = await readPage(query, from);
      if (calls === 1) newest = newestOf(page.executions);
      // Page by page: who reads this answers others as well.
      for (const execution of page.executions) take(execution);
      from = page.next;
    } while (from);
  }
  return { ...found.rows(), calls };
}

function newestOf(executions: readonly WorkflowExecutionInfo[]): number {
  return Math.max(0, ...executions.map(({ startTime }) => startTime.getTime()));
}
