import type { FastifyRequest } from 'fastify';

/** How much may arrive at the same time, and how long it may take. */
export interface ArrivalLimits {
  /** Milliseconds for a whole body, however steadily it drips. */
  readonly time: number;
  /** Bodies at the same time. */
  readonly atOnce: number;
  /** Bytes of all of them that have come and wait for their rest, with what the pieces cost that they came in. */
  readonly bytes: number;
}

interface Arriving {
  readonly until: number;
  bytes: number;
  readonly cut: () => void;
}

/** Bytes of memory that a piece of a body takes beside what is in it. */
const PIECE_COST = 128;

/** Milliseconds of work in one piece while many are late at once. */
const SLICE = 5;

/**
 * Bodies that still arrive. Anybody can begin one, so nobody is kept out for them: each has its time, and where there
 * are too many, the oldest makes room. A body that comes with its headers is never among the old ones.
 */
export class Arrivals {
  // A Map keeps the order of insertion: the oldest is the first.
  private readonly open = new Map<FastifyRequest, Arriving>();
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly limits: ArrivalLimits) {}

  /** @param cut ends a request whose body did not come in time, or that has to make room. */
  begin(request: FastifyRequest, cut: () => void): void {
    const arriving: Arriving = { until: performance.now() + this.limits.time, bytes: 0, cut };
    this.open.set(request, arriving);
    request.raw.on('data', (part: Buffer) => {
      if (this.open.get(request) !== arriving) return;
      const bytes = part.length + PIECE_COST;
      arriving.bytes += bytes;
      this.bytes += bytes;
      this.makeRoom();
    });
    this.makeRoom();
    this.timer ??= this.wakeAt(arriving.until);
  }

  /** The body is whole, or nobody sends it any more. */
  end(request: FastifyRequest): void {
    this.bytes -= this.open.get(request)?.bytes ?? 0;
    this.open.delete(request);
  }

  private makeRoom(): void {
    while (this.open.size > this.limits.atOnce || this.bytes > this.limits.bytes) this.cutOldest();
  }

  private cutOldest(): void {
    const [oldest] = this.open;
    if (!oldest) return;
    const [request, { cut }] = oldest;
    this.end(request);
    cut();
  }

  /** Cuts those that are late: thousands are cut in pieces, so that others are served in between. */
  private cutLate(): void {
    const begun = performance.now();
    for (const { until } of this.open.values()) {
      const now = performance.now();
      if (until > now) {
        this.timer = this.wakeAt(until);
        return;
      }
      if (now - begun > SLICE) {
        setImmediate(() => this.cutLate());
        return;
      }
      this.cutOldest();
    }
    this.timer = undefined;
  }

  private wakeAt(time: number): NodeJS.Timeout {
    return setTimeout(() => this.cutLate(), Math.max(1, time - performance.now())).unref();
  }
}
