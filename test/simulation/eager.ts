import { hasEnded } from '../../src/domain/status';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { type Clock, HOUR, SECOND } from './clock';
import type { Random } from './random';
import type { Sweeps } from './sweeps';
import type { Vehicle } from './vehicle';

interface Parts {
  readonly clock: Clock;
  /** Of its own: other lives stay the same. */
  readonly random: Random;
  readonly vehicle: Vehicle;
  readonly sweeps: Sweeps;
}

/**
 * People who ask to try again as soon as they hear that a request is over, when only a webhook has told of it; and a sweep that
 * confirms the old end in just these seconds, while the new request is on its way.
 */
export class Eager {
  calm = false;
  /** How often somebody has asked so early. */
  asks = 0;
  readonly #parts: Parts;
  /** The end that somebody has heard of last, by its time. */
  #heard: number | null = null;
  /** Somebody has asked to try again, and its submission is under way. */
  #isOnItsWay = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  see({ rules, clearance, defleet, ended, inFlight, sent }: ActivationState): void {
    const { clock, random, sweeps } = this.#parts;
    const wasOnItsWay = this.#isOnItsWay;
    this.#isOnItsWay = inFlight === 'submit' && sent?.isOver === true;
    if (this.#isOnItsWay && !wasOnItsWay) clock.after(random.between(0, 3 * SECOND), () => sweeps.now());
    const isTold = rules && !defleet && !ended && !clearance.confirmed && hasEnded(clearance.status);
    if (!isTold || this.calm || this.#heard === clearance.since) return;
    this.#heard = clearance.since;
    clock.after(random.between(0, random.pick([SECOND, 10 * SECOND, HOUR])), () => this.#ask());
  }

  #ask(): void {
    if (this.calm) return;
    this.asks += 1;
    this.#parts.vehicle.signal('retry', { by: 'owner' });
  }
}
