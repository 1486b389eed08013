import type { Endpoint } from '../domain/endpoint';
import { ProviderError } from '../providers/provider-error';

/** Who says when a call may be made, for all workers together. */
export interface RateLimiter {
  /**
   * Waits for the slot of one call.
   *
   * @param by milliseconds since 1970: later than that, the call makes no sense any more.
   * @throws ProviderError `PROVIDER_BUSY` when there was no slot until then: nothing was sent.
   */
  acquire(endpoint: Endpoint, by: number): Promise<void>;
  /**
   * Whether an endpoint is in trouble, and a call for one vehicle may look whether it is over (trouble-gate.ts). Default: it never is.
   *
   * @throws ProviderError while it is in trouble and it is not time to look: nothing was sent.
   */
  isToProbe?(endpoint: Endpoint): boolean;
}

/** No budget at all: every call has its slot at once. */
export const UNLIMITED: RateLimiter = { acquire: async () => undefined };

/** How long a slot may be kept for the next call when nobody waits for it any more, in milliseconds. */
const KEPT = 2_000;

interface Waiting {
  readonly go: () => void;
  readonly give: (error: unknown) => void;
}

/**
 * Slots that have to be asked for, one by one, and take a while to come. Whoever waits longest has the next one,
 * whoever asked for it: a slot is not lost because somebody could not wait.
 *
 * @param ask is fulfilled when one call may be made.
 */
export function createRateLimiter(ask: (endpoint: Endpoint) => Promise<void>): RateLimiter {
  const lines = new Map<Endpoint, RateLimiter['acquire']>();
  return {
    acquire: (endpoint, by) => {
      const line = lines.get(endpoint) ?? createLine(endpoint, () => ask(endpoint));
      lines.set(endpoint, line);
      return line(endpoint, by);
    },
  };
}

function createLine(endpoint: Endpoint, ask: () => Promise<void>): RateLimiter['acquire'] {
  const waiting: Waiting[] = [];
  /** Until when slots that nobody waits for may be used. */
  let kept: number[] = [];
  let asked = 0;

  function granted(): void {
    asked -= 1;
    const next = waiting.shift();
    if (next) next.go();
    else kept.push(Date.now() + KEPT);
  }

  function failed(error: unknown): void {
    asked -= 1;
    if (waiting.length > asked) waiting.shift()?.give(error);
  }

  return (_, by) => {
    kept = kept.filter((until) => until > Date.now());
    if (kept.shift() !== undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(self), 1);
        reject(noSlot(endpoint));
      };
      const timer = setTimeout(leave, Math.max(0, by - Date.now()));
      const self: Waiting = {
        go: () => {
          clearTimeout(timer);
          resolve();
        },
        give: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      waiting.push(self);
      if (waiting.length <= asked) return;
      asked += 1;
      ask().then(granted, failed);
    });
  };
}

/**
 * How soon a call that had no slot asks again, in milliseconds. It has waited long enough already: with a growing wait, as
 * after other errors, many would sleep for minutes while slots are free.
 */
const AGAIN = 5_000;

/** The error of a call that had no slot in time. */
export function noSlot(endpoint: Endpoint, vin?: string): ProviderError {
  return new ProviderError(
    'PROVIDER_BUSY',
    `The call "${endpoint}"${vin === undefined ? '' : ` for ${vin}`} had no slot in time; nothing was sent`,
    'It is tried again by itself. If it happens often, the budget is too small for the fleet (VIN_BUDGETS).',
    { retryAfter: AGAIN, ...(vin !== undefined && { vin }) },
  );
}
