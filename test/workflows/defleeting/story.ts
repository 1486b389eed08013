import type { ClearanceStatus } from '../../../src/domain/status';
import type { DefleetingOrder, DefleetingPlan } from '../../../workflows/contract/defleetings';
import type { Notice } from '../../../workflows/contract/notice';
import { decideDefleeting } from '../../../workflows/defleeting/decide';
import {
  beginDefleeting,
  type DefleetingCommand,
  type DefleetingEvent,
  type DefleetingState,
} from '../../../workflows/defleeting/state';
import { defleetingViewOf } from '../../../workflows/defleeting/view';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-11-27T09:00:00Z');
export const HM = 'high-mobility:default';
export const OTHER = 'other:default';
export const VIN = 'WBA8E9G50GNT00001';

export const ORDER: DefleetingOrder = {
  vin: VIN,
  id: 'order-1',
  reason: 'sold',
  note: null,
  fleet: 'acme',
  eventDate: null,
  deadline: null,
  by: 'ops',
  role: 'fleet manager',
  onBehalfOf: null,
  channel: 'cli',
  askedAt: new Date(START).toISOString(),
  notAfter: null,
};

export const PLAN: DefleetingPlan = {
  eventDate: '2026-11-27',
  zone: 'UTC',
  beginsAt: START,
  deadlineAt: START + 2 * DAY,
  applications: [
    { provider: 'high-mobility', application: 'default' },
    { provider: 'other', application: 'default' },
  ],
  waits: { look: HOUR / 4, longestLook: 6 * HOUR, remind: DAY, fresh: DAY },
};

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;

/** A defleeting, told event by event. */
export class Story {
  state: DefleetingState;
  now = START;
  wakeAt: number | null = null;
  /** Those of the last event. */
  commands: readonly DefleetingCommand[] = [];
  readonly notices: Notice[] = [];

  constructor(order: Partial<DefleetingOrder> = {}) {
    this.state = beginDefleeting({ ...ORDER, ...order });
    this.tell({ type: 'begun' });
  }

  /** What was asked for, in words. */
  get wanted(): string[] {
    return this.commands.map((command) =>
      'part' in command ? `${command.do} ${command.part.provider}` : command.do,
    );
  }

  get view() {
    return defleetingViewOf(this.state);
  }

  tell(event: Untimed<DefleetingEvent>): this {
    const decision = decideDefleeting(this.state, { ...event, at: this.now } as DefleetingEvent);
    this.state = decision.state;
    this.wakeAt = decision.wakeAt;
    this.commands = decision.commands;
    this.notices.push(...decision.notices);
    return this;
  }

  /** Lets time pass up to then, with every wake in between. */
  until(moment: number): this {
    for (let wakes = 0; this.wakeAt !== null && this.wakeAt <= moment; wakes += 1) {
      if (wakes > 10_000) throw new Error('It never rests');
      this.now = Math.max(this.now, this.wakeAt);
      this.tell({ type: 'time-passed' });
    }
    this.now = moment;
    return this;
  }

  planned(plan: Partial<DefleetingPlan> = {}, moving: string | null = null): this {
    return this.tell({ type: 'planned', moving, plan: { ...PLAN, ...plan } });
  }

  leaving(part: string, status: ClearanceStatus = 'revoking'): this {
    const known = { reason: null, brand: 'bmw', owner: null, action: null };
    return this.tell({ type: 'found', part, found: { kind: 'leaving', status, ...known } });
  }

  none(part: string): this {
    return this.tell({ type: 'found', part, found: { kind: 'none' } });
  }

  ended(part: string): this {
    const answer = { words: 'accepted', at: this.now };
    return this.tell({ type: 'found', part, found: { kind: 'ended', status: 'revoked', answer, calls: 1 } });
  }

  read(part: string, status: 'approved' | 'pending' | 'revoked' | null, brand: string | null = 'bmw'): this {
    const clearance = status && { status, reason: null, brand };
    return this.tell({ type: 'read', part, begun: this.now, read: { clearance } });
  }
}
