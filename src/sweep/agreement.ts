import type { Observation } from '../../workflows/lifecycle/state';
import { type ClearanceStatus, hasEnded, isOpen } from '../domain/status';

/** What an activation shows of its belief: the search attributes of workflows/activation/publish.ts. */
export interface ListedBelief {
  readonly vin: string;
  readonly status: ClearanceStatus;
  readonly reason: string | null;
}

/** Whether an activation's belief leaves nothing to tell it. @param record null when the provider has none. */
export function agrees(belief: ListedBelief, record: Observation | null): boolean {
  if (record === null) return !isOpen(belief.status);
  // A submission that was refused leaves no record: what is there is of an earlier life of the vehicle.
  if (belief.status === 'error' && hasEnded(record.status)) return true;
  return belief.status === record.status && shown(belief.reason) === shown(record.reason);
}

/** As much of a reason as an activation shows. The cut may go through a character, which the server then replaces. */
function shown(reason: string | null): string | null {
  if (reason === null) return null;
  return Buffer.from(reason.slice(0, 200))
    .toString()
    .replace(/\u{fffd}+$/u, '');
}
