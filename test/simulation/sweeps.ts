import { parseStatus } from '../../src/domain/status';
import type { RunningActivation, SweptActivations } from '../../src/sweep/activations-at-provider';
import { createSweeper, type Sweeper } from '../../src/sweep/sweeper';
import { type Clock, DAY, HOUR, MINUTE, settlePromises } from './clock';
import type { Line } from './line';
import { appOf, clientOf } from './other-provider';
import type { SimulatedProvider } from './provider';
import type { Random } from './random';
import type { Vehicle } from './vehicle';
import { VIN, type World } from './world';

/** How often a sweep of a real worker comes, where these lives sweep at all. */
export const SWEEP_INTERVAL = 3 * HOUR;

/** The real sweep over what the activation has shown: once a day, and soon after anything has changed. */
export class Sweeps {
  calm = false;
  /** Sweeps that came to their end, and what they told. */
  done = 0;
  signals = 0;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #world: World;
  readonly #vehicle: Vehicle;
  readonly #line: Line;
  #sweeper: Sweeper | null = null;
  #isComing = false;

  constructor(
    parts: { clock: Clock; random: Random; world: World; line: Line; provider: SimulatedProvider },
    vehicle: Vehicle,
  ) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#world = parts.world;
    this.#line = parts.line;
    this.#vehicle = vehicle;
    if (this.#world.sweeps === 'none') return;
    this.#daily();
    if (this.#world.sweeps === 'soon') parts.provider.listen(() => this.#soon());
  }

  /** The worker has died: its sweeper has forgotten what it compared. */
  forget(): void {
    this.#sweeper = null;
  }

  /** Another one, because somebody asks for it. */
  now(): Promise<void> | undefined {
    return this.calm ? undefined : this.#sweep(true);
  }

  #daily(): void {
    this.#clock.after(DAY, () => {
      if (!this.#vehicle.isOver) this.#daily();
      return this.#sweep(true);
    });
  }

  #soon(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    this.#clock.after(this.#random.between(MINUTE, SWEEP_INTERVAL), () => {
      this.#isComing = false;
      return this.#sweep(false);
    });
  }

  /** Begins one; it goes on in virtual time. */
  #sweep(full: boolean): Promise<void> | undefined {
    if (this.#vehicle.closed) return undefined;
    this.#sweeper ??= this.#create();
    const begun = this.#clock.now;
    const order = { full, begun };
    void this.#sweeper.sweep(order).then(
      ({ signals }) => {
        this.done += 1;
        this.signals += signals;
      },
      // The list could not be read to its end: nobody is told anything, and the next sweep does it.
      () => undefined,
    );
    return settlePromises();
  }

  #create(): Sweeper {
    const client = clientOf(this.#world, this.#line.transportOf({ isAlive: true }));
    return createSweeper({
      app: appOf(this.#world),
      source: client,
      activations: this.#activations(),
      filteredList: !this.#world.isForgetful,
    });
  }

  /** What a search finds, and signals. */
  #activations(): SweptActivations {
    const found = (): RunningActivation[] => {
      const { shown, startedAt, closed } = this.#vehicle;
      if (!shown || closed) return [];
      return [{ vin: VIN, status: parseStatus(shown.status), reason: shown.reason, startedAt }];
    };
    return {
      of: async () => new Map(found().map((one) => [one.vin, one])),
      async *all() {
        yield* found();
      },
      tell: async (_vin: string, clearance: unknown, begun: number | null = null) =>
        this.#vehicle.signal('clearanceSwept', { clearance, begun }),
    };
  }
}
