import type { ActivationState } from '../../workflows/lifecycle/state';
import { HOUR, MINUTE } from './clock';
import type { Decided } from './temporal/virtual-run';

/** The longest wait between two DELETEs that change nothing, behind the longest wait between two looks, and a little. */
const LONGEST = 12 * HOUR + 30 * MINUTE;

/** A vehicle that leaves and is shown approved is withdrawn, again and again. */
export class Haste {
  /** Since when readings show it approved, and no DELETE has been given. */
  #since: number | null = null;

  constructor(private readonly complain: (what: string) => void) {}

  decided({ event, decision: { state, commands } }: Decided): void {
    if (event.type === 'observed') {
      const isApproved = event.clearance?.status === 'approved';
      this.#since = isApproved ? (this.#since ?? event.at) : null;
    }
    // What a webhook says of its end is waited for until it is confirmed.
    const isKnown = state.clearance.status === 'approved';
    if (!state.defleet || !isKnown || commands.includes('withdraw') || isBusy(state)) this.#since = null;
    if (this.#since === null || event.at < this.#since + LONGEST) return;
    this.complain('leaves, is shown approved for hours, and no DELETE is sent');
    this.#since = null;
  }
}

/** Something is under way, which may take as long as the provider is away. */
function isBusy({ inFlight }: ActivationState): boolean {
  return inFlight === 'withdraw' || inFlight === 'submit';
}
