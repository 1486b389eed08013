import { applicationKey } from '../../../src/domain/application';
import { type DefleetingDecision, decideDefleeting } from '../../../workflows/defleeting/decide';
import { certificateOf } from '../../../workflows/defleeting/facts';
import type { DefleetingEvent, DefleetingState, Part } from '../../../workflows/defleeting/state';
import { HOUR } from '../clock';
import type { PlantedTogether } from './life';

type Change = (decision: DefleetingDecision, event: DefleetingEvent) => DefleetingDecision;

function changing(change: Change): PlantedTogether {
  return { decide: (state, event) => change(decideDefleeting(state, event), event) };
}

const withParts = (state: DefleetingState, change: (part: Part) => Part): DefleetingState => ({
  ...state,
  parts: state.parts.map(change),
});

/** Certifies at once, with a proof that is none. */
function certifies({ state }: DefleetingDecision, at: number): DefleetingDecision {
  const proof = { words: 'it seems to have ended', at };
  const gone = withParts(state, (part) => ({
    ...part,
    ...{ state: 'gone', next: null, doing: null, seenAt: at },
    readBack: part.readBack ?? proof,
  }));
  const facts = certificateOf(gone);
  const certifying = { ...gone, step: 'certifying', doing: 'certify' } as const;
  return { state: certifying, commands: [{ do: 'certify', facts }], notices: [], wakeAt: null };
}

const mayCertify = ({ state }: DefleetingDecision): boolean =>
  state.step === 'open' && state.parts.length > 0 && state.doing === null;

/** The auditor of a vehicle at all its providers must be able to fail: each of these has to be found. */
export const BUGS_TOGETHER: Readonly<Record<string, PlantedTogether & { readonly found: RegExp }>> = {
  'asks the next provider only once the one before has let go': {
    ...changing((decision, { at }) => {
      const first = decision.state.parts.find(({ state }) => state !== 'gone');
      const isLater = (part: Part): boolean => part !== first && part.doing === 'ask';
      const commands = decision.commands.filter(
        (one) => !(one.do === 'ask' && first && applicationKey(one.part) !== applicationKey(first)),
      );
      const state = withParts(decision.state, (part) =>
        isLater(part) ? { ...part, doing: null, nextAt: at + HOUR } : part,
      );
      return { ...decision, state, commands, wakeAt: Math.min(decision.wakeAt ?? at + HOUR, at + HOUR) };
    }),
    found: /is not asked to leave while others are waited for/,
  },
  'is certified when the first of them has let go': {
    ...changing((decision, { at }) =>
      mayCertify(decision) && decision.state.parts.some(({ state }) => state === 'gone')
        ? certifies(decision, at)
        : decision,
    ),
    found: /certified, and .* (?:lives|holds a clearance|has not ended)/,
  },
  'is certified when its data has ended, though its plate is parked': {
    ...changing((decision, { at }) =>
      mayCertify(decision) && decision.state.parts.every(({ kind, state }) => kind || state === 'gone')
        ? certifies(decision, at)
        : decision,
    ),
    found: /certified, and the (?:parking|plate)/,
  },
  'has a certificate of its data only': {
    ...changing((decision) => ({
      ...decision,
      commands: decision.commands.map((one) =>
        one.do === 'certify'
          ? { ...one, facts: { ...one.facts, accesses: one.facts.accesses.filter(({ kind }) => !kind) } }
          : one,
      ),
    })),
    found: /the certificate names/,
  },
  'begins on the day from which it was moved': {
    decide: (state, event) => {
      const decision = decideDefleeting(state, event);
      const isMoved = event.type === 'planned' && event.moving !== null && state.plan !== null;
      if (!isMoved || decision.state.plan === null) return decision;
      const { beginsAt } = state.plan as NonNullable<DefleetingState['plan']>;
      const plan = { ...decision.state.plan, beginsAt };
      return { ...decision, state: { ...decision.state, plan }, wakeAt: Math.max(beginsAt, event.at + 1) };
    },
    found: /is asked to leave before its day/,
  },
  'is taken back, and its plate leaves all the same': {
    ...changing((decision) => ({
      ...decision,
      commands: decision.commands.map((one) => (one.do === 'take-back' ? { ...one, parkings: [] } : one)),
    })),
    found: /was taken back, and its plate leaves/,
  },
  'is certified without a look at who has begun again': {
    ...changing((decision, { at }) => {
      const isLast =
        decision.state.parts.length > 0 && decision.state.parts.every(({ state }) => state === 'gone');
      const isAsked = decision.commands.some((one) => 'part' in one || one.do === 'plan');
      return isLast && isAsked && decision.state.outcome === null ? certifies(decision, at) : decision;
    }),
    found: /certified, and .* (?:lives|holds a clearance)/,
  },
  'is asked by another message each time that somebody looks': {
    ...changing((decision) => ({
      ...decision,
      state: withParts(decision.state, (part) =>
        part.next === 'look' && part.doing === null ? { ...part, next: 'ask' } : part,
      ),
    })),
    found: /is asked to leave once more, and it leaves/,
  },
};
