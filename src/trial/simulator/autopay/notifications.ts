import { request } from 'undici';
import { createRouter } from '../../../http/dispatcher';
import type { Clock } from '../shared/clock';
import type { Faults } from './faults';
import type { Fleet, Use } from './fleet';
import { notificationOf } from './shown';
import type { Switches } from './switches';

/** An address that notifications go to, and the token that goes along. */
export interface Receiver {
  readonly url: string;
  readonly token: string;
}

export interface Receivers {
  readonly entry?: Receiver | undefined;
  /** With an address and a token of its own, or those of the entry. */
  readonly periodic?: Receiver | undefined;
  /** Simulated milliseconds between two periodical notifications of a use that goes on. */
  readonly every?: number | undefined;
}

export interface Delivery {
  readonly id: string;
  readonly period: number | null;
  /** The status of each attempt, or the error's code. */
  readonly attempts: (number | string)[];
  outcome: 'under way' | 'delivered' | 'given up' | 'lost';
}

/** Real milliseconds that a receiver has for its answer. */
const PATIENCE = 10_000;
/** Simulated milliseconds before the second attempt, doubled to an hour; what comes after a week is given up (those of a sibling API). */
const FIRST_WAIT = 10_000;
const LONGEST_WAIT = 3_600_000;
const WEEK = 7 * 86_400_000;

/** Tells of uses: at their beginning, and again while they go on. */
export class Notifications {
  readonly deliveries: Delivery[] = [];
  private readonly agent = createRouter(
    { connect: PATIENCE, headers: PATIENCE, body: PATIENCE },
    process.env,
  );
  private receivers: Receivers = {};
  private held: (() => void) | undefined;
  private isClosed = false;

  constructor(
    private readonly clock: Clock,
    private readonly fleet: Fleet,
    private readonly faults: Faults,
    private readonly switches: () => Switches,
  ) {}

  set(receivers: Receivers): void {
    this.receivers = receivers;
  }

  /** A use has begun, or its plate was corrected. */
  announce(use: Use): void {
    this.tell(use, null);
    const { clock } = this;
    this.repeat(use, 1, clock.now() - (clock.calendar() - use.startedAt));
  }

  /** @param began on the simulator's own clock. */
  private repeat(use: Use, times: number, began: number): void {
    const { every } = this.receivers;
    if (every === undefined) return;
    this.clock.at(began + times * every, () => {
      if (use.endedAt !== null || use.isPaid) return;
      this.tell(use, (times * every) / 1_000);
      this.repeat(use, times + 1, began);
    });
  }

  private tell(use: Use, period: number | null): void {
    const { entry, periodic = entry } = this.receivers;
    const receiver = period === null ? entry : periodic;
    if (!receiver) return;
    const addedAt = this.fleet.find(use.plate)?.addedAt ?? use.startedAt;
    const body = Buffer.from(JSON.stringify(notificationOf(use, addedAt, this.switches(), period)));
    const delivery: Delivery = { id: use.id, period, attempts: [], outcome: 'under way' };
    this.deliveries.push(delivery);
    const send = () => void this.attempt(delivery, receiver, body, FIRST_WAIT, this.clock.now());
    const fault = this.faults.take('notification')?.kind;
    if (fault === 'lost') delivery.outcome = 'lost';
    else if (fault === 'reordered') this.held = send;
    else {
      send();
      if (fault === 'doubled') send();
      this.held?.();
      this.held = undefined;
    }
  }

  private async attempt(
    delivery: Delivery,
    receiver: Receiver,
    body: Buffer,
    pause: number,
    since: number,
  ): Promise<void> {
    if (this.isClosed) return;
    const result = await this.post(receiver, body);
    delivery.attempts.push(result);
    if (typeof result === 'number' && result >= 200 && result < 300) delivery.outcome = 'delivered';
    // A 404 ends it, and so does a week.
    else if (result === 404 || this.clock.now() + pause > since + WEEK) delivery.outcome = 'given up';
    else {
      const next = Math.min(2 * pause, LONGEST_WAIT);
      this.clock.at(this.clock.now() + pause, () => void this.attempt(delivery, receiver, body, next, since));
    }
  }

  private async post({ url, token }: Receiver, body: Buffer): Promise<number | string> {
    try {
      const reply = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body,
        dispatcher: this.agent,
      });
      await reply.body.dump();
      return reply.statusCode;
    } catch (error) {
      return (error as { code?: string }).code ?? 'ERROR';
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.agent.close();
  }
}
