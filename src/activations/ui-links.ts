import { BATCH } from '../../workflows/contract/batch';
import { DEFLEETING } from '../../workflows/contract/defleetings';
import { ACTIVATION, SWEEP } from '../../workflows/contract/messages';
import { NOTICES } from '../../workflows/contract/notices';
import { queryOf } from './search';

/** Where Temporal's web UI is, and the namespace that it shows. */
export interface TemporalUi {
  /** For example `http://127.0.0.1:8233`. */
  readonly url: string;
  readonly namespace: string;
}

/** The page of one workflow, its newest run. */
export function workflowLink({ url, namespace }: TemporalUi, workflowId: string): string {
  return `${base(url)}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}

/** The list of workflows that a query finds: views are kept in a browser, and an address can be given to everybody. */
export function listLink({ url, namespace }: TemporalUi, query: string): string {
  return `${base(url)}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`;
}

function base(url: string): string {
  return url.replace(/\/+$/, '');
}

interface View {
  readonly about: string;
  /** @param now milliseconds since 1970. */
  readonly query: (now: number) => string;
}

const DAY = 86_400_000;

/** The lists that people look at, each by the query of the Temporal UI. */
export const VIEWS: Readonly<Record<string, View>> = {
  vehicles: { about: 'All vehicles under way', query: () => queryOf({}) },
  attention: { about: 'Those for which a person has to act', query: () => queryOf({ needsAttention: true }) },
  driver: { about: 'Those that wait for a driver', query: () => queryOf({ owner: 'driver' }) },
  operations: { about: 'Those that wait for us', query: () => queryOf({ owner: 'operations' }) },
  overdue: { about: 'Those whose deadline is over', query: (now) => queryOf({ overdue: true }, '*', now) },
  old: {
    about: 'Those whose reason is older than ten days',
    query: (now) => queryOf({ olderThan: 10 * DAY }, '*', now),
  },
  trouble: {
    about: 'Those that wait because a command failed',
    query: () => queryOf({ inTrouble: true }),
  },
  faults: {
    about: 'Those that a fault of the program keeps from going on (docs/stuck.md)',
    query: () =>
      `${queryOf({})} AND TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')`,
  },
  leaving: {
    about: 'Vehicles that leave',
    query: () => `WorkflowType = '${DEFLEETING}' AND ExecutionStatus = 'Running'`,
  },
  refused: {
    about: 'Those that were rejected or refused for good',
    query: () => `WorkflowType = '${ACTIVATION}' AND ExecutionStatus = 'Failed'`,
  },
  machine: {
    about: 'Sweeps, notices and batches: what is not about one vehicle',
    query: () => `WorkflowType IN ('${SWEEP}', '${NOTICES}', '${BATCH}')`,
  },
};
