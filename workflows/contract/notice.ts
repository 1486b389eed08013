import type { Application } from '../../src/domain/application';
import type { Audience } from '../../src/domain/audience';
import type { ClearanceStatus } from '../../src/domain/status';

/** Something that a person outside has to hear of. Times are ISO 8601, UTC. */
export interface Notice extends Application {
  /** The same for every attempt to deliver it: who receives it twice can tell. */
  readonly id: string;
  /**
   * `reminder`: the reason has reached an age of its ladder. `parked`: the activation waits for a person.
   * `drift`: the access ended and nobody here asked for it. `data-lost`: approved, but consent or privacy was lost.
   * `defleeting`: the vehicle leaves, and its access has not ended.
   * `long-stay`: the vehicle is parked for longer than the limit. `unlocked`: payments that could not be locked when it left.
   * `leaving-stuck`: its plate cannot leave. These three, and `drift` and `trouble` where there is a plate, are about a parking.
   * `trouble`: the provider refuses the application, or gives no answer; `trouble-over`: that is over. They are about no vehicle.
   */
  readonly kind:
    | 'reminder'
    | 'parked'
    | 'drift'
    | 'data-lost'
    | 'defleeting'
    | 'trouble'
    | 'trouble-over'
    | 'long-stay'
    | 'unlocked'
    | 'leaving-stuck';
  /** Empty where it is about no vehicle, as is the brand, or where nobody has said the VIN of a parked one. */
  readonly vin: string;
  /** Of one that is about a parking, like `NO-AA12345`; else absent. */
  readonly plate?: string;
  readonly brand: string;
  readonly fleet: string | null;
  readonly externalId: string | null;
  readonly status: ClearanceStatus;
  readonly reason: string | null;
  /** Level of the ladder, 1 is the first. 0 where there is no ladder. */
  readonly level: number;
  /** Whom to tell. */
  readonly audience: Audience;
  /** Who has to act. */
  readonly owner: string;
  /** What that person has to do. */
  readonly action: string;
  /** What to write to the provider's support, ready to copy, where it is its turn; else null, or absent. */
  readonly letter?: string | null;
  /** Since when the reason holds. */
  readonly since: string;
  readonly at: string;
}
