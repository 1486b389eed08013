import type { MessageKind } from '../../workflows/contract/messages';
import type { Sending } from '../activations/activations';
import { foresee } from '../activations/foresee';
import type { ActivationRow } from '../activations/reports';
import type { MessageReply } from '../activations/sending';
import { VinError } from '../base/errors';
import type { ClearanceStatus } from '../domain/status';
import { withConcurrency } from '../fleet-list/concurrency';

/** One vehicle of a group. */
export interface GroupMember {
  readonly vin: string;
  /** Where it stands in a list. */
  readonly line?: number;
  /** Its row, where a search has found it. */
  readonly row?: ActivationRow;
  /** Why it can be no vehicle. */
  readonly error?: unknown;
}

/** What can come of a message to one vehicle of a group; the first two only in a dry run. */
export const GROUP_OUTCOMES = [
  'would-be-taken',
  'would-be-refused',
  'taken',
  'queued',
  'ended',
  'refused',
  'not-known',
  'failed',
  'not-begun',
] as const;
export type GroupOutcome = (typeof GROUP_OUTCOMES)[number];

export interface GroupVerdict {
  readonly line: number | null;
  readonly vin: string;
  readonly outcome: GroupOutcome;
  readonly status: ClearanceStatus | null;
  /** What happens next, where the message does not fail. */
  readonly next: string | null;
  /** Why it fails, and what to do. */
  readonly code: VinError['code'] | null;
  readonly problem: string | null;
  readonly remedy: string | null;
  /** Whether somebody wanted something that does not come about. */
  readonly isFailure: boolean;
}

export interface GroupTally {
  readonly rows: number;
  /** So many of each outcome that there is. */
  readonly counts: Readonly<Partial<Record<GroupOutcome, number>>>;
  readonly queued: number;
  /** Those that somebody has to look at, whatever their outcome. */
  readonly failed: number;
  readonly results: readonly GroupVerdict[];
}

export interface GroupSending {
  readonly kind: MessageKind;
  /** Messages under way at the same time. */
  readonly concurrency: number;
  /** Sends the message to one vehicle; null in a dry run. */
  readonly send: ((vin: string, how: Sending) => Promise<MessageReply>) | null;
  /** What the server stores of a vehicle, for a dry run. */
  readonly rowOf: (vin: string) => Promise<ActivationRow>;
  /** The brand that an amendment would give. */
  readonly brand?: string | undefined;
  /** Whether it is as good when an activation has ended. */
  readonly isEndFine: boolean;
  /** When it aborts nothing more is begun. */
  readonly stopped: AbortSignal;
  readonly onDone: (done: number) => void;
}

/** So long a worker has for a message, in milliseconds, once the one before it was not taken in: it is kept all the same. */
const SHORT_PATIENCE = 250;
/** So many failures of the server in a row are no fault of the vehicles: each of them may take ten seconds. */
const FAILURES_IN_A_ROW = 50;
const OF_THE_SERVER: readonly (VinError['code'] | null)[] = ['TEMPORAL_UNREACHABLE', 'MESSAGE_NOT_KNOWN'];

/** Takes each vehicle to its verdict, a few at a time. One that fails stops nobody. The verdicts have the order of the members. */
export async function sendToGroup(
  members: readonly GroupMember[],
  sending: GroupSending,
): Promise<GroupVerdict[]> {
  let done = 0;
  let failures = 0;
  let isUnheard = false;
  const work = async (member: GroupMember): Promise<GroupVerdict> => {
    if (failures >= FAILURES_IN_A_ROW)
      return notBegun(member, 'the server did not answer for those before it');
    const verdict = await verdictOn(member, sending, isUnheard ? { patience: SHORT_PATIENCE } : {});
    isUnheard = verdict.outcome === 'queued';
    failures = OF_THE_SERVER.includes(verdict.code) ? failures + 1 : 0;
    done += 1;
    sending.onDone(done);
    return verdict;
  };
  const verdicts = await withConcurrency(members, sending.concurrency, work, sending.stopped);
  return members.map((member, index) => verdicts[index] ?? notBegun(member, 'it was interrupted before it'));
}

export function tallyOf(results: readonly GroupVerdict[]): GroupTally {
  const counts: Partial<Record<GroupOutcome, number>> = {};
  for (const outcome of GROUP_OUTCOMES) {
    const count = results.filter((verdict) => verdict.outcome === outcome).length;
    if (count > 0) counts[outcome] = count;
  }
  const failed = results.filter(({ isFailure }) => isFailure).length;
  return { rows: results.length, counts, queued: counts.queued ?? 0, failed, results };
}

async function verdictOn(member: GroupMember, sending: GroupSending, how: Sending): Promise<GroupVerdict> {
  const { kind, send, rowOf, brand, isEndFine } = sending;
  try {
    if (member.error) throw member.error;
    if (send === null) {
      const row = member.row ?? (await rowOf(member.vin));
      const { outcome, says } = foresee(kind, row, brand);
      const isFailure = outcome === 'would-be-refused' || (outcome === 'ended' && !isEndFine);
      return verdict(member, outcome, row.status, isFailure ? { problem: says } : { next: says });
    }
    const { outcome, status, next } = await send(member.vin, how);
    if (outcome !== 'ended' || isEndFine) return verdict(member, outcome, status, { next });
    return verdict(member, outcome, status, {
      code: 'ACTIVATION_ENDED',
      problem: 'Its activation has ended, and takes no message.',
    });
  } catch (error) {
    return failure(member, error);
  }
}

function failure(member: GroupMember, error: unknown): GroupVerdict {
  if (!(error instanceof VinError)) {
    return verdict(member, 'failed', null, {
      code: 'UNEXPECTED',
      problem: (error as Error).message ?? String(error),
    });
  }
  const { code, message, next } = error;
  const outcome =
    code === 'MESSAGE_REFUSED' ? 'refused' : code === 'MESSAGE_NOT_KNOWN' ? 'not-known' : 'failed';
  // Its row names the vehicle.
  const problem = message.replace(`${member.vin}: `, '');
  return verdict(member, outcome, null, { code, problem, remedy: next });
}

function notBegun(member: GroupMember, why: string): GroupVerdict {
  return verdict(member, 'not-begun', null, {
    problem: `Nothing was sent to it: ${why}.`,
    remedy: 'Send the message again.',
  });
}

function verdict(
  { vin, line }: GroupMember,
  outcome: GroupOutcome,
  status: ClearanceStatus | null,
  {
    next = null,
    code = null,
    problem = null,
    remedy = null,
  }: Partial<Pick<GroupVerdict, 'next' | 'code' | 'problem' | 'remedy'>>,
): GroupVerdict {
  return {
    line: line ?? null,
    vin,
    outcome,
    status,
    next,
    code,
    problem,
    remedy,
    isFailure: problem !== null,
  };
}
