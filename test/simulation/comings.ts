import { isOpen } from '../../src/domain/status';
import type { ActivationInput } from '../../workflows/contract/messages';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { type Clock, DAY, HOUR, MINUTE, SECOND, settlePromises } from './clock';
import type { Line } from './line';
import { clientOf } from './other-provider';
import type { People } from './people';
import type { Random } from './random';
import type { VirtualWorkflow } from './temporal/virtual-workflow';
import type { Vehicle } from './vehicle';
import { NO_BRAND, VIN, type World } from './world';

interface Parts {
  readonly clock: Clock;
  /** Of its own: other lives stay the same. */
  readonly random: Random;
  readonly world: World;
  readonly line: Line;
  readonly people: People;
  readonly vehicle: Vehicle;
  /** Only a planted bug does not wait until it has left. */
  readonly isAtOnce: boolean;
  /** Starts an activation of the vehicle. */
  readonly start: (how: Pick<ActivationInput, 'adopt'> & { readonly brand?: string }) => void;
}

const isKnown = (brand: string): boolean => brand !== NO_BRAND;

/** The server tries so often to start a vehicle that is wanted again (workflows/again.ts). */
const AGAIN = 5 * MINUTE;
/** What was under way when an activation was ended by force may take effect for so long. */
const ON_ITS_WAY = 2 * MINUTE;

/** People who begin a vehicle again that leaves or has left, who end an activation by force, and who take over what nobody manages. */
export class Comings {
  /** From here on nobody begins anything. */
  calm = false;
  again = 0;
  afresh = 0;
  forced = 0;
  adopted = 0;
  readonly #parts: Parts;
  /** Somebody wants it again once it has left. */
  #isWanted = false;
  #hasAsked = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether an activation takes over what is there, from the beginning. */
  static adoptsAtFirst(random: Random, { before }: World): boolean {
    return random.chance(before === 'nothing' ? 0.02 : 0.15);
  }

  begin(): void {
    const { clock, random } = this.#parts;
    if (random.chance(0.08)) clock.after(random.between(HOUR, 35 * DAY), () => this.#force());
    // Of one that lives nothing comes but that it lives.
    if (random.chance(0.1)) clock.after(random.between(HOUR, 35 * DAY), () => this.#takeOver());
  }

  /** Somebody wants a vehicle again that leaves; where it stays after all, there is nothing to begin. */
  see({ defleet, ended }: ActivationState): void {
    const { clock, random } = this.#parts;
    if (!defleet) this.#isWanted = false;
    if (!defleet || ended || this.#hasAsked) return;
    this.#hasAsked = true;
    if (!random.chance(0.3)) return;
    const wait = random.between(0, random.pick([5 * SECOND, HOUR, 5 * DAY]));
    clock.after(wait, () => this.#want());
  }

  /** An activation has ended. */
  closed({ closed }: VirtualWorkflow): void {
    const { clock, random, vehicle } = this.#parts;
    const isForced = closed?.as === 'terminated';
    this.#hasAsked = false;
    const fate = random.next();
    if (this.calm) vehicle.isOver = true;
    else if (this.#isWanted && !isForced) {
      clock.after(random.between(2 * SECOND, AGAIN), () => {
        if (this.#start()) this.again += 1;
      });
    } else if (isForced || fate < 0.25) {
      const wait = ON_ITS_WAY + random.between(0, random.pick([MINUTE, DAY, 5 * DAY]));
      if (isForced ? fate < 0.5 : fate < 0.1) clock.after(wait, () => this.#takeOver(true));
      else clock.after(wait, () => this.#begin());
    } else vehicle.isOver = true;
  }

  #want(): void {
    const { vehicle, isAtOnce, start } = this.#parts;
    if (isAtOnce && !vehicle.closed) start({});
    else if (vehicle.state?.defleet && !vehicle.closed) this.#isWanted = true;
    else if (vehicle.closed && !vehicle.isOver) this.#begin();
  }

  #begin(): void {
    if (this.#start()) this.afresh += 1;
  }

  /** @returns false where it lives already, or nobody begins anything any more. */
  #start(how: Parameters<Parts['start']>[0] = {}): boolean {
    const { vehicle, clock, random, people, start } = this.#parts;
    if (!vehicle.closed) return false;
    if (this.calm) vehicle.isOver = true;
    if (vehicle.isOver) return false;
    this.#isWanted = false;
    start(how);
    if (random.chance(0.4))
      clock.after(random.between(0, random.pick([MINUTE, 15 * DAY])), () => people.leave());
    return true;
  }

  /** Not while a call is under way: what that does would be nobody's. */
  #force(): void {
    const { vehicle, clock } = this.#parts;
    const { workflow } = vehicle;
    if (this.calm || workflow.closed) return;
    if (!workflow.isIdle || workflow.underWay.length > 0 || !workflow.state?.rules) {
      clock.after(10 * MINUTE, () => this.#force());
      return;
    }
    this.forced += 1;
    workflow.terminate();
    this.closed(workflow);
  }

  /** Looks at the provider's list, and takes over what is open in it and nobody manages. Meanwhile that may have ended. */
  #takeOver(isLast = false): Promise<void> | undefined {
    const { clock, random, world, vehicle, line } = this.#parts;
    if (this.calm && vehicle.closed) vehicle.isOver = true;
    if (!vehicle.closed || vehicle.isOver) return undefined;
    const over = (): void => {
      if (isLast && vehicle.closed) vehicle.isOver = true;
    };
    const client = clientOf(world, line.transportOf({ isAlive: true }));
    void client.list({ vins: [VIN] }).then((found) => {
      const open = found.find(({ status }) => isOpen(status));
      // An old list, or one of somebody else.
      if (!open && !random.chance(0.3)) return over();
      // One that nobody knows is not in the list that is taken over.
      const brand = open?.brand && isKnown(open.brand) ? open.brand : world.brand;
      clock.after(random.between(SECOND, 10 * MINUTE), () => {
        if (this.#start({ adopt: true, brand })) this.adopted += 1;
      });
    }, over);
    return settlePromises();
  }
}
