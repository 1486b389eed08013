import type { QueryDefinition, SignalDefinition } from '@temporalio/common';
import type { LeftOut } from '../../src/domain/named-stays';
import { type Plate, plateText } from '../../src/domain/plate';
import type { Stay } from '../../src/domain/stay';
import type { ParkingState } from '../parking/state';

/** What those who start parkings, send to them and look at them agree on. Times are milliseconds since 1970 here, ISO 8601 in views. */

/** The workflow type of one plate at a provider of parking. */
export const PARKING = 'parking';

/** One for each plate, whatever credentials there are: the fleet's profile is one for all operators. */
export function parkingId(provider: string, plate: Plate): string {
  return parkingIdOf(provider, plateText(plate));
}

/** The same of a plate as it is written: `NO-AA12345`. */
export function parkingIdOf(provider: string, plate: string): string {
  return `${PARKING}:${provider}:${plate}`;
}

/** How a parking is looked after. Durations in milliseconds. */
export interface ParkingPolicy {
  /** Whether the plate is taken out of private profiles when it comes. When it leaves it always is. */
  readonly detachOnAdding: boolean;
  /** Whether what is unpaid is declined when the vehicle leaves: its owner is invoiced then. */
  readonly declineOnLeaving: boolean;
  /** A stay that is longer is told. Null: never. */
  readonly longStay: number | null;
  /** For how long a stay that still runs keeps a vehicle that leaves. */
  readonly runningPatience: number;
  /** Of a trial, whose time passes faster: pauses and patience are shorter by so much. Not set: 1. */
  readonly speed?: number;
}

export type { Stay };

/** What is known of the end of a stay. `not-known`: it is notified no more, and no list has said when it ended. */
export type StayEnd = 'running' | 'known' | 'not-known';

/** A stay as people see it. */
export interface StayView extends Stay {
  readonly end: StayEnd;
  /** Whether it is longer than the limit, and goes on as far as is known. */
  readonly isAlerted: boolean;
}

/** What stays came to in one currency. */
export interface Total {
  readonly currency: string;
  readonly gross: number;
  /** How many stays. */
  readonly count: number;
}

/** Who has to be told of the vehicle, and how it is found. */
export interface ParkedVehicle {
  readonly provider: string;
  readonly plate: Plate;
  readonly vin: string | null;
  readonly fleet: string | null;
  readonly externalId: string | null;
}

export interface ParkingInput extends ParkedVehicle {
  readonly policy: ParkingPolicy;
  /** Set by the workflow itself when it continues in a new run. */
  readonly carried?: ParkingState;
}

/** What the payments of one operator came to when they were locked. */
export interface Locked {
  /** The credential. */
  readonly application: string;
  /**
   * `no-level`: by its settings its agreement has no right to it, so nothing was asked. `failed`: asked in vain, at a return only (what
   * leaves is locked again until nothing fails).
   */
  readonly outcome: 'locked' | 'no-level' | 'failed';
  readonly words: string | null;
  /** What the provider lists as locked. */
  readonly locked: readonly Stay[];
  /** Unpaid by our own reading afterwards, and not among those. */
  readonly unlocked: readonly Stay[];
  /** So many more that are not named: there was no room for them. Absent: all are. */
  readonly leftOut?: LeftOut;
}

/** The vehicle leaves the fleet. */
export interface Leave {
  readonly by: string | null;
  readonly reason: string | null;
  /** Once it has left, the plate begins again for this vehicle: it changes hands, or is wanted again. */
  readonly next?: ParkingInput | null;
  /** The id of the defleeting that wants it; with `next`: that is taken back. Null: somebody else wants it. Absent: nobody has said it. */
  readonly order?: string | null;
}

/** Payments were locked at a return of the vehicle, or a service was declined; the vehicle stays. */
export interface Told {
  readonly by: string | null;
  /** What was done, for the history. */
  readonly note: string;
  /** As the provider lists them afterwards. */
  readonly stays: readonly Stay[];
}

/** A notification of the provider: of an entry, or after so many seconds. */
export interface Notified {
  readonly stay: Stay;
  /** Seconds; null: it is the entry. */
  readonly period: number | null;
}

/** The provider has corrected the plate of a stay: it was another vehicle's. */
export interface Moved {
  readonly id: string;
  /** The plate that it has now. */
  readonly plate: string;
}

/** What was not known of a plate's vehicle when it was added. Null: it is not known now either. */
export interface Named {
  readonly vin: string | null;
  readonly fleet: string | null;
  readonly externalId: string | null;
}

/** What a sweep has read. */
export interface Swept {
  /** When the reading began. */
  readonly at: number;
  /** What has changed of this vehicle's stays. */
  readonly stays: readonly Stay[];
  /** Whether the provider's list of vehicles has it; null: it was not read. */
  readonly isMember: boolean | null;
}

export const leave = { type: 'signal', name: 'leave' } as SignalDefinition<[Leave]>;
export const notified = { type: 'signal', name: 'notified' } as SignalDefinition<[Notified]>;
export const vehicleNamed = { type: 'signal', name: 'vehicleNamed' } as SignalDefinition<[Named]>;
export const stayMoved = { type: 'signal', name: 'stayMoved' } as SignalDefinition<[Moved]>;
export const told = { type: 'signal', name: 'told' } as SignalDefinition<[Told]>;
export const parkingSwept = { type: 'signal', name: 'parkingSwept' } as SignalDefinition<[Swept]>;

/** Where a parking has come to. */
export type ParkingStep = 'adding' | 'in-fleet' | 'leaving' | 'ended';

/**
 * What of a parking waits for a person. `not-leaving`: its leaving cannot finish. `stay-goes-on`: it leaves, and a stay keeps it. `stuck`:
 * the same has failed again and again. `vanished`: somebody else has removed it. `long-stay`: it is longer than the limit.
 */
export const PARKING_MATTERS = ['not-leaving', 'stay-goes-on', 'stuck', 'vanished', 'long-stay'] as const;

export interface ParkingMatter {
  readonly matter: (typeof PARKING_MATTERS)[number];
  readonly since: string;
  /** Until when somebody can act, or has to hear of it; null: until it is over. */
  readonly until: string | null;
}

/** Everything that is known of a parking. */
export interface ParkingView {
  readonly provider: string;
  readonly plate: string;
  readonly vin: string | null;
  readonly fleet: string | null;
  readonly externalId: string | null;
  readonly step: ParkingStep;
  /** When the provider says that it was added. */
  readonly addedAt: string | null;
  readonly waitingFor: string | null;
  readonly nextAt: string | null;
  /** What stands in the way, in the provider's words. */
  readonly trouble: string | null;
  /** What waits for a person, what matters most first; absent: nothing. */
  readonly matters?: readonly ParkingMatter[];
  readonly stays: readonly StayView[];
  /** What they came to, each currency by itself. */
  readonly totals: readonly Total[];
  /** What locking came to, by credential; empty before it. */
  readonly locked: readonly Locked[];
  readonly history: readonly { readonly at: string; readonly note: string }[];
}

/** The name of its memo: what lists show, a view without what grows. */
export const PARKING_MEMO = 'parking';
export type ParkingListed = Omit<ParkingView, 'stays' | 'totals' | 'locked' | 'history'>;

/** The name of the memo that says which defleeting has it leave; empty: none, it leaves for another reason. Absent: not told. */
export const LEAVING_MEMO = 'leavingBy';

export const parkingStatus = { type: 'query', name: 'status' } as QueryDefinition<ParkingView>;
