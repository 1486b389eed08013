import type { LifecycleEvent } from '../../workflows/events';
import { type Decision, decide } from '../../workflows/lifecycle';
import type { ActivationState, Command } from '../../workflows/state';
import { live } from './life';
import type { Decider } from './shell';

/** The auditor must be able to fail: each of these bugs is planted and has to be found within so many lives. */
const WITHIN = 2_000;

function carriesOut(decision: Decision, command: Command): Decision {
  return {
    ...decision,
    commands: [command],
    state: { ...decision.state, inFlight: command as 'submit', wake: null },
  };
}

function isIdle({ state, commands }: Decision): boolean {
  return commands.length === 0 && !state.inFlight && !state.ended;
}

type Bug = (decision: Decision, event: LifecycleEvent, before: ActivationState) => Decision;

const BUGS: Record<string, { bug: Bug; found: RegExp }> = {
  'does not stop a submission when the vehicle leaves': {
    bug: (decision) => {
      const commands = decision.commands.filter((command) => command !== 'stop-submitting');
      return { ...decision, commands };
    },
    found: /an attempt to submit began after the end/,
  },
  'submits again while the clearance is pending': {
    bug: (decision, { type }) => {
      const { status } = decision.state.clearance;
      const isBored = type === 'deadline-reached' && status === 'pending' && isIdle(decision);
      return isBored ? carriesOut(decision, 'submit') : decision;
    },
    found: /submits while pending/,
  },
  'withdraws what nobody wants to end': {
    bug: (decision, { type }) =>
      type === 'data-checked' && isIdle(decision) ? carriesOut(decision, 'withdraw') : decision,
    found: /withdraws, and nobody asked/,
  },
  'does not hear that the vehicle leaves': {
    bug: (decision, event, before) =>
      event.type === 'defleet-asked' ? { state: before, commands: [], notices: [] } : decision,
    found: /do not agree on whether the vehicle leaves/,
  },
  'forgets its timer': {
    bug: (decision) =>
      decision.state.clearance.status === 'pending'
        ? { ...decision, state: { ...decision.state, wake: null } }
        : decision,
    found: /no way forward/,
  },
  'ends as soon as the DELETE is accepted': {
    bug: (decision, { type }) =>
      type === 'withdrawn' && decision.state.clearance.status === 'revoking'
        ? { ...decision, state: { ...decision.state, ended: true, wake: null } }
        : decision,
    found: /but the provider holds a revoking clearance/,
  },
  'gives two notices the same id': {
    bug: (decision) => ({ ...decision, state: { ...decision.state, told: 0 } }),
    found: /the id of a notice is used twice/,
  },
};

it.each(Object.entries(BUGS))('finds an activation that %s', async (_name, { bug, found }) => {
  const planted: Decider = (state, event) => bug(decide(state, event), event, state);
  for (let seed = 1; seed <= WITHIN; seed++) {
    const { complaints } = await live(seed, planted);
    if (complaints.some((complaint) => found.test(complaint))) return;
  }
  throw new Error(`The auditor has not seen it in ${WITHIN} lives`);
});
