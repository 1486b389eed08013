import { matchReason } from '../../src/domain/reason';
import type { Rules } from '../../src/domain/rules';
import { hasReasonRules } from '../../src/domain/status';
import { cut } from './limits';
import { pollAgain } from './next-poll';
import { type Plan, planNext } from './plan';
import { record } from './record';
import { governed } from './starting';
import { change, type Running } from './state';

/**
 * New rules govern a life that has run already. Where they say what the old ones said, everything goes on as it was: what was
 * counted, who was told, for what it is parked. What means something else begins again.
 */
export function governedAnew(before: Running, rules: Rules, at: number): Running {
  const known = change(before, { rulesDue: false });
  const after = governed(known, rules);
  const note = noteOf(before, after);
  if (note === null) return known;
  const said = record(change(after, { rulesSince: at }), 'activation', at, note);
  const begun = meaningOf(before) === meaningOf(after) ? said : startedOver(said);
  return sooner(change(begun, parkedAs(before, begun, at)), at);
}

/** What has changed, for the history; null: nothing has. */
function noteOf(before: Running, after: Running): string | null {
  const [old, rules] = [before.rules, after.rules];
  if (old.brand.id !== rules.brand.id) {
    return `governed by the rules of ${rules.brand.name}, no longer of ${old.brand.id}`;
  }
  const isSame =
    JSON.stringify(old) === JSON.stringify(rules) &&
    JSON.stringify(before.vehicle) === JSON.stringify(after.vehicle);
  if (isSame) return null;
  return old.catalogueVersion === rules.catalogueVersion
    ? 'governed by other settings of the same catalogue'
    : `governed by the catalogue ${rules.catalogueVersion}, no longer by ${old.catalogueVersion}`;
}

/** What the present reason means: who has to act, how, what we do, and by which ladder people are told. */
function meaningOf({ rules, clearance: { status, reason }, ownClearance: own }: Running): string | null {
  if (own === null || !hasReasonRules(status)) return null;
  const { on: _on, keys: _keys, ...meaning } = matchReason(rules, status, reason);
  return JSON.stringify(meaning);
}

/** The reason is another one to us: its submissions are counted from here, and people are told of it as of a new one. */
function startedOver(state: Running): Running {
  return change(state, { resubmissions: 0, ...(!state.defleet && { topics: {} }) });
}

/**
 * What the plan has parked it for may be no reason to by the new rules, or somebody else's turn. What it was parked for by
 * something else than the plan has nothing to do with rules.
 */
function parkedAs(before: Running, after: Running, at: number): Partial<Pick<Running, 'parked'>> {
  const { parked } = before;
  if (!parked || parked.failed || parked.inVain) return {};
  const old = planOf(before, at);
  if (!('park' in old) || cut(old.park.why) !== parked.why) return {};
  const plan = planOf(after, at);
  return 'park' in plan && JSON.stringify(plan.park) === JSON.stringify(old.park) ? {} : { parked: null };
}

/** What would be done now, if it were not parked. */
function planOf(state: Running, at: number): Plan {
  const vehicle = { ...state.vehicle, brand: state.rules.brand.id };
  return planNext(change(state, { vehicle, parked: null, rulesDue: false, needsRead: false }), at);
}

/** A shorter rhythm counts from now on. */
function sooner(state: Running, at: number): Running {
  const { nextPollAt } = pollAgain(state, at);
  return nextPollAt < state.nextPollAt ? change(state, { nextPollAt }) : state;
}
