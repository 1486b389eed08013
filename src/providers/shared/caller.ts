import { performance } from 'node:perf_hooks';
import type { Granted } from '../contact';
import { callError } from './errors';
import { withTimeout } from './timeout';
import { createTokenSource, type TokenSource } from './token';
import type { Reply, Request, Timeouts, Transport } from './transport';

/** Milliseconds: 10 s to connect, for the headers and between two pieces of a body; 25 s for a call, 10 min for a whole list. */
export const USUAL_TIMEOUTS: Timeouts = {
  connect: 10_000,
  headers: 10_000,
  body: 10_000,
  call: 25_000,
  scan: 600_000,
};

export interface CallerOptions {
  readonly transport: Transport;
  /** Makes the request for a token. */
  readonly tokenRequest: () => Request;
  /** Where tokens come from instead. @default they are asked for here, for this process alone */
  readonly tokens?: TokenSource | undefined;
  readonly timeouts: Timeouts;
  /** Whether a 401 is about something else than our token. @default never */
  readonly isAboutVehicle?: (reply: Reply) => boolean;
  /** Whether our token was refused. @default the status is 401 */
  readonly isTokenRefused?: (reply: Reply) => boolean;
  /** Told where another token is refused as the first one was: then it was not for the token. */
  readonly onRefusedAgain?: () => void;
  /** A clock that only runs forward, in milliseconds. @default the one of the process */
  readonly now?: (() => number) | undefined;
}

/** Calls with a token, each within its time. */
export interface Caller {
  /**
   * Makes one call. It tries nothing twice, so that the caller's retries are the only ones: except that a call whose token is
   * refused gets a new token, once.
   *
   * @param time milliseconds. @default those of a call
   * @param stop ends it before.
   * @throws ProviderError where there is no whole reply.
   */
  call(request: Request, time?: number, stop?: AbortSignal): Promise<Reply>;
  /** Asks for a token, and for nothing else. @returns what it is good for. @param time milliseconds. @throws ProviderError. */
  contact(time: number): Promise<Granted>;
}

export function createCaller({
  transport,
  tokenRequest,
  tokens,
  timeouts,
  isAboutVehicle = () => false,
  isTokenRefused = ({ status }) => status === 401,
  onRefusedAgain = () => undefined,
  now = () => performance.now(),
}: CallerOptions): Caller {
  const token =
    tokens ??
    createTokenSource(
      tokenRequest,
      (request) => inTime(request, timeouts.call, (signal) => transport.send(request, signal)),
      now,
    );

  function inTime<T>(request: Request, time: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = () => callError('PROVIDER_TIMEOUT', request.endpoint, 'did not answer in time');
    return withTimeout(time, late, work);
  }

  return {
    call: (request, time = timeouts.call, stop) =>
      inTime(request, time, async (deadline) => {
        const signal = stop ? AbortSignal.any([deadline, stop]) : deadline;
        const first = await token.get();
        const reply = await transport.send(request, signal, first);
        if (!isTokenRefused(reply) || isAboutVehicle(reply)) return reply;
        const again = await transport.send(request, signal, await token.replace(first));
        if (isTokenRefused(again)) onRefusedAgain();
        return again;
      }),
    contact: async (time) => {
      const { endpoint } = tokenRequest();
      const late = () => callError('PROVIDER_TIMEOUT', endpoint, 'did not answer in time');
      await withTimeout(time, late, () => token.get());
      return token.granted();
    },
  };
}
