import type { MessageKind } from '../../workflows/contract/messages';
import type { Activations } from '../activations/activations';
import { BATCH_KINDS } from '../activations/batch-kinds';
import { failure } from '../activations/batch-sender';
import { foresee } from '../activations/foresee';
import { withConcurrency } from '../fleet-list/concurrency';
import type { GroupMember, GroupVerdict } from './group-words';

/** Vehicles that the server is asked for at the same time. */
const AT_ONCE = 16;

/**
 * What would happen to each vehicle of a group, as far as lists show it. Nothing is sent.
 *
 * @param brand that an amendment would give.
 * @param signal when it aborts nothing more is looked at.
 */
export async function foreseeEach(
  kind: MessageKind,
  members: readonly GroupMember[],
  activations: Activations,
  {
    brand,
    signal,
    onDone,
  }: {
    readonly brand?: string | undefined;
    readonly signal: AbortSignal;
    readonly onDone: (done: number) => void;
  },
): Promise<GroupVerdict[]> {
  let done = 0;
  const look = async (member: GroupMember): Promise<GroupVerdict> => {
    const verdict = await verdictOn(kind, member, activations, brand);
    done += 1;
    onDone(done);
    return verdict;
  };
  const verdicts = await withConcurrency(members, AT_ONCE, look, signal);
  return members.map((member, index) => verdicts[index] ?? { ...named(member), ...NOTHING, outcome: 'todo' });
}

const NOTHING = { status: null, next: null, code: null, problem: null, remedy: null } as const;

function named({ vin, line }: GroupMember): Pick<GroupVerdict, 'vin' | 'line'> {
  return { line: line ?? null, vin };
}

async function verdictOn(
  kind: MessageKind,
  member: GroupMember,
  activations: Activations,
  brand: string | undefined,
): Promise<GroupVerdict> {
  try {
    if (member.error) throw member.error;
    const row = member.row ?? (await activations.row(member.vin));
    const { outcome, says } = foresee(kind, row, brand);
    const isFailure = outcome === 'would-be-refused' || (outcome === 'ended' && !BATCH_KINDS[kind].isEndFine);
    const words = isFailure ? { problem: says } : { next: says };
    return { ...named(member), ...NOTHING, outcome, status: row.status, ...words };
  } catch (error) {
    return { ...named(member), ...failure(member.vin, error) };
  }
}
