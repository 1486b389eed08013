import { applicationKey, applicationOf } from '../../src/domain/application';
import type { Audience } from '../../src/domain/audience';
import { isOpen } from '../../src/domain/status';
import type { Notice } from '../contract/notice';
import { iso } from './facts';
import { type DefleetingState, type Part, RETRY } from './state';

/** From which part of the time between begin and deadline people are told, and whom. */
const BEFORE: readonly { readonly share: number; readonly audiences: readonly Audience[] }[] = [
  { share: 1 / 2, audiences: ['fleet-manager'] },
  { share: 7 / 8, audiences: ['fleet-manager', 'operations'] },
];
/** At the deadline and after it, again and again: whoever has to act as well. */
const AFTER: readonly Audience[] = ['fleet-manager', 'operations', 'owner'];

/** Whether every application was asked at least once, or could not be. */
export function isTried(parts: readonly Part[]): boolean {
  return parts.every(({ state, status, reason }) => state !== 'to-ask' || status !== null || reason !== null);
}

/** When people are to be told next, in milliseconds since 1970; null: never. */
export function dueAt(state: DefleetingState): number | null {
  const { plan, step, told, parts } = state;
  if (plan && step === 'certifying') return unsignedDueAt(state, plan.waits.remind);
  if (!plan || step !== 'open' || !isTried(parts)) return null;
  const { beginsAt, deadlineAt, waits } = plan;
  const next = BEFORE[told.level];
  if (next) return beginsAt + (deadlineAt - beginsAt) * next.share;
  return told.level === BEFORE.length ? deadlineAt : told.at + waits.remind;
}

/** Once signing has failed, which was tried for an hour, and then again and again. */
function unsignedDueAt({ doing, retryAt, unsignedToldAt }: DefleetingState, remind: number): number | null {
  if (doing !== null) return null;
  return unsignedToldAt === undefined ? retryAt - RETRY : unsignedToldAt + remind;
}

/** What operations hears of a vehicle that has left and has no certificate yet. */
export function unsignedNotice(state: DefleetingState, at: number): Notice[] {
  const { parts, history, plan, noticeCount } = state;
  const [part] = parts;
  if (!part || !plan) return [];
  const notice = noticeOf(state, { ...part, owner: 'operations', reason: null }, 'operations', {
    number: noticeCount + 1,
    isOver: false,
    at,
    deadlineAt: plan.deadlineAt,
  });
  const why = history.at(-1)?.note ?? 'nobody signs';
  const action = `Its access has ended everywhere, and its certificate is not signed: ${why}. See that a worker runs that has VIN_CERTIFICATES and a key, and that it can write into its folder.`;
  return [{ ...notice, action }];
}

/** What people hear now: of each application that is open, with its own reason and who can help. */
export function noticesOf(state: DefleetingState, at: number): readonly Notice[] {
  const { plan } = state;
  if (!plan) return [];
  const isOver = at >= plan.deadlineAt;
  const before = BEFORE.findLast(
    ({ share }) => at >= plan.beginsAt + (plan.deadlineAt - plan.beginsAt) * share,
  );
  const audiences = isOver ? AFTER : (before?.audiences ?? []);
  const open = state.parts.filter((part) => part.state !== 'gone');
  return open.flatMap((part, index) =>
    audiences.map((audience, other) => {
      const number = state.noticeCount + index * audiences.length + other + 1;
      return noticeOf(state, part, audience, { number, isOver, at, deadlineAt: plan.deadlineAt });
    }),
  );
}

interface Occasion {
  readonly number: number;
  readonly isOver: boolean;
  readonly at: number;
  readonly deadlineAt: number;
}

function noticeOf(
  { order, plan, told }: DefleetingState,
  part: Part,
  audience: Audience,
  { number, isOver, at, deadlineAt }: Occasion,
): Notice {
  const deadline = iso(deadlineAt);
  const when = isOver
    ? `The deadline of its defleeting is over since ${deadline}`
    : `It must have left by ${deadline}`;
  const status = part.status ?? 'unknown';
  const access = `its ${accessOf(part)}`;
  return {
    // A defleeting numbers its notices: a replay or a retry gives the same id, a new one never does.
    id: `notice-defleeting-${order.vin}-${order.id}-${number}`,
    kind: 'defleeting',
    vin: order.vin,
    // Notices are delivered by the workers of an application of data: a parking has none.
    ...applicationOf(part.kind ? (plan?.applications[0] ?? part) : part),
    brand: part.brand ?? '',
    fleet: order.fleet,
    externalId: null,
    status,
    reason: part.reason,
    level: told.level + 1,
    audience,
    owner: part.owner ?? 'provider-support',
    action: `${when}, and ${access} ${standingOf(part)}. ${part.action ?? 'Find out why it has not ended yet.'}`,
    since: iso(part.since),
    at: iso(at),
  };
}

/** What is known of an access that is not proven to be over. */
function standingOf({ kind, status, reason }: Part): string {
  if (kind === 'parking') return `has not ended${reason === null ? '' : ` (${reason})`}`;
  if (status === null) return 'is not read back yet';
  return isOpen(status) ? `is open (${status})` : `is not proven to be over yet (its record says ${status})`;
}

function accessOf(part: Part): string {
  return part.kind === 'parking'
    ? `parking of ${part.application} at ${part.provider}`
    : `access at ${applicationKey(part)}`;
}
