import type { Activities } from '../../activities';
import type { Endpoint } from '../../src/domain/endpoint';
import type { ActivationState } from '../lifecycle/state';

/** Something that is under way and can be told to stop. */
export interface UnderWay<T> {
  readonly result: Promise<T>;
  /** Asks it to stop: a timer goes away, an attempt that runs is waited for, the next one does not come. */
  stop(): void;
}

/** How an activity is called. Durations in milliseconds. */
export interface Call {
  /** What the Temporal UI shows beside it. */
  readonly summary: string;
  /**
   * `here`: by the worker that runs the workflow task, without a transaction of the server; lost with its worker.
   * `queue`: by any worker, and repeated by the server.
   */
  readonly by: 'here' | 'queue';
  /** All attempts together; absent: as long as it takes. */
  readonly patience?: number;
  /** The endpoint whose budget it is counted on; absent: it takes its turn by itself, or needs none. */
  readonly endpoint?: Endpoint;
  /** The fleet for which it waits there: fleets take turns. Null or absent: it is of no fleet. */
  readonly turnOf?: string | null;
  /** Absent: it is tried once. */
  readonly retry?: {
    readonly first: number;
    readonly longest: number;
    readonly attempts?: number;
    /** Codes of errors after which it is not tried again: the activation is to know. */
    readonly unless?: readonly string[];
  };
}

/** One attempt, in milliseconds. Longer than it can take: it is never given up while its call is still under way. */
export const ATTEMPT = 60_000;

/** What an activity came to, and when: milliseconds since 1970, by its worker's clock; null where it has not said it. */
export interface Timed<T> {
  readonly value: T;
  readonly endedAt: number | null;
}

/**
 * What an activation needs of the engine that it runs on: Temporal (`workflows/activation/activation.ts`), or virtual time in the
 * simulation, which runs the same shell. Promises are the only way in which anything comes back.
 */
export interface Engine {
  /** Milliseconds since 1970, on the server's clock; the same in every replay. */
  now(): number;
  sleep(milliseconds: number, summary: string): UnderWay<void>;
  /** Its result rejects with `CallFailed`. */
  call<N extends keyof Activities>(
    activity: N,
    how: Call,
    ...args: Parameters<Activities[N]>
  ): UnderWay<Timed<Awaited<ReturnType<Activities[N]>>>>;
  /** Shows the state to people outside. */
  publish(state: ActivationState): void;
  /** Whether the server wants the activation to continue in a fresh run. */
  isFreshRunDue(): boolean;
  /**
   * Whether an earlier worker has begun this run and was lost: then it may have done what no history tells.
   *
   * @param messages how many messages came with the start.
   */
  wasBegunBefore(messages: number): boolean;
  /**
   * Whether what goes on now was done before, by a worker that is gone: a local activity that begins, and of which the
   * history has no result, was begun then as well. Only for the arguments of local activities, because it is not the same
   * in a replay.
   */
  isDoneAgain(): boolean;
}
