import type { DefleetingDesk } from '../src/defleetings/desk';
import { type Application, applicationKey } from '../src/domain/application';
import type { DefleetingPlan } from '../workflows/contract/defleetings';
import type { Notice } from '../workflows/contract/notice';
import type { ActivationFound } from '../workflows/defleeting/state';
import { failureOf } from './failures';

/** A vehicle at one application. */
export interface VehicleAt extends Application {
  readonly vin: string;
  /** Whose it may be: what is of other fleets is left alone. Absent: anybody's. */
  readonly fleets?: readonly string[];
}

/** How an activation is asked to leave. */
export interface AskingToLeave extends VehicleAt {
  /** Asked again with it, it is the same message. */
  readonly id: string;
  readonly by: string | null;
  readonly reason: string;
}

/** The side effects of a defleeting that Temporal is asked for. On a task queue that every worker serves. */
export interface DefleetingActivities {
  /** The dates in the zone of this worker, and the applications in which the vehicle has to be asked. @throws CONFIG_INVALID */
  planDefleeting(asked: {
    readonly vin: string;
    readonly fleets?: readonly string[];
    readonly eventDate: string | null;
    readonly deadline: number | null;
    readonly now: number;
  }): Promise<DefleetingPlan>;
  /** Sends the message to the activation that lives; where none does, says what became of the last one. */
  askToLeave(asking: AskingToLeave): Promise<ActivationFound>;
  findActivation(vehicle: VehicleAt): Promise<ActivationFound>;
  /**
   * The parking of a plate is asked to leave; one that nobody manages is begun as one that leaves, where `takeOver` says so.
   *
   * @param asking its plate stands in `application`.
   */
  askParkingToLeave(
    asking: AskingToLeave & {
      readonly fleet: string | null;
      readonly takeOver: boolean;
      /** The id of the defleeting. */
      readonly order?: string;
    },
  ): Promise<ActivationFound>;
  findParkingOf(vehicle: VehicleAt): Promise<ActivationFound>;
  /** Starts an activation with the message already in its inbox: it submits nothing. One that lives already gets the message. */
  takeOver(
    asking: AskingToLeave & { readonly brand: string; readonly fleet: string | null },
  ): Promise<ActivationFound>;
  /**
   * Asks the activations that leave to stay.
   *
   * @returns null: all of them stay. Else why one of them cannot any more, in a sentence; the others may have been told to stay.
   */
  askToStay(asking: {
    readonly vin: string;
    readonly fleets?: readonly string[];
    readonly applications: readonly Application[];
    /** Those of which it is not known whether they were asked to leave: who was not is left alone. */
    readonly others?: readonly Application[];
    /** When the defleeting was asked for, ISO 8601: what has ended after it has ended for it. */
    readonly since?: string;
    /** Parkings that may have heard that they leave: once all activations stay, those that have begin again. Absent: none. */
    readonly parkings?: readonly Application[];
    /** The id of the defleeting: a parking that leaves for another reason goes on. */
    readonly order?: string;
    readonly id: string;
    readonly by: string | null;
  }): Promise<string | null>;
  /** Hands a notice over as one of an application that this worker serves: its own has no worker. It names its own in words. */
  tellElsewhere(notice: Notice): Promise<void>;
}

/** @param hand hands a notice over. @param served the applications of this worker. */
export function createDefleetingActivities(
  desk: DefleetingDesk,
  hand: (notice: Notice) => Promise<void>,
  served: readonly Application[],
): DefleetingActivities {
  return {
    tellElsewhere: (notice) => {
      const isServed = served.some((app) => applicationKey(app) === applicationKey(notice));
      return translated(() => hand(isServed || !served[0] ? notice : { ...notice, ...served[0] }));
    },
    planDefleeting: (asked) => translated(() => desk.plan(asked)),
    askToLeave: (asking) => translated(() => desk.ask(asking)),
    findActivation: (vehicle) => translated(() => desk.find(vehicle)),
    askParkingToLeave: (asking) => translated(() => desk.askParking(asking)),
    findParkingOf: (vehicle) => translated(() => desk.findParking(vehicle)),
    takeOver: (asking) => translated(() => desk.takeOver(asking)),
    askToStay: (asking) => translated(() => desk.askToStay(asking)),
  };
}

async function translated<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw failureOf(error);
  }
}
