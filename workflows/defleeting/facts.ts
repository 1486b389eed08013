import { applicationKey } from '../../src/domain/application';
import type { ClearanceStatus } from '../../src/domain/status';
import type { DefleetingOrder } from '../contract/defleetings';
import type { DefleetingState, Part } from './state';

/** What is signed of a defleeting, at its end or at its deadline. Times are ISO 8601, UTC. */
export interface SignedFacts {
  readonly order: DefleetingOrder;
  readonly eventDate: string;
  readonly zone: string;
  readonly deadlineAt: string;
  readonly parts: readonly SignedPart[];
}

export interface SignedPart {
  readonly provider: string;
  readonly application: string;
  readonly isOpen: boolean;
  readonly status: ClearanceStatus | null;
  readonly reason: string | null;
  /** Who can help with what is open. */
  readonly owner: string | null;
  readonly askedAt: string | null;
  /** The provider's own words, and when it said them. */
  readonly answer: { readonly words: string; readonly at: string } | null;
  /** When our own reading began that showed nothing open. */
  readonly readBackAt: string | null;
  readonly calls: { readonly withdraw: number; readonly read: number };
}

/** What is known now, for a signature. */
export function factsOf({ order, plan, parts }: DefleetingState): SignedFacts {
  if (!plan) throw new Error('Nothing is signed before it is planned');
  return {
    order,
    eventDate: plan.eventDate,
    zone: plan.zone,
    deadlineAt: iso(plan.deadlineAt),
    parts: [...parts]
      .sort((a, b) => (applicationKey(a) < applicationKey(b) ? -1 : 1))
      .map((part) => signedPart(part)),
  };
}

function signedPart(part: Part): SignedPart {
  const { provider, application, state, status, reason, owner, askedAt, answer, readBackAt, calls } = part;
  return {
    provider,
    application,
    isOpen: state !== 'gone',
    status,
    reason,
    owner,
    askedAt: isoOrNull(askedAt),
    answer: answer && { words: answer.words, at: iso(answer.at) },
    readBackAt: isoOrNull(readBackAt),
    calls,
  };
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

export function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : iso(milliseconds);
}
