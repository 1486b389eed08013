import { GRPC, grpcCode } from '../temporal/grpc';

/** Signals under way at a time: about what one server takes. */
const AT_ONCE = 50;

/** So many in a row that fail for want of the server, and it counts as away. The client has retried each of them. */
const AWAY_AFTER = 10;

/** Failures that say something of the server, and nothing of the one activation. */
const OF_THE_SERVER: ReadonlySet<number | undefined> = new Set([
  GRPC.cancelled,
  GRPC.deadlineExceeded,
  GRPC.permissionDenied,
  GRPC.unavailable,
  GRPC.unauthenticated,
]);

/** The longest problem that is kept of one activation, in characters. */
const LONGEST_PROBLEM = 200;

export interface Outcome {
  readonly told: () => void;
  /** No activation runs for the vehicle. */
  readonly gone: () => void;
  readonly refused: () => void;
}

/**
 * Tells activations, a limited number at a time. One that cannot be told is counted, and the others are told all the
 * same; only a server that is away ends the whole.
 */
export class Telling {
  told = 0;
  readonly refused: { vin: string; problem: string }[] = [];
  private readonly running = new Set<Promise<void>>();
  private inARow = 0;
  private away: { readonly error: unknown } | undefined;

  /**
   * Starts to tell an activation as soon as there is room for it.
   *
   * @throws the client's error when the server has been away for a while.
   */
  async add(vin: string, tell: () => Promise<boolean>, outcome: Outcome): Promise<void> {
    while (this.running.size >= AT_ONCE) await Promise.race(this.running);
    const run: Promise<void> = this.tellOne(vin, tell, outcome).finally(() => this.running.delete(run));
    this.running.add(run);
    this.check();
  }

  /** Waits for all of them. @throws as `add`. */
  async done(): Promise<void> {
    await Promise.all(this.running);
    this.check();
  }

  private async tellOne(vin: string, tell: () => Promise<boolean>, outcome: Outcome): Promise<void> {
    try {
      const isThere = await tell();
      this.inARow = 0;
      if (!isThere) return outcome.gone();
      this.told += 1;
      outcome.told();
    } catch (error) {
      this.refused.push({ vin, problem: problemOf(error) });
      outcome.refused();
      this.inARow = OF_THE_SERVER.has(grpcCode(error)) ? this.inARow + 1 : 0;
      if (this.inARow >= AWAY_AFTER) this.away ??= { error };
    }
  }

  private check(): void {
    if (this.away) throw this.away.error;
  }
}

/** The server's own words. What else belongs to the failure of a call may hold its headers, and these an API key. */
function problemOf(error: unknown): string {
  const cause = (error as { cause?: { details?: unknown } } | undefined)?.cause;
  const words = typeof cause?.details === 'string' && cause.details ? cause.details : messageOf(error);
  return words.slice(0, LONGEST_PROBLEM);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
