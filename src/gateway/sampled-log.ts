import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Logger } from '../config/log';

const MINUTE = 60_000;
/** Addresses that are told apart within a minute. */
const ADDRESSES = 1_000;
/** Addresses that the line about a minute names. */
const NAMED = 5;

/** Who sent something. */
export interface Peer {
  readonly address: string;
  /** For whom a proxy at that address says that it speaks. */
  readonly forwardedFor?: string;
}

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

  /** @param peer where it came from. */
  note(peer: Peer, facts: object): void {
    this.timer ??= this.nextWindow();
    this.count += 1;
    const from = peer.forwardedFor ? `${peer.forwardedFor} by ${peer.address}` : peer.address;
    if (this.from.has(from) || this.from.size < ADDRESSES)
      this.from.set(from, (this.from.get(from) ?? 0) + 1);
    if (this.count <= this.lines) this.log[this.level]({ ...facts, ...peer }, this.message);
  }

  /** Tells of what was only counted. To be called when the gateway stops. */
  tell(): void {
    clearTimeout(this.timer);
    if (this.count > this.lines) {
      const most = [...this.from].sort(([, a], [, b]) => b - a).slice(0, NAMED);
      const facts = {
        times: this.count,
        notLogged: this.count - this.lines,
        addresses: this.from.size,
        most: Object.fromEntries(most),
      };
      this.log[this.level](facts, `${this.message} (in the last minute)`);
    }
    // One minute with fewer than that, or with none, and lines are written again.
    const wentOn = this.count > this.atMost;
    this.lines = wentOn ? 0 : this.atMost;
    this.timer = wentOn ? this.nextWindow() : undefined;
    this.count = 0;
    this.from.clear();
  }

  private nextWindow(): NodeJS.Timeout {
    return setTimeout(() => this.tell(), this.every).unref();
  }
}

/** The longest text of an IP address (RFC 4291, with an IPv4 address in it). */
const LONGEST_ADDRESS = 45;

/** The address at the other end of the connection, and the one that a proxy there says it speaks for. */
export function peerOf({ raw }: FastifyRequest): Peer {
  const address = raw.socket.remoteAddress ?? 'unknown';
  const headers = raw.headersDistinct['x-forwarded-for'];
  const last = headers?.at(-1)?.split(',').at(-1)?.trim() ?? '';
  // A zone behind `%` may be any text.
  const isAddress = last.length <= LONGEST_ADDRESS && !last.includes('%') && isIP(last) !== 0;
  return { address, ...(isAddress && { forwardedFor: last }) };
}
