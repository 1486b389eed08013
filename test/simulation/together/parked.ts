import type { ActivationFound } from '../../../workflows/defleeting/state';
import { decideParking } from '../../../workflows/parking/decide';
import {
  beginParking,
  type ParkingCommand,
  type ParkingEvent,
  type ParkingState,
} from '../../../workflows/parking/state';
import { message, World } from '../../workflows/parking/world';
import { type Clock, DAY, HOUR } from '../clock';
import type { Random } from '../random';
import { VIN } from '../world';

export const PARKING = { provider: 'autopay', application: 'NO-AA12345' } as const;

/** The parking of the vehicle's plate: its rules against the provider of the lives of parkings, on the clock of all. */
export class Parked {
  state: ParkingState | null = null;
  endedAt: number | null = null;
  readonly world: World;
  readonly complaints: string[] = [];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #trace: (line: string) => void;

  constructor(clock: Clock, random: Random, trace: (line: string) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#trace = trace;
    const policy = {
      detachOnAdding: random.chance(0.5),
      declineOnLeaving: random.chance(0.2),
      longStay: random.chance(0.5) ? DAY : null,
      runningPatience: random.chance(0.5) ? 14 * DAY : 0,
    };
    this.world = new World(() => random.next(), policy, random.chance(0.5) ? 0 : random.next() * 0.8);
    this.#happens();
  }

  begin(): void {
    if (this.state && !this.state.isEnded) return;
    const isNext = this.state !== null;
    const plate = { country: 'NO', number: 'AA12345', subdivision: null };
    const vehicle = { provider: PARKING.provider, plate, vin: VIN, fleet: null, externalId: null };
    this.state = beginParking({ ...vehicle, policy: this.world.policy }, this.#clock.now);
    this.endedAt = null;
    if (isNext) this.#happens();
    this.#hear({ type: 'deadline-reached', at: this.#clock.now });
  }

  /** It stays after all: at once, or once it has left. */
  beginAgain(): void {
    if (!this.state || this.state.isEnded) this.begin();
    if (!this.state) return;
    const { policy, vehicle } = this.state;
    const next = { ...vehicle, policy };
    this.#hear({ type: 'leave-asked', at: this.#clock.now, by: 'ops', reason: null, next });
  }

  leave(): void {
    this.#hear({ type: 'leave-asked', at: this.#clock.now, by: 'ops', reason: 'sold' });
  }

  /** As src/defleetings/parkings.ts finds it. */
  get found(): ActivationFound {
    const { state, endedAt } = this;
    if (!state) return { kind: 'none' };
    if (state.isEnded) {
      const proof = { words: 'the provider has it no more', at: endedAt ?? this.#clock.now };
      return { kind: 'ended', status: 'absent', calls: 0, answer: null, proof };
    }
    if (!state.leaving) return { kind: 'staying', why: 'Its parking was begun again' };
    const reason = state.trouble?.words ?? state.deadline?.for ?? null;
    return { kind: 'leaving', status: null, brand: null, reason, owner: null, action: null };
  }

  #hear(event: ParkingEvent): void {
    if (!this.state || this.state.isEnded) return;
    const { state, command, notices } = decideParking(this.state, event);
    this.state = state;
    this.world.notices.push(...notices);
    this.#trace(
      `${new Date(event.at).toISOString()} parking: ${event.type} -> ${command?.type ?? state.deadline?.for ?? '-'}`,
    );
    if (state.isEnded) {
      this.endedAt = this.#clock.now;
      if (!state.leaving) this.complaints.push('the parking ended, and nobody asked for it');
      if (this.world.isMember) this.complaints.push('the parking ended, and the plate is in the fleet');
      if (state.leaving?.next) this.begin();
    } else if (command) this.#carryOut(command);
    else if (state.deadline) {
      const { deadline } = state;
      this.#clock.at(deadline.at, () => {
        if (this.state?.deadline === deadline) this.#hear({ type: 'deadline-reached', at: this.#clock.now });
      });
    }
  }

  #carryOut(command: ParkingCommand): void {
    if (command.type === 'remove' && !this.state?.leaving)
      this.complaints.push('a plate is removed that nobody wanted to leave');
    this.world.now = this.#clock.now;
    const event = this.world.answer(command);
    this.#clock.at(event.at, () => this.#hear(event));
  }

  /** Whatever is told of it, and what its driver does. */
  #happens(): void {
    this.#clock.after(this.#random.between(HOUR, DAY), () => {
      if (this.state?.isEnded) return;
      this.#happens();
      const { world } = this;
      world.now = this.#clock.now;
      if (world.chance(0.3)) world.park();
      // Somebody removes it behind our back.
      if (world.chance(0.02)) world.isMember = false;
      else if (world.chance(0.3)) this.#hear(message(world, world.now));
    });
  }
}
