import type { Activities } from '../../activities';
import type { Engine } from '../../workflows/activation/engine';
import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import { withTags } from '../../workflows/lifecycle/intake';
import { type Decision, decide } from '../../workflows/lifecycle/lifecycle';
import type { ActivationState, Command, CommandType, Running } from '../../workflows/lifecycle/state';
import { DAY, MINUTE } from './clock';
import { type Planted, START } from './life';
import type { Decider } from './temporal/virtual-run';

/** A bug that is planted into the product, and by which complaint it has to be found. */
export interface Bug extends Planted {
  /** The fault of docs/faults.md that it brings back, where it is one. */
  readonly fault?: number;
  readonly found: RegExp;
}

type Change = (decision: Decision, event: LifecycleEvent, before: ActivationState) => Decision;

/** Changes what the lifecycle decides. */
function changing(change: Change): Pick<Planted, 'decider'> {
  return { decider: (state, event) => change(decide(state, event), event, state) };
}

/** Changes the state before the lifecycle decides. */
function forgetting(forget: (state: ActivationState, event: LifecycleEvent) => Partial<Running>) {
  const decider: Decider = (state, event) =>
    decide({ ...state, ...forget(state, event) } as ActivationState, event);
  return { decider };
}

function carriesOut(decision: Decision, command: CommandType): Decision {
  const state = { ...(decision.state as Running), inFlight: command, deadline: null };
  return { ...decision, commands: [command], state };
}

/** Ends at once, with a proof that is none: the assertion of the shell would hold the end back. */
function ends(decision: Decision, at: number): Decision {
  const proof = { lastReading: { begun: at, isOpen: false }, sent: null, absentSince: null };
  const state = { ...(decision.state as Running), ...proof, ended: true, deadline: null, inFlight: null };
  return { state, commands: [], notices: [] };
}

function without(decision: Decision, command: Command): Decision {
  return { ...decision, commands: decision.commands.filter((one) => one !== command) };
}

function isIdle({ state, commands }: Decision): boolean {
  return commands.length === 0 && !state.inFlight && !state.ended;
}

/** Attempts know nothing of those before them. */
function forgettingTraces(real: Activities): Activities {
  const fresh = { maySent: false, seen: null };
  return {
    ...real,
    beginActivation: (state, trace) => real.beginActivation(state, { ...trace, ...fresh }),
    submitClearance: (vehicle, trace) => real.submitClearance(vehicle, { ...trace, ...fresh }),
  };
}

const withEngine = (change: (real: Engine) => Partial<Engine>): Pick<Planted, 'engine'> => ({
  engine: (real) => ({ ...real, ...change(real) }),
});

const FALSE_END = /but the provider holds a clearance|after the wish to leave|ever shown that nothing/;

/** A provider whose lists show all that there is, slowly. */
const HONEST = {
  faults: { rate: 0.1, away: [], staleRate: 0, staleBy: 0, emptyRate: 0, slowRate: 0.5 },
  hiddenFor: 0,
  restores: null,
  timeFormat: 'zulu',
  eligibility: 'off',
  leaves: 'never',
} as const;

/** Machines on which workers are lost often while they keep a task. */
const ROUGH = {
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

/** The auditor must be able to fail: each of these has to be found. */
export const BUGS: Readonly<Record<string, Bug>> = {
  'does not know that an earlier worker was lost, after its POST': {
    fault: 1,
    ...withEngine(() => ({ wasBegunBefore: () => false })),
    found: /but the provider holds a clearance|two clearances/,
  },
  'does not know that an earlier worker was lost, which had kept its task for long': {
    fault: 1,
    // Where a request may have ended within a minute.
    world: { ...HONEST, rejectedAtOnce: 1, machines: ROUGH },
    ...withEngine(() => ({ isDoneAgain: () => false })),
    found: /requests made \d+ clearances/,
  },
  'ends on a 404 to its DELETE': {
    fault: 3,
    ...changing((decision, event) =>
      event.type === 'withdrawn' && event.answer.outcome === 'absent' ? ends(decision, event.at) : decision,
    ),
    found: FALSE_END,
  },
  'ends when somebody asks to try again while the vehicle leaves': {
    fault: 5,
    ...changing((decision, event, before) =>
      event.type === 'retry-asked' && before.defleet && before.parked ? ends(decision, event.at) : decision,
    ),
    found: FALSE_END,
  },
  'ends without a look when its submission was refused': {
    fault: 6,
    ...changing((decision, event, before) =>
      event.type === 'defleet-asked' && before.clearance.status === 'error'
        ? ends(decision, event.at)
        : decision,
    ),
    found: FALSE_END,
  },
  'takes the first empty list for the proof, though its POST may still take effect': {
    world: { hiddenFor: 2 * MINUTE },
    fault: 7,
    ...forgetting((_state, { type }) => (type === 'observed' ? { sent: null, openSeenAt: null } : {})),
    found: FALSE_END,
  },
  'takes one empty list for the proof, though the clearance was seen': {
    world: { faults: { ...HONEST.faults, emptyRate: 0.3 }, leaves: 'some day' },
    ...forgetting((_state, { type }) => (type === 'observed' ? { openSeenAt: null } : {})),
    found: FALSE_END,
  },
  'never withdraws a clearance whose status it does not know': {
    fault: 8,
    ...changing((decision) =>
      decision.commands.includes('withdraw') && decision.state.clearance.status === 'unknown'
        ? { ...without(decision, 'withdraw'), state: { ...decision.state, inFlight: null, deadline: null } }
        : decision,
    ),
    found: /no way forward|leaves and never ends/,
  },
  'forgets what the attempts before have seen': {
    fault: 9,
    activities: forgettingTraces,
    found: /two clearances/,
  },
  'lets the newest row count, and not the open one': {
    fault: 10,
    rows: newestOnly,
    found: /second clearance|holds a clearance|two clearances/,
  },
  'submits again at once what it has found in an unknown status': {
    fault: 11,
    ...changing((decision, event) =>
      event.type === 'submitted' &&
      event.result.outcome === 'found' &&
      event.result.clearance.status === 'unknown'
        ? carriesOut(decision, 'submit')
        : decision,
    ),
    found: /submits while unknown|spins|calls within/,
  },
  'never believes a record that is older than what it knows': {
    fault: 12,
    ...forgetting(() => ({ staleSince: null })),
    // One provider in twelve is restored, once in its life.
    world: { restores: { at: START + 12 * DAY, back: 9 * DAY } },
    found: /but the provider says|never ends/,
  },
  'gives a command that changed nothing again without a growing wait': {
    fault: 13,
    ...forgetting(() => ({ repeats: {} })),
    found: /spins/,
  },
  'believes whatever a webhook says': {
    fault: 15,
    ...changing((decision, event) => {
      const { clearance } = decision.state;
      return event.type === 'claimed' && !clearance.confirmed
        ? { ...decision, state: { ...decision.state, clearance: { ...clearance, confirmed: true } } }
        : decision;
    }),
    found: /never shown|but the provider says/,
  },
  'never hears that a fresh run is due': {
    fault: 19,
    ...withEngine(() => ({ isFreshRunDue: () => false })),
    found: /a fresh run was suggested/,
  },
  'decides something at random': {
    ...withEngine((real) => ({
      sleep: (milliseconds, summary) =>
        real.sleep(milliseconds, `${summary}${Math.floor(Math.random() * 3)}`),
    })),
    found: /a replay wants/,
  },
  'adds tags without a bound': {
    fault: 21,
    ...changing((decision, event, before) => {
      if (event.type !== 'amended') return decision;
      const tags = withTags(before.vehicle.tags, event.tags);
      return { ...decision, state: { ...decision.state, vehicle: { ...decision.state.vehicle, tags } } };
    }),
    found: /the state has \d+ tags/,
  },
  'does not stop a submission when the vehicle leaves': {
    ...changing((decision) => without(decision, 'stop-submitting')),
    found: /an attempt to submit began after the wish/,
  },
  'submits again while the clearance is pending': {
    ...changing((decision, { type }) => {
      const { status } = decision.state.clearance;
      const isBored = type === 'deadline-reached' && status === 'pending' && isIdle(decision);
      return isBored ? carriesOut(decision, 'submit') : decision;
    }),
    found: /submits while pending/,
  },
  'withdraws what nobody wants to end': {
    ...changing((decision, { type }) =>
      type === 'data-checked' && isIdle(decision) ? carriesOut(decision, 'withdraw') : decision,
    ),
    found: /withdraws, and nobody asked/,
  },
  'does not hear that the vehicle leaves': {
    decider: (state, event) =>
      event.type === 'defleet-asked' ? { state, commands: [], notices: [] } : decide(state, event),
    found: /does not hear that the vehicle leaves/,
  },
  'forgets its timer': {
    ...changing((decision) =>
      decision.state.clearance.status === 'pending'
        ? { ...decision, state: { ...decision.state, deadline: null } }
        : decision,
    ),
    found: /no way forward/,
  },
  'ends as soon as the DELETE is accepted': {
    ...changing((decision, event) =>
      event.type === 'withdrawn' && decision.state.clearance.status === 'revoking'
        ? ends(decision, event.at)
        : decision,
    ),
    found: FALSE_END,
  },
  'ends without its proof, and the shell holds it back': {
    ...changing((decision, event) =>
      event.type === 'withdrawn'
        ? { ...decision, state: { ...(decision.state as Running), ended: true, deadline: null } }
        : decision,
    ),
    found: /a workflow task fails: .* would end as/,
  },
  'gives two notices the same id': {
    ...forgetting(() => ({ noticeCount: 0 })),
    found: /the id of a notice is used twice/,
  },
  'tells nobody of anything': {
    ...changing((decision) => ({ ...decision, notices: [] })),
    found: /nobody's turn/,
  },
};

/** As a client that takes the newest row of a VIN, whatever it says. */
function newestOnly(rows: readonly unknown[]): readonly unknown[] {
  type Wire = { readonly changelog?: readonly { readonly timestamp: string }[] | null };
  const timeOf = (row: unknown): string => (row as Wire).changelog?.at(-1)?.timestamp ?? '';
  const isLog = rows.every((row) => Array.isArray((row as Wire).changelog));
  if (!isLog || rows.length < 2) return rows;
  return [[...rows].sort((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1)).at(-1)];
}
