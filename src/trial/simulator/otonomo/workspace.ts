import type { Clock } from '../shared/clock';
import { type Life, makeOf, type State, USUAL_LIFE } from './lives';

export interface Vehicle {
  readonly vin: string;
  readonly make: string;
  readonly odometer: string | null;
  readonly state: State;
  /** Simulated time of the last change. */
  readonly changedAt: number;
}

interface LivingVehicle extends Vehicle {
  state: State;
  changedAt: number;
  /** Cancels the step that comes next. */
  stop: () => void;
}

/** How a removal is meant: the editions of its documents disagree about a pending vehicle. */
export const PENDING_REMOVALS = ['allowed', 'refused'] as const;
export type PendingRemoval = (typeof PENDING_REMOVALS)[number];

export interface WorkspaceOptions {
  readonly pendingRemoval: PendingRemoval;
  /** Makes that are not activated yet: their vehicles are Incomplete. */
  readonly inactiveMakes: readonly string[];
}

/** Why an action is refused for some of its vehicles. */
export interface Refusal {
  readonly status: 400 | 403;
  readonly message: string;
  readonly vins: readonly string[];
}

/** Something that happened to a vehicle, for tests to judge by. */
export interface Happening {
  readonly at: number;
  readonly vin: string;
  readonly what: 'uploaded' | 'enabled' | 'disabled' | 'removed' | State;
}

/** The vehicles of one workspace, and what becomes of them as time passes. */
export class Workspace {
  readonly happenings: Happening[] = [];
  private readonly all = new Map<string, LivingVehicle>();
  private readonly scripts = new Map<string, Life>();
  private readonly inactive: Set<string>;

  constructor(
    private readonly clock: Clock,
    private readonly options: WorkspaceOptions,
  ) {
    this.inactive = new Set(options.inactiveMakes.map(keyOf));
  }

  get vehicles(): readonly Vehicle[] {
    this.clock.catchUp();
    return [...this.all.values()];
  }

  /** Decides what becomes of a VIN: from its next upload on, and of one that is here from now on. */
  script(vin: string, life: Life): void {
    this.scripts.set(vin, life);
    const now = this.clock.catchUp();
    const vehicle = this.all.get(vin);
    if (vehicle) this.follow(vehicle, life, now);
  }

  /** False: it is here already. */
  upload(vin: string, odometer: string | null): boolean {
    const now = this.clock.catchUp();
    if (this.all.has(vin)) return false;
    const make = makeOf(vin);
    const vehicle: LivingVehicle = {
      vin,
      make,
      odometer,
      state: 'verification',
      changedAt: now,
      stop: () => {},
    };
    this.all.set(vin, vehicle);
    this.happenings.push({ at: now, vin, what: 'uploaded' });
    this.begin(vehicle, now);
    return true;
  }

  /** @returns the refusal of the whole, which then changes nothing. */
  enable(vins: readonly string[]): Refusal | null {
    return this.actOn(vins, 'enabled', {
      isAllowed: ({ state }) => state === 'disabled',
      refusal: 'pending or consented vehicles cannot be consented',
      // "The VIN will have to go though the approval chain once again."
      act: (vehicle, now) => this.begin(vehicle, now),
    });
  }

  disable(vins: readonly string[]): Refusal | null {
    return this.actOn(vins, 'disabled', {
      isAllowed: ({ state }) => state === 'enabled',
      refusal: 'only enabled vehicles can be disabled',
      act: (vehicle, now) => {
        vehicle.stop();
        this.change(vehicle, 'disabled', now);
      },
    });
  }

  remove(vins: readonly string[]): Refusal | null {
    return this.actOn(vins, 'removed', {
      isAllowed: ({ state }) => this.isRemovable(state),
      refusal: 'pending vehicles cannot be removed',
      act: (vehicle) => this.forget(vehicle.vin),
    });
  }

  /** Changes a state now, behind everybody's back, and drops what was to come. False: no such vehicle. */
  set(vin: string, state: State): boolean {
    const now = this.clock.catchUp();
    const vehicle = this.all.get(vin);
    if (!vehicle) return false;
    vehicle.stop();
    this.change(vehicle, state, now);
    return true;
  }

  /** Loses a VIN, as if it had never been uploaded. False: there was none. */
  forget(vin: string): boolean {
    this.all.get(vin)?.stop();
    return this.all.delete(vin);
  }

  /** Activates a make: its vehicles go on by themselves. */
  activate(make: string): void {
    const now = this.clock.catchUp();
    this.inactive.delete(keyOf(make));
    for (const vehicle of this.all.values()) {
      if (vehicle.state === 'incomplete' && keyOf(vehicle.make) === keyOf(make)) this.begin(vehicle, now);
    }
  }

  private isRemovable(state: State): boolean {
    const isPending = state === 'verification' || state === 'enablement' || state === 'error';
    return !isPending || this.options.pendingRemoval === 'allowed';
  }

  private actOn(
    vins: readonly string[],
    what: Happening['what'],
    rule: {
      readonly isAllowed: (vehicle: Vehicle) => boolean;
      readonly refusal: string;
      readonly act: (vehicle: LivingVehicle, now: number) => void;
    },
  ): Refusal | null {
    const now = this.clock.catchUp();
    const unknown = vins.filter((vin) => !this.all.has(vin));
    if (unknown.length > 0) return { status: 400, message: UNKNOWN, vins: unknown };
    const vehicles = vins.map((vin) => this.all.get(vin) as LivingVehicle);
    const refused = vehicles.filter((vehicle) => !rule.isAllowed(vehicle)).map(({ vin }) => vin);
    if (refused.length > 0) return { status: 403, message: rule.refusal, vins: refused };
    for (const vehicle of vehicles) {
      this.happenings.push({ at: now, vin: vehicle.vin, what });
      rule.act(vehicle, now);
    }
    return null;
  }

  private begin(vehicle: LivingVehicle, now: number): void {
    const isInactive = this.inactive.has(keyOf(vehicle.make));
    const usual = this.scripts.get(vehicle.vin) ?? USUAL_LIFE;
    this.follow(vehicle, isInactive ? [{ state: 'incomplete', after: 0 }] : usual, now);
  }

  private follow(vehicle: LivingVehicle, life: Life, from: number): void {
    vehicle.stop();
    const [step, ...rest] = life;
    if (!step) return;
    const take = (at: number): void => {
      this.change(vehicle, step.state, at);
      this.follow(vehicle, rest, at);
    };
    if (step.after === 0) take(from);
    else vehicle.stop = this.clock.at(from + step.after, take);
  }

  private change(vehicle: LivingVehicle, state: State, at: number): void {
    vehicle.state = state;
    vehicle.changedAt = at;
    this.happenings.push({ at, vin: vehicle.vin, what: state });
  }
}

/** Its own words, as the API reference has them. */
const UNKNOWN = 'the following vin where not found under you workspace';

function keyOf(make: string): string {
  return make.toLowerCase();
}
