import type {
  CertificateFacts,
  EndedAccess,
  LeavingFacts,
  OpenAccess,
  Said,
  StatementFacts,
} from '../../src/certificates/facts';
import { applicationKey, applicationOf } from '../../src/domain/application';
import type { DefleetingState, Part, UnnamedFacts } from './state';

/** What the certificate says: every access was read back as ended. */
export function certificateOf(state: DefleetingState): UnnamedFacts<CertificateFacts> {
  const accesses = sorted(state.parts).map((part) => {
    const access = accessOf(part, state.plan);
    if (access.outcome === 'open') throw new Error(`${applicationKey(part)} is open: nothing is certified`);
    return access;
  });
  const endedAt =
    accesses
      .map(({ readBack }) => readBack.at)
      .sort()
      .at(-1) ?? '';
  return { ...leavingOf(state), accesses, endedAt };
}

/** What is signed after the deadline, while something is open. @param at when this is so: the same for every attempt */
export function statementOf(state: DefleetingState, at: number): UnnamedFacts<StatementFacts> {
  return {
    ...leavingOf(state),
    accesses: sorted(state.parts).map((part) => accessOf(part, state.plan)),
    at: iso(at),
  };
}

function leavingOf({ order, plan }: DefleetingState): UnnamedFacts<LeavingFacts> {
  if (!plan) throw new Error('Nothing is signed before it is planned');
  const { vin, fleet, reason, askedAt, role, onBehalfOf, channel } = order;
  return {
    ...{ vin, fleet },
    event: { kind: reason, date: plan.eventDate },
    deadline: iso(plan.deadlineAt),
    asked: { at: askedAt, by: role, onBehalfOf, channel },
  };
}

function accessOf(part: Part, plan: DefleetingState['plan']): EndedAccess | OpenAccess {
  const { kind, state, status, reason, action, askedAt, answer, readBack, calls } = part;
  const isAsked = askedAt !== null && (kind !== undefined || calls > 0 || answer !== null);
  const access = {
    ...applicationOf(part),
    ...(kind && { kind }),
    asked: isAsked ? { at: iso(askedAt), words: kind ? 'end the parking' : 'end the access' } : null,
    answer: said(answer),
    calls,
  };
  const shown = said(readBack);
  if (state === 'gone' && shown) {
    const kept = keptOf(part, plan);
    return { ...access, outcome: kept === null ? 'ended' : 'ended-data-kept', readBack: shown, kept };
  }
  const why = [status, reason, action].filter((one) => one !== null).join('. ');
  return { ...access, outcome: 'open', readBack: shown, why: why || 'not asked yet' };
}

/** What the provider keeps of a vehicle without access, in words; null: nothing that our reading has shown. */
function keptOf(part: Part, plan: DefleetingState['plan']): string | null {
  const key = applicationKey(part);
  const isKeeper = plan?.keepingRecords?.some((app) => applicationKey(app) === key) ?? false;
  if (!isKeeper || part.status === 'absent') return null;
  return 'The provider keeps its record of the vehicle, which gives no access: its removal was refused or does not show.';
}

function said(what: { readonly words: string; readonly at: number } | null): Said | null {
  return what && { at: iso(what.at), words: what.words };
}

function sorted(parts: readonly Part[]): readonly Part[] {
  return [...parts].sort((a, b) => (applicationKey(a) < applicationKey(b) ? -1 : 1));
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

export function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : iso(milliseconds);
}
