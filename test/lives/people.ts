import type { Notice } from '../../workflows/notice';
import type { ActivationState } from '../../workflows/state';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from './clock';
import type { SimulatedProvider } from './provider';
import type { Random } from './random';
import type { Shell } from './shell';
import type { World } from './world';

/** The owner, who may act on what is told, and the operator, who may end the access at any moment. */
export class People {
  /** When somebody asked for the end of the access. */
  leftAt: number | null = null;
  asks = 0;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #world: World;
  readonly #provider: SimulatedProvider;
  readonly #shell: Shell;
  #isBusy = false;

  constructor(clock: Clock, random: Random, world: World, provider: SimulatedProvider, shell: Shell) {
    this.#clock = clock;
    this.#random = random;
    this.#world = world;
    this.#provider = provider;
    this.#shell = shell;
  }

  begin(): void {
    const random = this.#random;
    const { leaves } = this.#world;
    if (leaves === 'before the submission')
      this.#clock.after(random.between(0, 6 * SECOND), () => this.leave());
    if (leaves === 'during the submission') {
      this.#clock.after(5 * SECOND + random.between(0, random.pick([3 * SECOND, 2 * MINUTE])), () =>
        this.leave(),
      );
    }
    if (leaves === 'some day') this.#clock.after(random.between(HOUR, 38 * DAY), () => this.leave());
    // Somebody who presses buttons for no reason.
    for (let left = random.between(0, 2); left > 0; left--) {
      this.#clock.after(random.between(SECOND, 38 * DAY), () => this.#say());
    }
  }

  hear(notice: Notice): void {
    if (!this.#world.ownerReacts || this.#isBusy || notice.kind === 'data-lost') return;
    this.#isBusy = true;
    this.#clock.after(this.#random.between(HOUR, 6 * DAY), () => {
      this.#isBusy = false;
      this.#provider.carmaker.mended = true;
      this.#say();
    });
  }

  see(state: ActivationState): void {
    if (
      this.#world.leaves !== 'once approved' ||
      this.leftAt !== null ||
      state.clearance.status !== 'approved'
    )
      return;
    this.leftAt = this.#clock.now;
    this.#clock.after(this.#random.pick([0, SECOND, DAY]), () => this.leave());
  }

  leave(): void {
    const random = this.#random;
    this.leftAt = this.#clock.now;
    this.asks += 1;
    const via = random.pick(['cancel', 'defleet'] as const);
    this.#shell.tell({ type: 'defleet-asked', via, by: 'ops', reason: random.pick(['sold', null]) });
    // Asked twice, or after the end.
    if (random.chance(0.2)) this.#clock.after(random.between(0, 20 * DAY), () => this.leave());
  }

  #say(): void {
    const random = this.#random;
    const { state } = this.#shell;
    const by = 'owner';
    const fate = random.next();
    if (fate < 0.2) {
      const until = this.#clock.now + random.between(HOUR, 5 * DAY);
      this.#shell.tell({ type: 'acknowledged', by, until });
    } else if (fate < 0.4) {
      this.#shell.tell({ type: 'amended', by, ...this.#amendment(state) });
    } else if (fate >= 0.5 || state.parked) {
      // The workflow refuses to resume what is not parked; to try again may be asked at any time.
      this.#shell.tell({ type: 'retry-asked', by });
    }
  }

  /** The workflow refuses another brand while a clearance is open. */
  #amendment({ vehicle, own, clearance }: ActivationState) {
    const random = this.#random;
    const canChange = own === null || !['pending', 'approved'].includes(clearance.status);
    return {
      brand: canChange && random.chance(0.3) ? `${vehicle.brand} ` : null,
      tags: { 'vw-group-customer-name': 'Fleet Ltd' },
      policy: random.chance(0.3) ? { pollInterval: random.pick([HOUR, 12 * HOUR]) } : {},
    };
  }
}
