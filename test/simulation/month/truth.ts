import type { Notice } from '../../../workflows/contract/notice';
import type { ActivationState } from '../../../workflows/lifecycle/state';
import { DAY, HOUR } from '../clock';
import type { VirtualWorkflow } from '../temporal/virtual-workflow';
import type { FleetProvider, Spell } from './fleet-provider';
import { CONSENT, type Fate, PRIVACY } from './vehicles';

/** A vehicle, and its activation once it has joined. */
export interface Seen {
  readonly fate: Fate;
  readonly workflow: VirtualWorkflow | null;
}

/** Nobody is told of silence before. */
const SILENCE = 5 * DAY;

/**
 * Whether somebody has to act for a vehicle, by what the provider does and knows, and by nothing that the activation believes.
 * Null: it has just changed, or a spell hides it.
 */
export function isSomebodysTurn(
  { vin, leavesAt, joinsAt }: Fate,
  state: ActivationState,
  provider: FleetProvider,
  now: number,
): boolean | null {
  const spell = provider.spellAt(now);
  const status = provider.statusOf(vin);
  if (now < joinsAt + HOUR) return null;
  const isLeaving = leavesAt !== null && now >= leavesAt;
  if (isLeaving && (status === 'revoked' || status === 'absent') && state.ended) return false;
  // Operations has to see to the provider: everything that needs a call waits for it.
  if (spell && needsCall(spell, status, isLeaving)) return true;
  if (isLeaving || status === 'absent') return null;
  switch (status) {
    case 'pending':
      return isPendingSomebodys(vin, provider, now);
    case 'approved':
      return isDataSomebodys(vin, provider, now, spell);
    case 'revoked':
      return true;
    default:
      return state.ended ? false : null;
  }
}

function needsCall({ how }: Spell, status: string, isLeaving: boolean): boolean {
  if (how === 'application refused') return status === 'absent' && !isLeaving;
  return isLeaving || status === 'absent' || status === 'pending';
}

function isPendingSomebodys(vin: string, provider: FleetProvider, now: number): boolean | null {
  const changes = provider.changesOf(vin);
  const [first] = changes;
  if (changes.some(({ reason }) => reason !== null)) return true;
  const age = now - (first?.at ?? now);
  return Math.abs(age - SILENCE) < HOUR ? null : age > SILENCE;
}

/** Data is asked for after an hour, and then at least once a day. */
function isDataSomebodys(
  vin: string,
  provider: FleetProvider,
  now: number,
  spell: Spell | undefined,
): boolean | null {
  const last = provider.changesOf(vin).at(-1);
  const isLost = last?.data === 'lost';
  const wasLost = provider.changesOf(vin).some(({ data }) => data === 'lost');
  if (!isLost && !wasLost) return false;
  const settles = isLost ? 3 * HOUR : DAY + HOUR;
  const isFresh = last !== undefined && now < last.at + settles;
  const isAfterSpell = provider.spellAt(now - settles) !== undefined;
  return isFresh || isAfterSpell || spell ? null : isLost;
}

/** What somebody who has to act was not told. */
export function toldAllOf(
  { fate, workflow }: Seen,
  notices: readonly Notice[],
  provider: FleetProvider,
  now: number,
): string[] {
  if (!workflow) return [];
  const own = notices.filter(({ vin }) => vin === fate.vin);
  const missing: string[] = [];
  const expects = (what: string, isSo: boolean, isTold: (notice: Notice) => boolean): void => {
    if (isSo && !own.some(isTold)) missing.push(`${fate.vin} (${fate.kind}): nobody was told of ${what}`);
  };
  for (const change of provider.changesOf(fate.vin)) {
    const isOld = now > change.at + DAY;
    const { reason } = change;
    expects(
      `"${reason}"`,
      isOld && (reason === PRIVACY || reason === CONSENT),
      (one) => one.reason === reason,
    );
    expects('the refusal', isOld && change.status === 'rejected', (one) => one.status === 'rejected');
    expects('the loss of data', isOld && change.data === 'lost', ({ kind }) => kind === 'data-lost');
    const isDrift = change.status === 'revoked' && fate.kind === 'drift';
    expects('the end of the access', isOld && isDrift, ({ kind }) => kind === 'drift');
  }
  return missing;
}

/** What operations was told of a spell: kinds of notices, in their order. */
export function toldOfSpell(notices: readonly Notice[], { from, to }: Spell): string[] {
  const isOfIt = ({ since }: Notice): boolean => Date.parse(since) >= from && Date.parse(since) < to;
  return notices
    .filter(({ kind }) => kind.startsWith('trouble'))
    .filter(isOfIt)
    .map(({ kind }) => kind);
}
