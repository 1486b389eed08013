import type { QueryDefinition, SignalDefinition } from '@temporalio/common';
import { TASK_QUEUE } from './task-queues';

/** What those who ask for certificates, number them and keep them agree on. */

/** The workflow that numbers certificates: its type, and its id, as there is one for each namespace. */
export const CERTIFICATES = 'certificates';

/**
 * The task queue of the ledger, of signing, and of questions about certificates: only workers that have the store take them.
 *
 * @param taskQueue in front of the names of task queues.
 */
export function certificatesQueue(taskQueue: string = TASK_QUEUE): string {
  return `${taskQueue}:certificates`;
}

/** The name of its memo: its newest certificate, so that nobody has to be asked for it. */
export const LEDGER_MEMO = 'certificate';

/** The newest certificate: its number, and the SHA-256 of its first file in hex. */
export interface LedgerHead {
  readonly number: number;
  readonly sha256: string;
}

/** What the ledger knows, and hands on to a fresh run. */
export interface LedgerState {
  /** Null before the first. */
  readonly head: LedgerHead | null;
  /** The ids of requests that are not signed yet, oldest first. */
  readonly open: readonly string[];
}

export interface LedgerInput {
  /** Set by the workflow itself when it continues in a new run. */
  readonly carried?: LedgerState;
}

/** Asks for the certificate whose facts are kept in the store under this id. Asked twice it is one. */
export const requestCertificate = { type: 'signal', name: 'requestCertificate' } as SignalDefinition<
  [string]
>;
export const ledgerState = { type: 'query', name: 'ledgerState' } as QueryDefinition<LedgerState>;
