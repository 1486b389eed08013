import { matchReason } from '../../src/domain/reason';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { type Books, type Row, wordOf } from './books';
import { DAY } from './clock';
import type { SimulatedProvider } from './provider';
import type { VirtualWorkflow } from './temporal/virtual-workflow';

/** So long its proof may take: a request whose reply was lost may take effect for a day, and its absence is read twice. */
const PROOF = 2 * DAY;

/** A life that has come to its end. */
export interface AtRest {
  readonly now: number;
  readonly workflow: VirtualWorkflow;
  readonly provider: SimulatedProvider;
  /** Whether the activation shows that the vehicle leaves; null where nobody has asked for it. */
  readonly wasHeard: boolean | null;
  readonly complain: (what: string) => void;
}

/** After the faults: everything is settled and true, or waits for a person. */
export function checkRest({ now, workflow, provider, wasHeard, complain }: AtRest): void {
  const { state, closed } = workflow;
  if (closed) return;
  if (!state?.rules) {
    complain('never began');
    return;
  }
  const { clearance, defleet, parked } = state;
  if (defleet) complain(`leaves and never ends: ${clearance.status}, ${parked?.why ?? 'not parked'}`);
  else if (wasHeard === false) complain('does not hear that the vehicle leaves');
  if (isForGood(state) && clearance.since < now - PROOF) complain('is rejected for good, and does not end');
  const wrong = wrongBelief(state, provider, now);
  if (wrong) complain(wrong);
}

/** By the words of a reading, and nobody has asked for the end: then it ends by itself. */
function isForGood({
  clearance,
  ownClearance: own,
  rules,
  defleet,
  ended,
  parked,
}: ActivationState): boolean {
  const { status, reason, confirmed } = clearance;
  // A look that was refused, and a record of which nobody knows whose it is, are a person's turn.
  if (parked && (parked.failed === 'read' || /^A record of this vehicle/.test(parked.why))) return false;
  if (ended || defleet || !own || !rules || status !== 'rejected' || !confirmed) return false;
  return matchReason(rules, status, reason).retry.kind === 'never';
}

/** Where our status is not the provider's, though somebody must have told of it. */
function wrongBelief(state: ActivationState, provider: SimulatedProvider, now: number): string | null {
  const { books, world } = provider;
  const counting = books.open.at(-1) ?? lastChanged(books);
  const word = wordOf(counting);
  const { clearance, inFlight, ownClearance: own, parked } = state;
  if (!counting?.isOurs || !own || inFlight || clearance.status === 'error') return null;
  // Such a provider keeps no record of what has ended, or has lost what it took: the row that is left is of an earlier request.
  if (
    (world.isForgetful || provider.lostWrites > 0) &&
    clearance.status === 'absent' &&
    counting.entries[0] &&
    counting.entries[0].at < own.since
  )
    return null;
  // What another row of the VIN has said meanwhile is believed for a day.
  const newest = Math.max(...books.rows.map(({ entries }) => entries.at(-1)?.at ?? 0));
  if (newest > now - 2 * DAY || isAmbiguous(state, provider, counting)) return null;
  // Without a sweep nobody tells one that is approved or waits for a person, when the webhook is lost.
  if (world.sweeps === 'none' && (clearance.status === 'approved' || parked)) return null;
  const said = word === 'on hold' ? 'unknown' : word;
  return clearance.status === said ? null : `believes ${clearance.status}, but the provider says ${word}`;
}

/** Of rows that have all ended, the one that did so last is the provider's word on the VIN. */
function lastChanged({ rows }: Books): Row | undefined {
  return rows.toSorted((a, b) => (a.entries.at(-1)?.at ?? 0) - (b.entries.at(-1)?.at ?? 0)).at(-1);
}

/** Rows of one moment, or without a time, are in no order that anybody could know; a backup has forgotten some. */
function isAmbiguous(
  state: ActivationState,
  { books, restored, world }: SimulatedProvider,
  row: Row,
): boolean {
  if (restored > 0 && state.parked) return true;
  const stamp = row.entries.at(-1)?.stamp;
  const others = books.rows.filter((one) => one !== row);
  return others.some((one) => world.timeFormat === 'none' || one.entries.at(-1)?.stamp === stamp);
}
