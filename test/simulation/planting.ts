import type { Activities } from '../../activities';
import type { Engine } from '../../workflows/activation/engine';
import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import { type Decision, decide } from '../../workflows/lifecycle/lifecycle';
import type { ActivationState, Command, CommandType, Running } from '../../workflows/lifecycle/state';
import { isOpenWord, type Word } from './books';
import type { Planted } from './life';
import type { Decider } from './temporal/virtual-run';

/** A bug that is planted into the product, and by which complaint it has to be found. */
export interface Bug extends Planted {
  /** The fault of docs/faults.md that it brings back, where it is one. */
  readonly fault?: number;
  readonly found: RegExp;
}

type Change = (decision: Decision, event: LifecycleEvent, before: ActivationState) => Decision;

/** Changes what the lifecycle decides. */
export function changing(change: Change): Pick<Planted, 'decider'> {
  return { decider: (state, event, more) => change(decide(state, event, more), event, state) };
}

/** Changes the state before the lifecycle decides. */
export function forgetting(forget: (state: ActivationState, event: LifecycleEvent) => Partial<Running>) {
  const decider: Decider = (state, event, more) =>
    decide({ ...state, ...forget(state, event) } as ActivationState, event, more);
  return { decider };
}

export function carriesOut(decision: Decision, command: CommandType): Decision {
  const state = { ...(decision.state as Running), inFlight: command, deadline: null };
  return { ...decision, commands: [command], state };
}

/** Ends at once, with a proof that is none: the assertion of the shell would hold the end back. */
export function ends(decision: Decision, at: number): Decision {
  const proof = { lastReading: { begun: at, isOpen: false }, sent: null, absentSince: null };
  const state = { ...(decision.state as Running), ...proof, ended: true, deadline: null, inFlight: null };
  return { state, commands: [], notices: [] };
}

export function without(decision: Decision, command: Command): Decision {
  return { ...decision, commands: decision.commands.filter((one) => one !== command) };
}

export function isIdle({ state, commands }: Decision): boolean {
  return commands.length === 0 && !state.inFlight && !state.ended;
}

/** Attempts know nothing of those before them. */
export function forgettingTraces(real: Activities): Activities {
  const fresh = { maySent: false, seen: null };
  return {
    ...real,
    beginActivation: (state, trace) => real.beginActivation(state, { ...trace, ...fresh }),
    submitClearance: (vehicle, trace) => real.submitClearance(vehicle, { ...trace, ...fresh }),
  };
}

export const withEngine = (change: (real: Engine) => Partial<Engine>): Pick<Planted, 'engine'> => ({
  engine: (real) => ({ ...real, ...change(real) }),
});

export const FALSE_END = /but the provider holds a clearance|after the wish to leave|ever shown that nothing/;

export const FALSE_END_OR_SECOND = new RegExp(
  `${FALSE_END.source}|second clearance|two clearances|made \\d+ clearances`,
);

export function isNamed(row: unknown): boolean {
  const { vin } = row as { readonly vin?: unknown };
  return typeof vin === 'string' && vin.trim() !== '';
}

export function isWireOpen(row: unknown): boolean {
  return isOpenWord((row as { readonly status: Word }).status);
}

/**
 * As if the word of who asked to try again were used up by whatever confirms the old end, while the submission is on its way. What
 * was known at the request is taken away from the state, and from what the submission takes along.
 */
export const usingUpWords: Decider = (state, event, more) => {
  const known =
    state.clearance.confirmed && state.sent?.isOver ? { ...state, sent: notOver(state.sent) } : state;
  const heard =
    event.type === 'submitted' && event.result.trace?.isOver && state.clearance.confirmed
      ? { ...event, result: { ...event.result, trace: notOver(event.result.trace) } }
      : event;
  return decide(known as ActivationState, heard, more);
};

function notOver<T extends { readonly isOver?: true }>({ isOver: _, ...rest }: T): Omit<T, 'isOver'> {
  return rest;
}

/** A provider whose lists show all that there is, slowly. */
export const HONEST = {
  faults: { rate: 0.1, away: [], staleRate: 0, staleBy: 0, emptyRate: 0, slowRate: 0.5 },
  hiddenFor: 0,
  restores: null,
  timeFormat: 'zulu',
  eligibility: 'off',
  leaves: 'never',
} as const;

/** People who ask to try again at once, and a provider that tells of each end by a webhook and takes its time. */
export const EAGER = {
  ...HONEST,
  isEager: true,
  sweeps: 'daily',
  webhooks: { lost: 0, doubled: 0, delay: 10_000, named: true, timed: false, replayed: 0 },
} as const;

/** Machines on which workers are lost often while they keep a task. */
export const ROUGH = {
  deaths: 0,
  deathsAfterActing: 0.5,
  earlyReports: 0.3,
  lostTasks: 0,
  doubledTasks: 0,
  evictions: 0,
  keepsDetails: true,
  delay: 20,
  downtime: 1_000,
  bound: 400,
  suggests: 0,
  batches: false,
  noSlot: 0,
} as const;

/** As a client that takes the newest row of a VIN, whatever it says. */
export function newestOnly(rows: readonly unknown[]): readonly unknown[] {
  type Wire = { readonly changelog?: readonly { readonly timestamp: string }[] | null };
  const timeOf = (row: unknown): string => (row as Wire).changelog?.at(-1)?.timestamp ?? '';
  const isLog = rows.every((row) => Array.isArray((row as Wire).changelog));
  if (!isLog || rows.length < 2) return rows;
  return [[...rows].sort((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1)).at(-1)];
}
