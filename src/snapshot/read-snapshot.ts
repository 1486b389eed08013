import { setTimeout } from 'node:timers/promises';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { readExecutions } from '../activations/search';
import { KINDS, type Kind, type Snapshot } from './snapshot';

/** The most rows that a server gives at once. */
const PAGE = 1_000;
/** Milliseconds between the beginnings of two calls: a server allows ten searches a second, for everybody together. */
const PACE = 500;
/** For one call, in milliseconds. */
const DEADLINE = 10_000;

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

const OPEN = `WorkflowType IN (${Object.values(KINDS)
  .map(({ type }) => `'${type}'`)
  .join(', ')}) AND ExecutionStatus = 'Running'`;

/**
 * Reads all that is open, of what lists have of it: no workflow and no worker is asked. 10,000 rows are 10 pages, a call that finds
 * the end, and one for what has begun meanwhile: a run that goes on in a fresh one while pages are read would else be missed.
 */
export async function readSnapshot(
  readPage: ReadPage,
  { now = Date.now, wait = setTimeout }: Reading = {},
): Promise<Snapshot> {
  const at = now();
  const found = new Map<string, WorkflowExecutionInfo>();
  let calls = 0;
  let called = Number.NEGATIVE_INFINITY;
  const readAll = async (query: string): Promise<void> => {
    let from: Uint8Array | null = null;
    do {
      const early = called + PACE - now();
      if (early > 0) await wait(early);
      called = now();
      calls += 1;
      const page = await readPage(query, from);
      for (const execution of page.executions) keepNewest(found, execution);
      from = page.next;
    } while (from);
  };
  await readAll(OPEN);
  // What one page holds is of one moment.
  if (calls > 1) await readAll(`${OPEN} AND StartTime >= '${new Date(at - SKEW).toISOString()}'`);
  return { ...rowsOf(found.values()), at, duration: now() - at, calls };
}

/** The server's clock may be another one, in milliseconds: a worker does not start where it is further away. */
const SKEW = 60_000;

function keepNewest(found: Map<string, WorkflowExecutionInfo>, execution: WorkflowExecutionInfo): void {
  const known = found.get(execution.workflowId);
  if (!known || known.startTime <= execution.startTime) found.set(execution.workflowId, execution);
}

/** Rows by their kinds. Texts that many rows have are kept once: 100,000 rows have a few hundred of them. */
function rowsOf(executions: Iterable<WorkflowExecutionInfo>): Pick<Snapshot, Kind> {
  const rows = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, [] as unknown[]]));
  const kindOf = new Map(Object.entries(KINDS).map(([kind, { type }]) => [type as string, kind as Kind]));
  const texts = new Map<string, string>();
  const once = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const known = texts.get(value);
    if (known === undefined) texts.set(value, value);
    return known ?? value;
  };
  for (const execution of executions) {
    const kind = kindOf.get(execution.type);
    if (!kind) continue;
    const row = KINDS[kind].read(execution);
    rows[kind]?.push(Object.fromEntries(Object.entries(row).map(([key, value]) => [key, once(value)])));
  }
  return rows as unknown as Pick<Snapshot, Kind>;
}
