import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client';
import { SWEEP, sweepId } from '../../workflows/contract/messages';
import type { Drift, SweepSummary } from '../../workflows/contract/sweep-report';
import { type Application, applicationOf } from '../domain/application';

/** Sweeps that are read at the most: three months of daily ones. */
const MOST = 100;
const KINDS = ['unmanaged', 'lost', 'disagreeing'] as const satisfies readonly (keyof Drift)[];

/** A vehicle that had drifted. */
export interface DriftFound {
  readonly vin: string;
  readonly what: (typeof KINDS)[number];
  /** As it was when it was seen last; null where there is none. */
  readonly ours: string | null;
  readonly theirs: string | null;
  /** The sweeps that saw it first and last, ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Whether the newest sweep saw it. */
  readonly still: boolean;
}

export interface DriftHistory extends Application {
  /** ISO 8601. */
  readonly since: string;
  /** Full sweeps that have ended since then, and when the newest began; null where there is none. */
  readonly sweeps: number;
  readonly newest: string | null;
  /** Since when the server knows of sweeps, where that is later than what was asked for; else null. */
  readonly knownSince: string | null;
  /** The newest first. */
  readonly found: readonly DriftFound[];
  /** Vehicles that sweeps have counted and not named, at most in one of them. */
  readonly unnamed: number;
}

/**
 * What full sweeps have found since a time: each is a workflow, whose result the server keeps for as long as the retention of the
 * namespace says. No worker is asked.
 *
 * @param since milliseconds since 1970.
 */
export async function readDriftSince(client: Client, of: Application, since: number): Promise<DriftHistory> {
  const app = applicationOf(of);
  const begin = `'${new Date(since).toISOString()}'`;
  const query = `WorkflowType = '${SWEEP}' AND ExecutionStatus = 'Completed' AND StartTime >= ${begin}`;
  const summaries: SweepSummary[] = [];
  for await (const execution of client.workflow.list({ query })) {
    if (summaries.length >= MOST) break;
    const summary = isFull(execution, app) ? await resultOf(client, execution) : null;
    if (summary) summaries.push(summary);
  }
  return {
    ...app,
    ...driftIn(summaries, since),
    knownSince: await keptSince(client, since, summaries.length >= MOST ? summaries : []),
  };
}

function isFull({ workflowId }: WorkflowExecutionInfo, app: Application): boolean {
  const id = sweepId(app, true);
  return workflowId === id || workflowId.startsWith(`${id}:`) || workflowId.startsWith(`${id}-`);
}

/** Null where the server has forgotten it meanwhile. */
async function resultOf(
  client: Client,
  { workflowId, runId }: WorkflowExecutionInfo,
): Promise<SweepSummary | null> {
  try {
    const summary: SweepSummary = await client.workflow.getHandle(workflowId, runId).result();
    return summary.drift ? summary : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** @param read where not all sweeps were read. */
async function keptSince(
  client: Client,
  since: number,
  read: readonly SweepSummary[],
): Promise<string | null> {
  const oldest = read
    .map(({ at }) => at)
    .sort()
    .at(0);
  if (oldest !== undefined) return oldest;
  const { namespace } = client.options;
  const { config } = await client.workflowService.describeNamespace({ namespace });
  const retention = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
  const kept = Date.now() - retention;
  return retention > 0 && kept > since ? new Date(kept).toISOString() : null;
}

/** What sweeps say together, in whatever order they come. */
export function driftIn(
  summaries: readonly SweepSummary[],
  since: number,
): Pick<DriftHistory, 'since' | 'sweeps' | 'newest' | 'found' | 'unnamed'> {
  const found = new Map<string, DriftFound>();
  const ordered = summaries.toSorted((a, b) => a.at.localeCompare(b.at));
  const newest = ordered.at(-1)?.at ?? null;
  let unnamed = 0;
  for (const { at, drift } of ordered) {
    for (const what of drift ? KINDS : []) {
      const sample = drift?.[what];
      unnamed = Math.max(unnamed, (sample?.count ?? 0) - (sample?.first.length ?? 0));
      for (const one of sample?.first ?? []) {
        const key = `${what} ${one.vin}`;
        const { ours = null, theirs = null } = one as { ours?: string; theirs?: string };
        const firstSeen = found.get(key)?.firstSeen ?? at;
        found.set(key, { vin: one.vin, what, ours, theirs, firstSeen, lastSeen: at, still: at === newest });
      }
    }
  }
  return {
    since: new Date(since).toISOString(),
    sweeps: ordered.length,
    newest,
    found: [...found.values()].sort(
      (a, b) => b.firstSeen.localeCompare(a.firstSeen) || a.vin.localeCompare(b.vin),
    ),
    unnamed,
  };
}
