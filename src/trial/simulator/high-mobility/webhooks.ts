import { createHmac } from 'node:crypto';
import { request } from 'undici';
import { parseDuration } from '../../../domain/duration';
import { createRouter } from '../../../http/dispatcher';
import type { Clock } from '../shared/clock';
import type { Change, ClearanceRow } from './clearances';
import type { Faults } from './faults';
import type { Delivery, Ledger } from './ledger';

export interface WebhookTarget {
  readonly url: string;
  /** The secret that signs the deliveries. */
  readonly secret: string;
}

/** The states that are announced (Fleet Clearance tutorial). */
const ANNOUNCED: ReadonlySet<string> = new Set(['approved', 'revoked', 'rejected', 'canceled']);
/**
 * The waits between the attempts at one delivery, in simulated time. Whether the provider repeats a delivery at
 * all is documented nowhere; a receiver must bear it.
 */
const WAITS = ['10s', '1m', '10m', '1h'].map(parseDuration);
/** Real milliseconds that a receiver has for its answer. */
const PATIENCE = 10_000;

/** How old an outdated webhook is. */
const OUTDATED = parseDuration('182d');

interface Announcement {
  readonly vehicle?: { readonly vin: string };
  readonly event: { readonly type: string; readonly received_at: string };
}

/** Signs a body as the provider does (Webhooks page): hex HMAC over the raw bytes, now and with the old hash. */
export function signatures(secret: string, body: Buffer): Record<string, string> {
  const hmac = (hash: string) => createHmac(hash, secret).update(body).digest('hex');
  return { 'X-HM-Signature-256': `sha256=${hmac('sha256')}`, 'X-HM-Signature': `sha1=${hmac('sha1')}` };
}

/** Announces changes of clearances, and repeats what was not received. */
export class Webhooks {
  private readonly agent = createRouter(
    { connect: PATIENCE, headers: PATIENCE, body: PATIENCE },
    process.env,
  );
  private target: WebhookTarget | undefined;
  private held: (() => Promise<void>) | undefined;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly faults: Faults,
    private readonly newId: () => string,
  ) {}

  /** Where the deliveries go from now on; undefined: nowhere. A new address is greeted with a `ping`. */
  set(target: WebhookTarget | undefined): void {
    this.target = target;
    if (target) this.send('ping', { event: { type: 'ping', received_at: microseconds(this.clock.now()) } });
  }

  announce(row: ClearanceRow, { at, status, reason }: Change): void {
    if (!this.target || !ANNOUNCED.has(status)) return;
    const event = {
      type: 'fleet_clearance_changed',
      received_at: microseconds(at),
      action: status,
      ...(reason === null ? {} : { detail: reason }),
    };
    this.send(event.type, { vehicle: { vin: row.vin }, event }, row.vin, status);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.agent.destroy();
  }

  private send(
    type: string,
    body: Announcement,
    vin: string | null = null,
    action: string | null = null,
  ): void {
    const delivery: Delivery = {
      ...this.ledger.moment(),
      id: this.newId(),
      type: type as Delivery['type'],
      vin,
      action,
      attempts: [],
      outcome: 'under way',
    };
    this.ledger.deliveries.push(delivery);
    const attempt = (event: object) =>
      this.attempt(delivery, Buffer.from(JSON.stringify({ ...body, event })), WAITS);
    void this.sendFaulty(delivery, body.event, attempt);
  }

  /** Sends once, unless a fault says otherwise. What was held back goes out behind what came after it. */
  private async sendFaulty(
    delivery: Delivery,
    event: Announcement['event'],
    post: (event: object) => Promise<void>,
  ): Promise<void> {
    const fault = this.faults.take('webhook', delivery.vin === null ? [] : [delivery.vin]);
    const received_at =
      fault?.kind === 'outdated' ? microseconds(this.clock.now() - OUTDATED) : event.received_at;
    const attempt = () => post({ ...event, received_at });
    if (fault?.kind === 'lost') {
      delivery.outcome = 'lost';
      this.ledger.changed();
      return;
    }
    if (fault?.kind === 'reordered') {
      await this.release();
      this.held = attempt;
      return;
    }
    await attempt();
    if (fault?.kind === 'doubled') await attempt();
    await this.release();
  }

  private async release(): Promise<void> {
    const held = this.held;
    this.held = undefined;
    await held?.();
  }

  private async attempt(delivery: Delivery, body: Buffer, waits: readonly number[]): Promise<void> {
    if (this.closed) return;
    const moment = this.ledger.moment();
    const result = await this.post(delivery.id, body);
    if (this.closed) return;
    delivery.attempts.push({ ...moment, result });
    if (typeof result === 'number' && result >= 200 && result < 300) delivery.outcome = 'delivered';
    else this.later(delivery, body, waits);
    this.ledger.changed();
  }

  private later(delivery: Delivery, body: Buffer, waits: readonly number[]): void {
    const [wait, ...rest] = waits;
    if (wait === undefined) delivery.outcome = 'given up';
    else this.clock.at(this.clock.now() + wait, () => void this.attempt(delivery, body, rest));
  }

  private async post(id: string, body: Buffer): Promise<number | string> {
    if (!this.target) return 'NO_TARGET';
    try {
      const reply = await request(this.target.url, {
        method: 'POST',
        dispatcher: this.agent,
        body,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'HM-Webhook/1.2.0',
          'X-HM-Delivery': id,
          ...signatures(this.target.secret, body),
        },
      });
      await reply.body.dump();
      return reply.statusCode;
    } catch (error) {
      return (error as { code?: string }).code ?? (error as Error).name;
    }
  }
}

/** The provider's form of a time in a webhook. */
function microseconds(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}
