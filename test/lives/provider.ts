import type { Clearance } from '../../src/domain/clearance';
import type { FirstData, SubmitAnswer, WithdrawAnswer } from '../../src/providers/provider';
import type { Claim } from '../../workflows/events';
import { Carmaker } from './carmaker';
import { type Clock, DAY, HOUR, MINUTE } from './clock';
import type { Random } from './random';
import { type Book, Records, statusOf } from './records';
import { VIN, type World } from './world';

/** The statuses of which the provider sends a webhook. */
const ANNOUNCED: readonly Clearance['status'][] = ['approved', 'rejected', 'revoked', 'canceled'];

/**
 * A provider in memory, with a clock of its own. It has its own idea of the rules, and shares no code with the
 * lifecycle: else both would be wrong together.
 */
export class SimulatedProvider {
  readonly records: Records;
  readonly carmaker: Carmaker;
  /** From here on the provider has no faults. */
  calm = false;
  /** Submissions that reached the provider, and those of them that met an open clearance. */
  posts = 0;
  doubles = 0;
  deletes = 0;
  /** Whether the latest reply to a reader was an old copy, or a write was hidden. */
  lastReadWasOld = false;
  staleReads = 0;
  lostWrites = 0;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #world: World;
  readonly #announce: (claim: Claim) => void;
  #drivenAt = Number.POSITIVE_INFINITY;
  #deliveries = 0;

  constructor(clock: Clock, random: Random, world: World, announce: (claim: Claim) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#world = world;
    this.#announce = announce;
    this.records = new Records(clock, world);
    this.carmaker = new Carmaker(clock, random, world, (...change) => this.#change(...change));
    this.#remember();
  }

  submit(): SubmitAnswer {
    this.posts += 1;
    if (this.records.isOpen) {
      this.doubles += 1;
      return { vin: VIN, outcome: 'accepted', status: this.records.status, description: null };
    }
    if (this.#random.chance(0.02)) {
      const description = this.#random.pick(['The brand is invalid', 'vin should be 17 character(s)']);
      return { vin: VIN, outcome: 'refused', description };
    }
    const hiddenFor = this.calm || this.lostWrites > 0 ? 0 : this.#world.lostWriteFor;
    if (hiddenFor > 0) this.lostWrites += 1;
    // A write that is lost for ever has never been made.
    if (hiddenFor < 100 * DAY) this.carmaker.consider(this.records.open('pending', null, { hiddenFor }));
    return { vin: VIN, outcome: 'accepted', status: 'pending', description: null };
  }

  read(): Clearance | null {
    const isOld = !this.calm && this.#random.chance(this.#world.staleRate);
    const truth = this.records.show(0);
    const shown = isOld ? this.records.show(this.#random.between(1_000, this.#world.staleBy)) : truth;
    const differs = (shown?.changelog.length ?? 0) !== (truth?.changelog.length ?? 0);
    this.lastReadWasOld = this.records.isHidden || differs || shown?.status !== truth?.status;
    if (this.lastReadWasOld) this.staleReads += 1;
    return shown;
  }

  withdraw(): WithdrawAnswer {
    this.deletes += 1;
    const book = this.records.current;
    if (!book || (this.records.isHidden && !this.#world.deleteSeesAll))
      return { outcome: 'absent', detail: 'not found' };
    switch (statusOf(book)) {
      case 'approved':
        if (!this.calm && this.#random.chance(0.03)) {
          return { outcome: 'in-transition', detail: 'Clearance is in transition mode' };
        }
        return this.#end(book, 'revoking', 'revoked');
      case 'pending':
        if (!this.#world.canCancelPending) {
          return { outcome: 'not-supported', detail: 'cancellation is not supported for this vin' };
        }
        if (this.#clock.now < (book.entries[0]?.at ?? 0) + DAY) {
          const detail = "the pending status could only be canceled after 1 day it's created";
          return { outcome: 'too-early', detail };
        }
        return this.#end(book, 'canceling', 'canceled');
      case 'revoking':
      case 'canceling':
        return { outcome: 'in-transition', detail: 'Clearance is in transition mode' };
      default:
        return { outcome: 'already-removed', detail: 'Clearance is already removed' };
    }
  }

  firstData(): FirstData {
    if (this.records.status !== 'approved') return 'lost';
    if (this.#random.chance(0.05)) return 'lost';
    return this.#clock.now >= this.#drivenAt ? 'flowing' : 'not-yet';
  }

  /** Past the end of the carmaker's patience: what is pending still is rejected. */
  decideAll(): void {
    const book = this.records.current;
    if (book && statusOf(book) === 'pending') this.carmaker.reject(book, 'ineligible VIN');
  }

  #end(book: Book, during: 'revoking' | 'canceling', then: 'revoked' | 'canceled'): WithdrawAnswer {
    this.records.write(book, during, null);
    this.#clock.after(this.#random.between(1_000, this.#world.withdrawalTakes), () => {
      if (statusOf(book) !== during) return;
      const overtaken = during === 'canceling' && this.#world.cancelFails && !this.calm;
      if (overtaken) this.carmaker.approve(book);
      else this.#change(book, then, null);
    });
    return { outcome: 'accepted', status: during };
  }

  #change(book: Book, status: Clearance['status'], reason: string | null): void {
    this.records.write(book, status, reason);
    if (status === 'approved') this.#drivenAt = this.#clock.now + this.#random.between(MINUTE, 10 * DAY);
    if (book === this.records.current && ANNOUNCED.includes(status)) this.#send(status, reason);
  }

  #send(status: Clearance['status'], reason: string | null): void {
    const { lost, doubled, delay, named, timed } = this.#world.webhooks;
    if (!this.calm && this.#random.chance(lost)) return;
    const deliveryId = named ? `delivery-${++this.#deliveries}` : null;
    const providerTime = timed ? this.#clock.now + this.#world.skew : null;
    const deliver = (): void =>
      this.#clock.after(this.#random.between(100, delay), () =>
        this.#announce({ status, reason, deliveryId, providerTime }),
      );
    deliver();
    if (this.#random.chance(doubled)) deliver();
  }

  /** An earlier life of the VIN. */
  #remember(): void {
    const { before } = this.#world;
    if (before === 'nothing') return;
    const { now } = this.#clock;
    this.#clock.now = now - this.#random.between(HOUR, 100 * DAY);
    const book = this.records.open('pending', null, { isOurs: false });
    this.#clock.now = now - MINUTE * this.#random.between(1, 59);
    if (before !== 'pending')
      this.records.write(book, before, before === 'rejected' ? 'ineligible VIN' : null);
    this.#clock.now = now;
    if (before === 'pending') this.carmaker.consider(book);
    if (before === 'approved') this.carmaker.approve(book);
    if (before !== 'revoking') return;
    this.#clock.after(this.#random.between(1_000, DAY), () => this.#change(book, 'revoked', null));
  }
}
