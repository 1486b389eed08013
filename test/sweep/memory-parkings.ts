import type { SweptParkings } from '../../src/sweep/parkings-at-provider';
import type { Moved, ParkingStep, Swept } from '../../workflows/contract/parking';
import type { ParkingNotice } from '../../workflows/parking/alerts';
import { decideParking } from '../../workflows/parking/decide';
import { beginParking, type ParkingEvent, type ParkingState } from '../../workflows/parking/state';

const POLICY = { detachOnAdding: false, declineOnLeaving: false, longStay: null, runningPatience: 0 };

/** Parkings of which only the rules run: they are in the fleet from the beginning, and what they would ask is not carried out. */
export class MemoryParkings implements SweptParkings {
  readonly states = new Map<string, ParkingState>();
  readonly notices: ParkingNotice[] = [];
  signals = 0;
  /** Those that take nothing, as when their server is away. */
  readonly deaf = new Set<string>();

  constructor(
    plates: readonly string[],
    private readonly now: () => number,
  ) {
    for (const text of plates) {
      const [country = '', number = ''] = text.split('-');
      const plate = { country, number, subdivision: null };
      const vehicle = { provider: 'autopay', plate, vin: null, fleet: null, externalId: null };
      this.states.set(text, beginParking({ ...vehicle, policy: POLICY }, now()));
      this.hear(text, { type: 'deadline-reached', at: now() });
      this.hear(text, { type: 'looked', at: now(), member: { addedAt: now() } });
    }
  }

  async *all(): AsyncGenerator<{ plate: string; step: ParkingStep }> {
    for (const [plate, { leaving, isMember }] of this.states) {
      yield { plate, step: leaving ? 'leaving' : isMember ? 'in-fleet' : 'adding' };
    }
  }

  async isThere(plate: string): Promise<boolean> {
    return this.states.has(plate);
  }

  async tell(plate: string, swept: Swept): Promise<boolean> {
    return this.hear(plate, { type: 'swept', ...swept, at: this.now() });
  }

  async moved(plate: string, moved: Moved): Promise<boolean> {
    return this.hear(plate, { type: 'moved', at: this.now(), ...moved });
  }

  hear(plate: string, event: ParkingEvent): boolean {
    if (this.deaf.has(plate)) throw new Error('away');
    const state = this.states.get(plate);
    if (!state) return false;
    this.signals += 1;
    const decision = decideParking(state, event);
    this.states.set(plate, decision.state);
    this.notices.push(...decision.notices);
    return true;
  }

  stays(plate: string): ParkingState['stays'] {
    return this.states.get(plate)?.stays ?? [];
  }
}
