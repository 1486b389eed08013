import { toldOf } from '../../workflows/lifecycle/attention';
import { withTags } from '../../workflows/lifecycle/intake';
import { decide } from '../../workflows/lifecycle/lifecycle';
import type { Running } from '../../workflows/lifecycle/state';
import { DAY, MINUTE } from './clock';
import { START } from './life';
import {
  type Bug,
  carriesOut,
  changing,
  EAGER,
  ends,
  FALSE_END,
  FALSE_END_OR_SECOND,
  forgetting,
  forgettingTraces,
  HONEST,
  isIdle,
  isNamed,
  isWireOpen,
  newestOnly,
  ROUGH,
  usingUpWords,
  withEngine,
  without,
} from './planting';
import { VIN } from './world';

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
    ...forgetting((_state, { type }) => (type === 'observed' ? { sent: null } : {})),
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
  'keeps the word of a DELETE that there is nothing, when a reading shows it open': {
    ...changing((decision, event, before) => {
      const keeps = event.type === 'observed' && before.deniedAt !== null && isIdle(decision);
      return keeps ? { ...decision, state: { ...decision.state, deniedAt: before.deniedAt } } : decision;
    }),
    found: /ended on one empty list|but the provider holds a clearance/,
  },
  'takes facts for new that it had before the last ones': {
    ...forgetting(({ repeats }) => ({
      repeats: Object.fromEntries(
        Object.entries(repeats).map(([command, { facts, ...how }]) => [
          command,
          { ...how, facts: facts.slice(-1) },
        ]),
      ),
    })),
    found: /spins/,
  },
  'takes a row that does not say which vehicle it is about for its own': {
    rows: (rows) => rows.map((row) => (isNamed(row) ? row : { ...(row as object), vin: VIN })),
    found: /never shown|nobody asked|two clearances|but the provider says/,
  },
  'leaves out a row that does not say which vehicle it is about': {
    rows: (rows) => rows.filter(isNamed),
    found: FALSE_END_OR_SECOND,
  },
  'believes that a vehicle has ended beside a row that does not say which vehicle it is about': {
    rows: (rows) => (rows.some((row) => isNamed(row) && !isWireOpen(row)) ? rows.filter(isNamed) : rows),
    found: FALSE_END_OR_SECOND,
  },
  'cannot read a list in which one row does not say which vehicle it is about': {
    rows: (rows) => (rows.every(isNamed) ? rows : rows.filter((row) => !isNamed(row))),
    found: /could not read a list that shows it/,
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
  'decides something by chance': {
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
  'takes what confirms an old end for the answer to who asked to try again': {
    world: EAGER,
    decider: usingUpWords,
    found: /waits for a person again without a request/,
  },
  'does not hear that the vehicle leaves': {
    decider: (state, event, more) =>
      event.type === 'defleet-asked' ? { state, commands: [], notices: [] } : decide(state, event, more),
    found: /does not hear that the vehicle leaves/,
  },
  'sends what was taken back, because it has not read all that came with it': {
    world: { leaves: 'once approved', machines: { ...ROUGH, deathsAfterActing: 0, delay: 10_000 } },
    decider: (state, event) => decide(state, event),
    found: /taken back right behind it/,
  },
  'submits what it was only to take over': {
    ...changing((decision, event, before) =>
      before.isAdopting && event.type === 'observed' && decision.state.ended
        ? carriesOut({ ...decision, state: { ...decision.state, ended: false } as Running }, 'submit')
        : decision,
    ),
    found: /submits what it was to take over/,
  },
  'leaves what it was to take over, though it is open': {
    ...changing((decision, event, before) =>
      before.isAdopting && event.type === 'observed' && !decision.state.isAdopting
        ? ends({ ...decision, state: { ...decision.state, isAdopting: true } as Running }, event.at)
        : decision,
    ),
    found: FALSE_END,
  },
  'begins again before it has left': {
    comesBackAtOnce: true,
    found: /begins again before its life has ended/,
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
  'loses what was amended of the policy, when other rules come': {
    ...forgetting((_, event) => (event.type === 'rules-read' ? { amendedPolicy: {} } : {})),
    found: /the amended \w+ is lost/,
  },
  'goes on by the old rules, though a person wants the new ones': {
    ...changing((decision, event) =>
      event.type === 'refresh-asked' && decision.commands.includes('read-rules')
        ? without(
            { ...decision, state: { ...(decision.state as Running), inFlight: null, rulesDue: false } },
            'read-rules',
          )
        : decision,
    ),
    found: /goes on by the old rules/,
  },
  'tells nobody of anything': {
    ...changing((decision) => ({ ...decision, notices: [] })),
    found: /nobody was told of/,
  },
  'tells people that it goes on by itself': {
    ...changing((decision) => ({
      ...decision,
      notices: decision.notices.map((one) => ({ ...one, action: `${one.action} It goes on by itself.` })),
    })),
    found: /says what is not so/,
  },
  "sends what the provider's support has to do to whoever the ladder names": {
    ...changing((decision) => ({
      ...decision,
      notices: decision.notices.map((one) => ({ ...one, audience: 'fleet-manager' as const })),
    })),
    found: /tells of the support's turn/,
  },
  'asks people to mend what is to end': {
    ...changing((decision, _event, before) => ({
      ...decision,
      notices: decision.notices.map((one) => {
        const earlier = before.rules && !before.defleet ? toldOf(before) : null;
        return earlier?.owner ? { ...one, owner: earlier.owner, action: earlier.action } : one;
      }),
    })),
    found: /is not what there is to do/,
  },
};
