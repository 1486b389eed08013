import { ProviderError, type ProviderErrorCode } from '../../src/providers/provider-error';
import { type Clock, SECOND } from './clock';
import type { Random } from './random';
import type { World } from './world';

/** How long our client waits for a reply. */
const CLIENT_TIMEOUT = 30 * SECOND;

export type Reply<T> = { readonly value: T } | { readonly error: ProviderError };

/** The way to the provider: it takes time, and it breaks. */
export class Line {
  /** From here on nothing breaks. */
  calm = false;
  faults = 0;
  ambiguous = 0;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #world: World;

  constructor(clock: Clock, random: Random, world: World) {
    this.#clock = clock;
    this.#random = random;
    this.#world = world;
  }

  /** Has the provider do something; the reply comes later, if at all. */
  call<T>(work: () => T, done: (reply: Reply<T>) => void): void {
    const random = this.#random;
    const latency = random.between(20, 2 * SECOND);
    const fail = (code: ProviderErrorCode, after: number, retryAfter?: number): void => {
      this.faults += 1;
      const details = retryAfter === undefined ? {} : { retryAfter };
      const error = new ProviderError(code, 'The provider gave no answer', 'Wait.', details);
      this.#clock.after(after, () => done({ error }));
    };
    if (this.#isAway()) fail('PROVIDER_UNREACHABLE', latency);
    else if (this.calm || !random.chance(this.#world.faultRate)) {
      this.#clock.after(latency, () => {
        const value = work();
        this.#clock.after(random.between(20, 500), () => done({ value }));
      });
    } else {
      const fault = random.next();
      if (fault < 0.2) fail('PROVIDER_RATE_LIMITED', latency, 10 * SECOND);
      else if (fault < 0.45) fail('PROVIDER_UNAVAILABLE', latency);
      else if (fault < 0.5) fail('PROVIDER_REFUSED', latency);
      else if (fault < 0.7) fail('PROVIDER_TIMEOUT', CLIENT_TIMEOUT);
      else {
        // Carried out, and the answer is lost.
        this.ambiguous += 1;
        this.#clock.after(latency, () => void work());
        fail('PROVIDER_TIMEOUT', CLIENT_TIMEOUT);
      }
    }
  }

  /** The same, for code that awaits. */
  ask<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) =>
      this.call(work, (reply) => {
        if ('value' in reply) resolve(reply.value);
        else reject(reply.error);
      }),
    );
  }

  #isAway(): boolean {
    const { now } = this.#clock;
    return !this.calm && this.#world.away.some(([from, to]) => now >= from && now < to);
  }
}
