import { aroundCalls, type CalledProvider, type CallName } from './around-calls';
import {
  type Clocks,
  EndpointTrouble,
  type OpenTrouble,
  type TroubleTimes,
  troubleTimes,
} from './endpoint-trouble';
import { type RateLimiter, UNLIMITED } from './rate-limiter';
import type { Gated } from './retry-after-gate';

/** What people may have to hear of: told again with each look that finds it still so. */
export type TroubleNews =
  | ({ readonly type: 'met' } & OpenTrouble)
  | { readonly type: 'over'; readonly endpoint: CallName; readonly at: number };

export interface TroubleGateOptions {
  /** Default: a call every 15 minutes, and an outage after five. */
  readonly times?: TroubleTimes;
  readonly clocks?: Clocks;
  /** Also told when an endpoint has answered for the first time: a process before this one may have met trouble there. */
  readonly onNews?: (news: TroubleNews) => void;
}

/** An application's provider with who says when a call may go, and what is open now. */
export interface Watched<P extends CalledProvider> extends Gated<P> {
  /** Trouble that is open, by endpoint. */
  readonly open: () => readonly OpenTrouble[];
}

const PROCESS: Clocks = { now: () => performance.now(), date: () => Date.now() };

/**
 * A provider that is in trouble is not asked once for each vehicle: where it refuses the application, or has given no answer for
 * minutes, one call every 15 minutes looks whether that is over, and all others fail at once, unsent, with the code of the
 * trouble. Each endpoint is on its own. The whole list (`scan`) has its own rhythm, and passes.
 */
export function withTroubleGate<P extends CalledProvider>(
  provider: P,
  limiter: RateLimiter = UNLIMITED,
  { times = troubleTimes(), clocks = PROCESS, onNews = () => {} }: TroubleGateOptions = {},
): Watched<P> {
  const lines = new Map<CallName, EndpointTrouble>();
  const hasAnswered = new Set<CallName>();
  const lineOf = (name: CallName): EndpointTrouble => {
    const isAway = (): boolean => [...lines.values()].some(({ open }) => open?.kind === 'away');
    const line = lines.get(name) ?? new EndpointTrouble(name, times, clocks, isAway);
    lines.set(name, line);
    return line;
  };
  const over = (endpoint: CallName): void => onNews({ type: 'over', endpoint, at: clocks.date() });

  function answered(name: CallName): void {
    const line = lineOf(name);
    const isNews = line.open !== null || !hasAnswered.has(name);
    hasAnswered.add(name);
    line.answered();
    if (isNews) over(name);
    for (const [other, it] of lines) {
      if (!it.isForgotten) continue;
      it.forget();
      over(other);
    }
  }

  function failed(name: CallName, error: unknown, args: readonly unknown[]): unknown {
    const line = lineOf(name);
    const wasOpen = line.open !== null;
    const seen = line.failed(error, vinsOf(name, args));
    const { open } = line;
    if (open && seen !== error) onNews({ type: 'met', ...open });
    if (!open && wasOpen) over(name);
    return seen;
  }

  return {
    open: () => [...lines.values()].flatMap(({ open }) => open ?? []),
    limiter: {
      acquire: async (endpoint, by) => {
        lineOf(endpoint).requireOpen();
        await limiter.acquire(endpoint, by);
      },
      isToProbe: (endpoint) => lineOf(endpoint).isToProbe(),
    },
    provider: aroundCalls(provider, async (name, call, args) => {
      if (name === 'scan') return call();
      lineOf(name).admit();
      try {
        const answer = await call();
        answered(name);
        return answer;
      } catch (error) {
        throw failed(name, error, args);
      }
    }),
  };
}

/** The vehicles that a call is about. */
function vinsOf(name: CallName, [about]: readonly unknown[]): readonly string[] {
  if (typeof about === 'string') return [about];
  if (Array.isArray(about)) return about.map(({ vin }: { vin: string }) => vin);
  const { vin, vins = vin === undefined ? [] : [vin] } = (about ?? {}) as { vin?: string; vins?: string[] };
  return name === 'list' || vin !== undefined ? vins : [];
}
