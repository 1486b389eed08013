import { type Rules, tagsFor } from '../../src/domain/rules';
import { isOpen } from '../../src/domain/status';
import { absorbAcknowledged, amendVehicle, askedAnew, tryAgain } from './absorb-message';
import { maySent } from './absorb-submission';
import { seenOpen } from './ending';
import type { EventOf, LifecycleEvent } from './events';
import { absorbDefleet, absorbStay } from './leaving';
import { delivered } from './merge';
import { type ActivationState, change, type Running, type Starting } from './state';

/**
 * Takes an event into a life that has not read its rules. People are heard; what the provider tells is not believed without
 * rules: it is read, before anything else is done.
 */
export function absorbStarting(state: Starting, event: LifecycleEvent): ActivationState {
  switch (event.type) {
    case 'started':
      return absorbStarted(state, event);
    case 'claimed':
      return change(delivered(state, event) ?? state, { needsRead: true });
    case 'observed':
      return event.clearance && isOpen(event.clearance.status)
        ? seenOpen(change(state, { needsRead: true }), event.at)
        : state;
    case 'defleet-asked':
      return absorbDefleet(state, event);
    case 'stay-asked':
      return absorbStay(state, event);
    case 'retry-asked':
    case 'resume-asked':
      return tryAgain(state, event);
    case 'amended':
      return amendVehicle(state, event);
    case 'refresh-asked':
      return askedAnew(state, event);
    case 'acknowledged':
      return absorbAcknowledged(state, event);
    default:
      return state;
  }
}

function absorbStarted(state: Starting, { at, rules, trace }: EventOf<'started'>): Running {
  const running = governed(state, rules);
  // What takes over sends nothing at its beginning, also where a worker was lost in it.
  return trace && !running.isAdopting ? maySent(running, at, trace) : running;
}

/**
 * The life as these rules govern it, from now on. What was asked for at the start and what a person has amended of the policy
 * counts whatever the rules say.
 */
export function governed(state: ActivationState, rules: Rules): Running {
  const { vehicle, amendedPolicy, tagsByRules = [] } = state;
  const own = Object.fromEntries(Object.entries(vehicle.tags).filter(([key]) => !tagsByRules.includes(key)));
  const tags = tagsFor(rules, own);
  const eligibility = vehicle.checkEligibility ?? rules.policy.eligibility;
  return change(state, {
    rules: { ...rules, policy: { ...rules.policy, eligibility, ...amendedPolicy } },
    vehicle: { ...vehicle, brand: rules.brand.id, tags },
    tagsByRules: Object.keys(tags).filter((key) => tags[key] !== own[key]),
  });
}
