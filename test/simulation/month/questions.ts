import type { WorkflowExecutionInfo } from '@temporalio/client';
import { loadCatalogue } from '../../../src/catalogue/catalogue';
import { rulesFor } from '../../../src/domain/rules';
import { type Rows, readRows } from '../../../src/snapshot/read-snapshot';
import type { Snapshot } from '../../../src/snapshot/snapshot';
import { columnsOf } from '../../../workflows/contract/columns';
import { memoOf } from '../../../workflows/contract/memo';
import { shownOf } from '../../../workflows/lifecycle/view';
import { activationInList } from '../../snapshot/executions';
import { DAY, HOUR, MINUTE } from '../clock';
import { Random } from '../random';
import type { FleetProvider } from './fleet-provider';
import { START } from './month';
import { isSomebodysTurn, type Seen } from './truth';
import { CONSENT, drawFate, type Fate, PRIVACY } from './vehicles';

/** What a month says by the commands of people, and what is true by the provider and the fates alone. */

/** What can be looked at of one moment: what lists had, and what was true. */
export interface Moment {
  readonly at: number;
  readonly listed: readonly WorkflowExecutionInfo[];
  readonly truths: readonly Truth[];
  readonly spell: ReturnType<FleetProvider['spellAt']>;
}

/** What is true of a vehicle, by what the provider does and knows. */
export interface Truth {
  readonly fate: Fate;
  /** Whether it is open here. */
  readonly isAlive: boolean;
  /** What is the matter, and whose turn it is; null where nobody has to act; undefined where it has just changed. */
  readonly turn:
    | { readonly topic: string; readonly owner: string; readonly since: number }
    | null
    | undefined;
  /** When its carmaker rejects it by its own clock; null where no clock runs. */
  readonly deadline: number | null;
  /** What the provider has done with it, oldest first. */
  readonly changes: ReturnType<FleetProvider['changesOf']>;
}

/** A fate of the seed, but that of some drivers and fleet managers nobody ever acts. */
export function fateOf(seed: number): (number: number) => Fate {
  const [fates, laziness] = [new Random(seed), new Random(seed + 1_000)];
  return (number) => {
    const fate = drawFate(number, fates, START);
    const isLazy = laziness.chance(0.5) && (fate.kind === 'privacy' || fate.kind === 'consent');
    return isLazy ? { ...fate, changes: fate.changes.slice(0, 1) } : fate;
  };
}

/** Writes down how all is at this moment. */
export function momentOf(vehicles: readonly Seen[], provider: FleetProvider, at: number): Moment {
  const there = vehicles.filter(({ workflow }) => workflow?.state);
  return {
    at,
    listed: there.map(listedOf),
    truths: there.map((seen) => truthOf(seen, provider, at)),
    spell: provider.spellAt(at),
  };
}

/** As a server has it: what the workflow publishes of this state. */
function listedOf({ workflow }: Seen): WorkflowExecutionInfo {
  if (!workflow?.state) throw new Error('it has not begun');
  const { state, closed, startedAt } = workflow;
  const shown = shownOf(state);
  return activationInList({
    ...columnsOf(shown),
    memo: { ...memoOf(shown) },
    startedAt: new Date(startedAt).toISOString(),
    ...(closed && { ended: [closed.as.toUpperCase(), new Date(state.listedAt).toISOString()] as const }),
  });
}

function truthOf(seen: Seen, provider: FleetProvider, at: number): Truth {
  const { fate, workflow } = seen;
  // As they are now: the provider's own record goes on.
  const changes = [...provider.changesOf(fate.vin)];
  const isAlive = !workflow?.closed;
  const isTurn = workflow?.state ? isSomebodysTurn(fate, workflow.state, provider, at) : null;
  const turn = isTurn === null ? undefined : isTurn && isAlive ? turnOf(seen, provider, at) : null;
  return { fate, isAlive, turn, deadline: isAlive ? deadlineOf(fate, changes.at(-1)) : null, changes };
}

const SILENCE = { driver: 5 * DAY, support: 15 * DAY } as const;

function turnOf({ fate }: Seen, provider: FleetProvider, at: number): NonNullable<Truth['turn']> {
  const changes = provider.changesOf(fate.vin);
  const last = changes.at(-1);
  const since = last?.at ?? fate.joinsAt;
  const spell = provider.spellAt(at);
  const isLeaving = fate.leavesAt !== null && at >= fate.leavesAt;
  const waits =
    spell && (isLeaving || !last || (last.status === 'pending' && spell.how !== 'application refused'));
  if (waits) {
    const topic = spell.how === 'no answer' ? 'provider-away' : 'application-refused';
    return { topic, owner: 'operations', since: spell.from };
  }
  if (last?.reason === PRIVACY) return { topic: 'privacy-mode', owner: 'driver', since };
  if (last?.reason === CONSENT) return { topic: 'consent-missing', owner: 'fleet-manager', since };
  if (last?.status === 'approved') return { topic: 'data-lost', owner: 'fleet-manager', since };
  if (last?.status === 'revoked') return { topic: 'access-ended', owner: 'fleet-manager', since };
  const owner = at - since > SILENCE.support ? 'provider-support' : 'driver';
  return { topic: 'no-answer', owner, since };
}

/** The clock of the carmaker that the catalogue has for the reason. */
function deadlineOf({ brand }: Fate, last: Truth['changes'][number] | undefined): number | null {
  if (last?.status !== 'pending' || last.reason === null) return null;
  const id = last.reason === PRIVACY ? 'privacy-mode' : 'consent-missing';
  const rule = rulesFor(loadCatalogue(), brand, { speed: 1 }).reasons.find((one) => one.id === id);
  return rule?.patience === undefined ? null : last.at + rule.patience;
}

/** Everything of a moment as the commands read it: of those alone of which the truth is known. */
export async function rowsAt({ listed, truths, at }: Moment): Promise<Rows & Snapshot> {
  const known = new Set(truths.flatMap(({ turn, fate }) => (turn === undefined ? [] : [fate.vin])));
  const executions = listed.filter(({ workflowId }) => known.has(workflowId.split(':').at(-1) ?? ''));
  const rows = await readRows(async () => ({ executions, next: null }), ['all']);
  return { ...rows, at, duration: 0 };
}

/** The same without what has ended. */
export async function snapshotAt(moment: Moment): Promise<Snapshot> {
  const rows = await rowsAt(moment);
  return { ...rows, activations: rows.activations.filter(({ execution }) => execution === 'RUNNING') };
}

/** How soon a change is known here. */
export const KNOWN = 5 * MINUTE;
/** What is at the very edge of a time may be counted on either side of it. */
export const EDGE = 6 * HOUR;
