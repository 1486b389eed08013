import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Logger } from '../config/log';

const MINUTE = 60_000;
/** Addresses that are told apart within a minute. */
const ADDRESSES = 1_000;
/** Addresses that the line about a minute names. */
const NAMED = 5;

/**
 * A log for what anybody can cause as often as they like: the first lines of a minute are written, the others are
 * counted, and one line tells of them when the minute is over. While it goes on like that, there is that line only.
 */
export class SampledLog {
  private count = 0;
  private readonly from = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private lines: number;

  /**
   * @param message of every line.
   * @param atMost lines of a minute that are written as they come.
   * @param every milliseconds in place of a minute.
   * @param level of every line.
   */
  constructor(
    private readonly log: Pick<Logger, 'info' | 'warn' | 'error'>,
    private readonly message: string,
    private readonly atMost: number,
    private readonly every = MINUTE,
    private readonly level: 'info' | 'warn' | 'error' = 'warn',
  ) {
    this.lines = atMost;
  }

  /** @param address where it came from. */
  note(address: string, facts: object): void {
    this.timer ??= setTimeout(() => this.tell(), this.every).unref();
    this.count += 1;
    if (this.from.has(address) || this.from.size < ADDRESSES)
      this.from.set(address, (this.from.get(address) ?? 0) + 1);
    if (this.count <= this.lines) this.log[this.level]({ ...facts, address }, this.message);
  }

  /** Tells of what was only counted. To be called when the gateway stops. */
  tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const goesOn = this.count > this.lines;
    if (goesOn) {
      const most = [...this.from].sort(([, a], [, b]) => b - a).slice(0, NAMED);
      const facts = {
        times: this.count,
        notLogged: this.count - this.lines,
        addresses: this.from.size,
        most: Object.fromEntries(most),
      };
      this.log[this.level](facts, `${this.message} (in the last minute)`);
    }
    this.lines = goesOn ? 0 : this.atMost;
    this.count = 0;
    this.from.clear();
  }
}

/** The address at the other end of the connection, and the one that a proxy there says it speaks for. */
export function peerOf({ raw }: FastifyRequest): { address: string; forwardedFor?: string } {
  const address = raw.socket.remoteAddress ?? 'unknown';
  const last = raw.headersDistinct['x-forwarded-for']?.at(-1)?.split(',').at(-1)?.trim() ?? '';
  return { address, ...(isIP(last) !== 0 && { forwardedFor: last }) };
}
