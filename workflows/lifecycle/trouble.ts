import { TRY_AGAIN, type TroubleKind } from '../../src/domain/trouble';
import type { EventOf } from './events';
import { cut } from './limits';
import type { Plan } from './plan';
import { record } from './record';
import { type ActivationState, type CommandType, change, type Running } from './state';

/**
 * Trouble of the provider: it refuses the application, or gives no answer. It is told once for the application
 * (workflows/notices), and no vehicle waits for a person because of it: each waits a while, tries again, and goes on by itself.
 */

/** Waiting for the provider, and for no person: what is in the way is in the way of all vehicles of the application. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** What the provider says, or why there is no answer. */
  readonly words: string;
  /** What operations has to do, as a sentence. */
  readonly next: string;
  readonly since: number;
  /** No command before this time. */
  readonly until: number;
  readonly failed: CommandType;
  /** Since when only this vehicle is known to meet it; null where it is the application's, and told for all. */
  readonly ownSince: number | null;
}

/** So long a fault may be met by one vehicle alone, before it is that vehicle's and a person has to look; milliseconds. */
const OWN_PATIENCE = 86_400_000;
const LONGEST_PAUSE = 6 * 3_600_000;

/** Takes in a command that has failed because of the provider; null where that is not so, or where only this vehicle meets it for long. */
export function inTrouble(state: Running, event: EventOf<'command-failed'>): Running | null {
  const { at, command, message, next, trouble: kind, isNoAnswer } = event;
  if (kind === undefined && !isNoAnswer) return null;
  const { trouble: before = null, parked, rules, inFlightSince } = state;
  const begun = before ? at : inFlightSince;
  const ownSince = kind === undefined ? (before?.ownSince ?? begun) : null;
  if (ownSince !== null && at - ownSince >= ownPatience(rules)) return null;
  const trouble: Trouble = {
    kind: kind ?? before?.kind ?? 'away',
    words: cut(message),
    next: cut(next),
    since: before?.since ?? (ownSince === null ? at : begun),
    until: at + pauseBefore(at, ownSince, rules.speed),
    failed: command,
    ownSince,
  };
  const known = change(state, { trouble, parked: parked?.failed ? null : parked });
  const isNews = before?.kind !== trouble.kind;
  return isNews ? record(known, 'activation', at, `waits: ${sentenceOf(trouble)}`) : known;
}

/** A call that was tried for as long as the policy says has waited enough. */
function ownPatience({ speed, policy }: Running['rules']): number {
  return Math.min(OWN_PATIENCE / speed, policy.patience / 2);
}

/** What only this vehicle meets is tried again more and more slowly: after as long as it has lasted. */
function pauseBefore(at: number, ownSince: number | null, speed: number): number {
  return Math.max(TRY_AGAIN / speed, Math.min(ownSince === null ? 0 : at - ownSince, LONGEST_PAUSE / speed));
}

/** Keeps a command back until it is time to try again. */
export function keptBack({ trouble }: Running, plan: Plan, now: number): Plan {
  if (!trouble || now >= trouble.until || !('do' in plan)) return plan;
  if (plan.do === 'stop-submitting' || plan.do === 'stop-asking' || plan.do === 'read-rules') return plan;
  return { waitUntil: trouble.until, for: `the provider: ${sentenceOf(trouble)}`, isInTrouble: true };
}

/** Nothing waits because of it any more, where nothing is to be done that it could be in the way of. */
export function withoutMoot(state: Running, plan: Plan): Running {
  const isUsed = 'do' in plan || ('waitUntil' in plan && plan.isInTrouble);
  const isMoot = state.trouble && !state.inFlight && !state.isHandingOver && !isUsed;
  return isMoot ? change(state, { trouble: null }) : state;
}

/** A person had a say: it is tried now. */
export function triedNow({ trouble }: ActivationState, at: number): { readonly trouble?: Trouble } {
  return trouble && trouble.until > at ? { trouble: { ...trouble, until: at } } : {};
}

/** Whose turn it is meanwhile. */
export function turnOf(trouble: Trouble): { readonly owner: string; readonly action: string } {
  return { owner: 'operations', action: cut(`Waits: ${sentenceOf(trouble)} ${trouble.next}`) };
}

function sentenceOf({ kind, since, words }: Trouble): string {
  const time = `${new Date(since).toISOString().slice(0, 16)}Z`;
  const what = kind === 'away' ? 'the provider gives no answer' : 'the provider refuses the application';
  return `${what} since ${time}: ${words}`;
}
