import { LIMITS } from '../../workflows/lifecycle/limits';
import type { ActivationState } from '../../workflows/lifecycle/state';
import type { SimulatedProvider } from './provider';
import { isQuiet } from './silence';

/** Each state has a way forward, keeps its bounds, and believes nothing that nobody has said. */
export class Soundness {
  readonly #complain: (what: string) => void;
  readonly #provider: SimulatedProvider;

  constructor(complain: (what: string) => void, provider: SimulatedProvider) {
    this.#complain = complain;
    this.#provider = provider;
  }

  /**
   * @param isMoreToCome whether nothing is done yet, because more is decided right after it.
   * @param leftAt when people have asked for the end.
   */
  check(state: ActivationState, isMoreToCome: boolean, leftAt: number | null): void {
    const { ended, inFlight, deadline, parked, defleet, rules, isHandingOver } = state;
    const isIdle = !ended && !inFlight && !deadline && !parked && !isHandingOver;
    if (isIdle && rules && !isMoreToCome && !isQuiet(state)) {
      this.#complain(`no way forward: ${state.clearance.status}, no timer, nothing in flight`);
    }
    if (ended && (inFlight || deadline)) this.#complain('ended with a timer or a command in flight');
    // Who waits for news is told also while a call is tried for days.
    const isQuick = inFlight !== null && ['check-data', 'check-eligibility', 'read-rules'].includes(inFlight);
    if (isQuick && deadline) this.#complain('a timer is open while a quick command is in flight');
    if (defleet && defleet.via !== 'policy' && leftAt === null) {
      this.#complain('leaves, and nobody asked for it');
    }
    for (const [field, most] of BOUNDED) {
      const size = sizeOf(state[field]);
      if (size > most) this.#complain(`the state has ${size} ${field}, more than ${most}`);
    }
    const { status, confirmed } = state.clearance;
    if (status === 'approved' && confirmed && !this.#provider.lists.words.has('approved')) {
      this.#complain('takes an access for given that the provider has never shown');
    }
    if (tagsOf(state) > LIMITS.tags) this.#complain(`the state has ${tagsOf(state)} tags`);
  }
}

const BOUNDED: readonly (readonly [keyof ActivationState, number])[] = [
  ['history', LIMITS.history],
  ['deliveries', LIMITS.deliveries],
  ['messages', LIMITS.messages],
  ['topics', LIMITS.topics],
];

function tagsOf({ vehicle }: ActivationState): number {
  return Object.keys(vehicle.tags).length;
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : Object.keys(value as object).length;
}
